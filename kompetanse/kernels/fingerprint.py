"""Whether code on disk is still the code that a process has read."""

from __future__ import annotations

import hashlib
import sys
import sysconfig
import time
from pathlib import Path

from kompetanse.settings import package_folder

#: What a kernel reads of the package when it is warmed.
_READ = {".py", ".js", ".css", ".yml", ".md", ".j2", ".toml", ".mo", ".json"}


def fingerprint(programme: Path | None = None) -> str:
    """A name for the code and content that a new process would read now: it changes with every edited file.

    Installed libraries count by their folder alone, which changes when one is installed, removed or upgraded.
    """
    digest = hashlib.sha256(f"{sys.executable} {sys.version}".encode())
    folders = [package_folder(), *([programme] if programme else [])]
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in _READ):
        digest.update(_state(path))
    for name in ("purelib", "platlib"):
        digest.update(_state(Path(sysconfig.get_path(name))))
    return digest.hexdigest()


def recent_fingerprint(programme: Path | None = None) -> str:
    """The fingerprint of the last second: looking at all files takes 10 ms, and eighty visitors may come at once."""
    looked, found = _recent.get(programme, (0.0, ""))
    if not found or time.monotonic() - looked > _RECENT_SECONDS:
        found = fingerprint(programme)
        _recent[programme] = (time.monotonic(), found)
    return found


_RECENT_SECONDS = 1.0
_recent: dict[Path | None, tuple[float, str]] = {}


def _state(path: Path) -> bytes:
    try:
        found = path.stat()
    except OSError:
        return f"{path} gone\n".encode()
    return f"{path} {found.st_mtime_ns} {found.st_size}\n".encode()
