"""A file that only the holder of a passphrase or a key can open, and that nobody can change unnoticed.

It is a line about itself, and then a file of age (age-encryption.org), which seals pieces of 64 KiB one by one, so that
memory stays small. For a passphrase, a key is made anew each time, and stands in the line, sealed by the passphrase.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyrage  # type: ignore[import-untyped]  # it ships no types
from pyrage import DecryptError, IdentityError, RecipientError, x25519

from kompetanse.errors import InputError

MAGIC = b"kompetanse-backup"
VERSION = 1

#: Shorter ones can be guessed by whoever has the file and time.
SHORTEST_PASSPHRASE = 12

_LONGEST_LINE = 4096
_PIECE = 1 << 16
_SIZE_DIGITS = 16


@dataclass(frozen=True, repr=False)
class Secret:
    """What opens a file: a passphrase, or the keys of recipients (lines "AGE-SECRET-KEY-1...")."""

    passphrase: str = ""
    identities: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Seal:
    """Whom a file is sealed for: who knows a passphrase, or the holders of keys by their public ones ("age1...")."""

    passphrase: str = ""
    recipients: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """How it is sealed, for a log."""
        count = len(self.recipients)
        return f"for {count} {'key' if count == 1 else 'keys'}" if count else "by a passphrase"

    def check(self) -> None:
        """InputError where nothing, both or too little is given."""
        if bool(self.passphrase) == bool(self.recipients):
            raise InputError(
                "Say who can open the backup: a passphrase in a file (--passphrase-file) or in "
                "$KOMPETANSE_PASSPHRASE, or public keys (--recipient age1...); one of the two."
            )
        if self.passphrase and len(self.passphrase) < SHORTEST_PASSPHRASE:
            raise InputError(
                f"The passphrase is too short to protect answers; take at least {SHORTEST_PASSPHRASE} signs."
            )
        self.keys()

    def keys(self) -> list[x25519.Recipient]:
        """The public keys; InputError for what is none."""
        found = []
        for recipient in self.recipients:
            try:
                found.append(x25519.Recipient.from_str(recipient))
            except RecipientError:
                raise InputError(f"{recipient!r:.80} is no public key; one begins with age1.") from None
        return found


@dataclass(frozen=True)
class Unsealed:
    """What is in a sealed file, as a stream; it is opened in a thread of its own, piece by piece."""

    path: Path
    stream: BinaryIO
    opening: Future[None]

    def check(self) -> None:
        """Reads what is left; InputError unless the file is whole and as it was sealed."""
        while self.stream.read(_PIECE):
            pass
        self.tell()

    def tell(self) -> None:
        """Waits for the end of the opening, and says what went wrong there."""
        error = self.opening.exception()
        if error is None or isinstance(error, BrokenPipeError):
            return
        if isinstance(error, DecryptError) and "No matching keys" in str(error):
            raise InputError(f"The key does not open {self.path}; nothing was restored.") from None
        if isinstance(error, OSError) and error.errno is not None:
            raise error
        raise InputError(_changed(self.path)) from None


@contextmanager
def sealed(path: Path, seal: Seal) -> Iterator[BinaryIO]:
    """A stream to write to; what is written lands in a new file, readable by its owner alone."""
    keys, note = seal.keys(), "recipients"
    if seal.passphrase:
        own = x25519.Identity.generate()
        keys = [own.to_public()]
        note = base64.b64encode(pyrage.passphrase.encrypt(str(own).encode(), seal.passphrase)).decode()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
        file.write(_line(0, note))
        with _through(lambda inner: pyrage.encrypt_io(inner, file, keys)) as stream:
            yield stream
        size = file.tell()
        file.seek(0)
        file.write(_line(size, note))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def unsealed(path: Path, secret: Secret) -> Iterator[Unsealed]:
    """A stream to read from; what is read is to be believed only when `check` has found nothing.

    InputError says in one sentence whether it is no backup, cut short, changed, or not for this secret.
    """
    with path.open("rb") as file:
        note = _note(file, path)
        keys = _keys(note, secret, path)
        inner, outer = os.pipe()
        with ThreadPoolExecutor(1) as pool, os.fdopen(inner, "rb") as stream:
            opening = pool.submit(_and_close, lambda out: pyrage.decrypt_io(file, out, keys), os.fdopen(outer, "wb"))
            reader = Unsealed(path, stream, opening)
            try:
                yield reader
            except BaseException:
                # What was wrong with the file is the reason of what was wrong with its content.
                stream.close()
                reader.tell()
                raise
            reader.check()


def _line(size: int, note: str) -> bytes:
    return b"%s %d %0*d %s\n" % (MAGIC, VERSION, _SIZE_DIGITS, size, note.encode())


def _note(file: BinaryIO, path: Path) -> str:
    """How the file is sealed; InputError for what is no whole backup."""
    line = file.readline(_LONGEST_LINE)
    words = line.rstrip(b"\n").split(b" ")
    if words[0] != MAGIC or len(words) != 4 or not (words[1].isdigit() and words[2].isdigit()):
        raise InputError(f"{path} is no backup of Kompetanse; name the file that `kompetanse backup` has written.")
    if int(words[1]) != VERSION:
        raise InputError(f"{path} was made by a newer Kompetanse; install that one to restore it.")
    size, stated = os.fstat(file.fileno()).st_size, int(words[2])
    if size < stated:
        raise InputError(f"{path} is cut short: {size} of its {stated} bytes are there; copy it again.")
    return words[3].decode("ascii", "replace")


def _keys(note: str, secret: Secret, path: Path) -> list[x25519.Identity]:
    if note == "recipients":
        if not secret.identities:
            raise InputError(f"{path} is sealed for a key; name the file that holds it with --identity.")
        try:
            return [x25519.Identity.from_str(line) for line in secret.identities]
        except IdentityError:
            raise InputError("The file of --identity holds no key; a key begins with AGE-SECRET-KEY-1.") from None
    if not secret.passphrase:
        raise InputError(
            f"{path} is sealed by a passphrase; name the file that holds it with --passphrase-file, or set "
            "$KOMPETANSE_PASSPHRASE."
        )
    try:
        wrapped = base64.b64decode(note, validate=True)
        return [x25519.Identity.from_str(pyrage.passphrase.decrypt(wrapped, secret.passphrase).decode())]
    except binascii.Error:
        raise InputError(_changed(path)) from None
    except DecryptError as error:
        if str(error) == "Decryption failed":
            raise InputError(f"The passphrase does not open {path}; nothing was restored.") from None
        raise InputError(_changed(path)) from None


@contextmanager
def _through(work: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """A stream whose content goes to `work`, which reads it in a thread of its own."""
    inner, outer = os.pipe()
    with ThreadPoolExecutor(1) as pool, os.fdopen(outer, "wb") as stream:
        done = pool.submit(_and_close, work, os.fdopen(inner, "rb"))
        try:
            yield stream
            stream.close()
        except BrokenPipeError:
            # The other end has stopped, and knows why.
            _close(stream)
            done.result()
            raise
        except BaseException:
            _close(stream)
            raise
        done.result()


def _and_close(work: Callable[[BinaryIO], None], stream: BinaryIO) -> None:
    try:
        work(stream)
    finally:
        _close(stream)


def _close(stream: BinaryIO) -> None:
    with suppress(BrokenPipeError):
        stream.close()


def _changed(path: Path) -> str:
    return f"{path} has been changed or damaged since it was made; nothing was restored, take another copy."
