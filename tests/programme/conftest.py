"""Programmes to read: the shipped one, a small sound one, and copies of it to break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument, Module, Programme

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def shipped() -> Programme:
    return load_programme()


@pytest.fixture(scope="session")
def module(shipped: Programme) -> Module:
    return shipped.modules[0]


@pytest.fixture(scope="session")
def instrument(shipped: Programme) -> Instrument:
    return shipped.instruments["digital-evne-og-modenhet"]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A copy of a small programme without mistakes."""
    return Path(shutil.copytree(HERE / "sound", tmp_path / "programme"))


@pytest.fixture
def broken(sound: Path) -> Callable[[str], Path]:
    """The sound programme with the files of one piece of the museum laid over it."""
    return lambda name: Path(shutil.copytree(HERE / "broken" / name, sound, dirs_exist_ok=True))
