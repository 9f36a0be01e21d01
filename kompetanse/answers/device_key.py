"""What a signed-in device holds: a random key. The home keeps only a hash of it, and what nothing else can open."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken

#: Bytes of chance, so that a hash without any secret is enough.
_BYTES = 32


@dataclass(frozen=True)
class DeviceKey:
    """The key of one device, as text."""

    text: str

    @classmethod
    def new(cls) -> DeviceKey:
        """A random key."""
        return cls(secrets.token_urlsafe(_BYTES))

    @property
    def id(self) -> str:
        """What the home knows the device by: nobody finds the key from it."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def seal(self, text: str) -> str:
        """The text as only this key can open it."""
        return self._fernet().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """What this key sealed; None for anything else."""
        try:
            return self._fernet().decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(hmac.digest(self.text.encode(), b"what is sealed", "sha256")))
