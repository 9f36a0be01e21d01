"""The secrets of a home: made once, readable by their owner alone."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from kompetanse.answers.session import new_session_key
from kompetanse.errors import StoreError

#: All the files of a home's keys.
FILES = ("session.pem", "cookie.secret", "participant.key", "metrics.token")


class Keys:
    """The files in `home/keys`; each is made when it is first asked for."""

    def __init__(self, home: Path):
        self._folder = home / "keys"
        self._known: dict[str, bytes] = {}

    @property
    def session_key(self) -> bytes:
        """The private key that signs sessions, as PEM."""
        return self._read("session.pem", new_session_key)

    @property
    def cookie_secret(self) -> bytes:
        """The secret that signs cookies."""
        return self._read("cookie.secret", lambda: secrets.token_hex(32).encode())

    @property
    def metrics_token(self) -> bytes:
        """What an operator's monitoring shows to be told the figures of the server."""
        return self._read("metrics.token", lambda: secrets.token_urlsafe(32).encode()).strip()

    @cached_property
    def code_key(self) -> bytes:
        """What access codes are hashed with."""
        return hmac.digest(self._participant_key, b"access code", "sha256")

    def hashed(self, *parts: str) -> bytes:
        """A keyed hash of something foreign, such as another tool's id of a participant."""
        message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hmac.digest(self._participant_key, b"participant" + message, "sha256")

    @property
    def _participant_key(self) -> bytes:
        return self._read("participant.key", lambda: secrets.token_hex(32).encode())

    def _read(self, name: str, make: Callable[[], bytes]) -> bytes:
        if name in self._known:
            return self._known[name]
        path = self._folder / name
        try:
            if not path.exists():
                self._write(path, make())
            return self._known.setdefault(name, path.read_bytes())
        except OSError as error:
            raise StoreError(f"The key {path} cannot be used ({error.strerror}); check who owns the home.") from None

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        file = os.open(own, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
            os.fsync(file)
        try:
            # A link is all or nothing, and of many processes at once the first one's key is everybody's.
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
