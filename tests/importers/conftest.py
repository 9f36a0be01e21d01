"""Homes to bring answers into, and files to bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Programme

HEADER = "municipality,participant,item,aspect,value"

WriteFile = Callable[..., Path]


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Writes a file of rows under a header, and returns its path."""

    def write(
        *rows: str, header: str = HEADER, name: str = "answers.csv", encoding: str = "utf-8", end: str = "\n"
    ) -> Path:
        path = tmp_path / name
        path.write_bytes("".join(f"{line}{end}" for line in (header, *rows)).encode(encoding))
        return path

    return write
