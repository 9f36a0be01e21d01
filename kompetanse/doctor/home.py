"""The home: whose it is, who may read it, its database, keys and lock. Nothing in it is changed."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kompetanse.answers.keys import FILES as KEY_FILES
from kompetanse.answers.session import SessionSigner
from kompetanse.answers.store import Store
from kompetanse.answers.store.database import FILE, Database
from kompetanse.answers.store.schema_version import NEWEST, schema_version
from kompetanse.doctor.finding import Finding, Patient
from kompetanse.errors import StoreError
from kompetanse.server.health import free_megabytes

#: Clocks may differ by so much before an answer counts as one from the future.
_AHEAD = timedelta(minutes=2)


def folder(patient: Patient) -> Iterator[Finding]:
    """Whether the home is there, ours, writable, and nobody else's to read."""
    home = patient.home
    if not home.is_dir():
        yield Finding("home", "warn", f"{home} is not there", f"`kompetanse serve --home {home}` makes it")
        return
    try:
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield Finding(
            "home", "fail", f"{home} cannot be written to ({error.strerror})", f"sudo chown -R $(id -un) {home}"
        )
        return
    readable = [path for path in _private(home) if path.stat().st_mode & 0o077]
    if readable:
        names = ", ".join(path.name for path in readable)
        yield Finding("home", "fail", f"others may read {names}", f"chmod -R go= {home}")
    else:
        yield Finding("home", "ok", f"{home}, private")


def _private(home: Path) -> list[Path]:
    found = [home, home / FILE, home / "keys", *sorted((home / "keys").glob("*"))]
    return [path for path in found if path.exists()]


def database(patient: Patient) -> Iterator[Finding]:
    """Whether the database answers, can be written to, and has this version's tables."""
    if patient.database is None and not (patient.home / FILE).is_file():
        yield Finding("database", "warn", "there is none yet", "the first command that needs it makes it")
        return
    opened = None
    try:
        opened = Database(patient.home, patient.database)
        with opened.reading() as connection:
            version = schema_version(connection)
        if version != NEWEST:
            newer = version is not None and version > NEWEST
            yield Finding(
                "database",
                "fail" if newer else "warn",
                f"its tables are of version {version}, this Kompetanse knows {NEWEST}",
                "install the newer Kompetanse" if newer else "take a copy; the next command brings it up to date",
            )
            return
        Store(patient.home, opened).check_writable()
        yield Finding(
            "database", "ok", f"{'SQLite' if opened.is_sqlite else 'PostgreSQL'}, version {version}, writable"
        )
    except StoreError as error:
        said, _, mend = str(error).partition("; ")
        yield Finding("database", "fail", said, mend)
    finally:
        if opened is not None:
            opened.close()


def keys(patient: Patient) -> Iterator[Finding]:
    """Whether the home has its keys, and they are some."""
    place = patient.home / "keys"
    there = [name for name in KEY_FILES if (place / name).is_file()]
    if not there:
        yield Finding("keys", "warn", "there are none yet", "`kompetanse serve` makes them")
        return
    lost = "put them back from a backup: new ones sign everybody out and make all codes useless"
    missing = [name for name in KEY_FILES if name not in there]
    if missing:
        yield Finding("keys", "warn", f"{', '.join(missing)} not there", f"if they were there before, {lost}")
    try:
        contents = {name: (place / name).read_bytes() for name in there}
        if "session.pem" in contents:
            SessionSigner(contents["session.pem"])
        empty = [name for name, content in contents.items() if len(content.strip()) < 32]
    except (OSError, ValueError, TypeError):
        empty = ["session.pem"]
    if empty:
        yield Finding("keys", "fail", f"{', '.join(empty)} cannot be used", lost)
    elif not missing:
        yield Finding("keys", "ok", f"{len(there)} files")


def lock(patient: Patient) -> Iterator[Finding]:
    """Whether a server runs on the home; a lock that one left behind is no harm."""
    path = patient.home / "serve.lock"
    if not path.exists():
        yield Finding("lock", "ok", "no server has run here")
        return
    try:
        with path.open("rb") as file:
            holder = file.read(32).decode("ascii", "replace").strip() or "unknown"
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                yield Finding("lock", "ok", f"served by process {holder}")
            else:
                yield Finding("lock", "ok", "no server runs here; what the last one left is no hindrance")
    except OSError as error:
        yield Finding("lock", "fail", f"{path} cannot be read ({error.strerror})", f"sudo chown $(id -un) {path}")


def disk(patient: Patient) -> Iterator[Finding]:
    """Whether the home's disk has room."""
    place = next(path for path in (patient.home, *patient.home.absolute().parents) if path.exists())
    free, wanted = free_megabytes(place), patient.settings.limits.free_megabytes
    if free < wanted:
        yield Finding("disk", "fail", f"{free} MB free, wanted {wanted}", "free some space, or move the home")
    elif free < 5 * wanted:
        yield Finding("disk", "warn", f"{free} MB free", "free some space soon")
    else:
        yield Finding("disk", "ok", f"{free} MB free")


def newest_answer(patient: Patient) -> Iterator[Finding]:
    """Whether the clock has gone back since the newest answer was given."""
    if patient.database is None and not (patient.home / FILE).is_file():
        return
    with suppress(StoreError):
        opened = Database(patient.home, patient.database)
        try:
            with opened.reading() as connection:
                if schema_version(connection) != NEWEST:
                    return
            newest = Store(patient.home, opened).newest_time()
        finally:
            opened.close()
        if newest and newest > datetime.now(UTC) + _AHEAD:
            yield Finding(
                "clock",
                "fail",
                f"the newest answer is from {newest:%Y-%m-%d %H:%M} UTC, which is yet to come",
                "set the clock (timedatectl set-ntp true); the order of answers does not rest on it",
            )
