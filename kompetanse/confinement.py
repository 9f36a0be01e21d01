"""What a process of ours may reach of the machine it runs on: asked of Linux, which lets nobody take it back.

A kernel that answers for a participant runs as the server's user, and could read everything that this user may read:
the keys of the home, the answers of all, the memory of the server. Landlock takes that away before the kernel hears its
first message: it may read programs and libraries, work in a folder of its own, and speak to the sockets it was told of.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from kompetanse.settings import package_folder

#: Numbers of the system that are the same on every kind of processor.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _BENEATH = 1, 1
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38

_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE = 1, 2, 4, 8, 1 << 14
#: What can be taken away, by the version of Landlock that first knew it: rights in files, then TCP, then signals to
#: other processes and their sockets without a path.
_FILES = {1: (1 << 13) - 1, 2: 1 << 13, 3: _TRUNCATE, 5: 1 << 15}
_TCP_SINCE, _TCP = 4, 0b11
_OTHERS_SINCE, _OTHERS = 6, 0b11

_ON_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE
_LOOK = _READ | _LIST | _EXECUTE

#: What programs and libraries need of a Unix system; nothing in it is anybody's secret.
SYSTEM = (
    "/usr", "/lib", "/lib64", "/bin", "/nix/store", "/gnu/store", "/sys/devices/system/cpu", "/proc/stat",
    "/proc/meminfo", "/proc/cpuinfo", "/proc/self/fd", "/proc/self/stat", "/proc/self/statm", "/proc/self/status",
    "/etc/localtime", "/etc/timezone", "/etc/ld.so.cache", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf",
    "/etc/os-release", "/etc/mime.types", "/etc/ssl/certs",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random")


def can_confine() -> bool:
    """Whether this system knows Landlock, and lets us use it."""
    return _version() > 0


def confine(own: Path, *, readable: Iterable[Path] = ()) -> bool:
    """Takes from this process, for good, all but the system, Python, `readable`, and every right in the folder `own`.

    False where the system does not know how. What is open already stays open.
    """
    version = _version()
    if not version:
        return False
    files = sum(rights for since, rights in _FILES.items() if version >= since)
    taken = [files, _TCP if version >= _TCP_SINCE else 0, _OTHERS if version >= _OTHERS_SINCE else 0]
    # An older system does not know the later words.
    known = struct.pack("=3Q", *taken)[: 8 * (1 + (version >= _TCP_SINCE) + (version >= _OTHERS_SINCE))]
    with _closing(_call(_CREATE_RULESET, known, len(known), 0)) as ruleset:
        for path in {*map(Path, SYSTEM), *_of_python(), *readable}:
            _allow(ruleset, path, _LOOK & files)
        for path in map(Path, DEVICES):
            _allow(ruleset, path, (_READ | _WRITE) & files)
        _allow(ruleset, own, files)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _call(_RESTRICT_SELF, ruleset, 0)
    return True


def keep_memory_private() -> None:
    """Lets no other process of the same user look into this one's memory, surroundings and open files."""
    if sys.platform == "linux":
        _prctl(_PR_SET_DUMPABLE, 0)


def _of_python() -> Iterator[Path]:
    """Where Python finds programs and libraries; of a checkout the package alone, and not what lies beside it."""
    package = package_folder()
    beside = None if (package / "workbooks").is_dir() else package.parent
    yield package
    for place in {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path}:
        if place and Path(place) != beside:
            yield Path(place)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """Keeps these rights in what lies at a path, if anything does."""
    absent = suppress(FileNotFoundError, NotADirectoryError, PermissionError)
    with absent, _closing(os.open(path, os.O_PATH | os.O_CLOEXEC)) as place:
        rule = struct.pack("=Qi", rights if path.is_dir() else rights & _ON_FILES, place)
        _call(_ADD_RULE, ruleset, _BENEATH, rule, 0)


@contextmanager
def _closing(file: int) -> Iterator[int]:
    try:
        yield file
    finally:
        os.close(file)


def _version() -> int:
    """The version of Landlock; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    try:
        return _call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def _call(number: int, *arguments: int | bytes | None) -> int:
    given = (ctypes.c_long(each) if isinstance(each, int) else ctypes.c_char_p(each) for each in arguments)
    return _checked(int(_system().syscall(ctypes.c_long(number), *given)))


def _prctl(option: int, value: int) -> None:
    _checked(_system().prctl(option, value, 0, 0, 0))


def _checked(answer: int) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer


@cache
def _system() -> Any:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library
