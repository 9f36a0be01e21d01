"""The example in every component's docstring runs as it stands."""

from __future__ import annotations

import doctest
import importlib

import pytest

NAMES = [
    "assessment", "agreement", "priorities", "actions", "prompts", "words", "feedback", "command", "review", "exchange",
    "practice",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_example_runs(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"kompetanse.widgets.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
