"""A file that only its owner may read, written all or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from kompetanse.errors import InputError


@contextmanager
def private_file(path: Path) -> Iterator[TextIO]:
    """The file to write to; it takes the place of an older one when all has been written, with mode 0600."""
    own = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; name a file in it with --out.")
        # O_EXCL: nobody else's file, and no link that somebody has put there.
        handle = os.open(own, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(own, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); nothing was changed.") from None
    finally:
        with suppress(OSError):
            own.unlink()
