"""A home with groups of three languages' kinds, and a programme to invite them to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup, Programme

GROUPS = (("fauske", "1841"), ("oslo", "0301"), ("sogndal", "4640"))


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """A home with three groups, one of which writes nynorsk."""
    with Store.open(home) as opened:
        for group, municipality in GROUPS:
            opened.put_group(
                LeadershipGroup(id=group, name=group.title(), invited=5, municipalities=(municipality,), made_up=False)
            )
        yield opened
