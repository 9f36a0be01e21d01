"""A live page keeps up with what others write, also after something went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from kompetanse import workbook
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.errors import StoreError
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup


@dataclass
class Told:
    """A log that says twice that there is something new."""

    looks: list[str] = field(default_factory=list)

    async def changes(self) -> AsyncIterator[None]:
        for _ in range(2):
            yield
            self.looks.append("told")

    @contextmanager
    def one_look(self) -> Iterator[None]:
        self.looks.append("look")
        yield


def test_page_looks_whenever_it_is_told_and_again_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workbook, "TRY_AGAIN", 0.01)
    programme, log, shown = load_programme(), Told(), []
    page = workbook.Workbook(
        programme=programme,
        module=programme.modules[0],
        group=LeadershipGroup(id="fauske", name="Fauske"),
        session=Session("leader", programme.id, "fauske", "p-" + "a" * 20, "nb", None),
        log=cast(AnswerLog, log),
    )
    failures: list[Any] = [None, StoreError("The server is away.")]

    def refresh() -> None:
        if failure := failures.pop() if failures else None:
            raise failure
        shown.append(len(shown))

    async def watch() -> None:
        page._keep_fresh(refresh)
        page._keep_fresh(lambda: None)
        assert page._watcher is not None
        await page._watcher

    asyncio.run(watch())
    assert shown == [0, 1]
    assert log.looks == ["look", "look", "told", "look", "told"]
    assert "Could not look for new answers of group fauske" in caplog.text
