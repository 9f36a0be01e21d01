"""The lock of a running server: one home, one server."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from kompetanse.errors import StoreError


class ServeLock:
    """Held from construction until `release`, or until the process ends in any way at all."""

    def __init__(self, home: Path):
        path = home / "serve.lock"
        try:
            self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"The lock {path} cannot be used ({error.strerror}); check who owns the home.") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise StoreError(
                f"Another server (process {holder}) already serves {home}; stop it first, or use another --home."
            ) from None
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Lets another server have the home."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
