"""The facilitator's workbook: the day, plenum, polls, the groups, their reports and the municipalities together.

It stands on what a facilitator may know of all groups (`answers.overview`), which holds nobody's answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from importlib import import_module

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.overview import Overview
from kompetanse.answers.session import Session
from kompetanse.errors import InputError
from kompetanse.figures.blocks import Block, Heading, html
from kompetanse.language import translate
from kompetanse.programme.models import Module, Programme
from kompetanse.sections.all_groups import (
    call_blocks,
    compass_blocks,
    date_blocks,
    day_blocks,
    part_titles,
    participation_blocks,
    poll_blocks,
    queue_blocks,
)
from kompetanse.sections.compass import Where, region_day
from kompetanse.widgets.live_blocks import LiveBlocks
from kompetanse.workbook import LivePage, opened

#: Seconds between two looks at the clock: how long a room has stood still is news that nobody writes.
MINUTE = 60.0


class FacilitatorWorkbook(LivePage):
    """All groups of a module, for the one who runs it.

    >>> workbook = FacilitatorWorkbook.open(module="modul-1")  # doctest: +SKIP
    >>> workbook.day()  # doctest: +SKIP
    """

    def __init__(
        self, *, programme: Programme, module: Module, session: Session, log: AnswerLog, chosen: date | None = None
    ):
        super().__init__(programme=programme, module=module, session=session, log=log)
        self._chosen = chosen
        self._clock: asyncio.Task[None] | None = None

    @classmethod
    def open(
        cls, *, programme: str = "", module: str = "", date: str = "", language: str = "nb"
    ) -> FacilitatorWorkbook:
        """The workbook for these parameters; InputError or AccessDenied says in one sentence what does not fit.

        programme: a folder; empty for the programme that comes with Kompetanse. module: empty for the first.
        date: a gathering, such as 2026-12-08; empty for today's, or the next.
        """
        loaded, found, session, log = opened(programme=programme, module=module, language=language)
        workbook = cls(programme=loaded, module=found, session=session, log=log, chosen=_date(date))
        workbook.where  # noqa: B018 - whoever may not see it is told at once
        return workbook

    @property
    def is_live(self) -> bool:
        """Whether a facilitator has the page open; else the workbook shows what there is."""
        return self.session.role == "facilitator"

    @property
    def where(self) -> Where:
        """All groups as they are now, as the rules of the compass look at them."""
        found: Overview = self._answers.overview(self.module.id)
        return Where(found, self.module, self.language, self._chosen)

    def day(self) -> None:
        """Show what is worth doing now, and the groups of today's gathering or the next."""
        title = self._title("dagen")
        self._show_kept(title, lambda: (*compass_blocks(self.where), *day_blocks(self.where), *self._dates("dagen")))

    def plenum(self) -> None:
        """Show what leads all groups of the date that follow; in a page that nobody has open, where they are."""
        plenum, when = import_module("kompetanse.steps.plenum"), self.where.day
        self._show((self._title("plenum"),))
        if not self.is_live or when is None:
            self._show(plenum.summary(self._answers, self.module, when))
        else:
            component, refresh = plenum.live(
                self._answers, self.module, self.instrument, lambda: self._answers.overview(self.module.id), when
            )
            self._show_live(refresh, component)
        if self.is_live:
            self._show_region(lambda: self._dates("plenum"))

    def polls(self) -> None:
        """Show the polls of the date, and the words of the preparation: those that wait, and those released."""
        together = import_module("kompetanse.sections.together")

        def blocks() -> tuple[Block, ...]:
            words = together.words_together(self._answers, self.module, self.language)
            return (*poll_blocks(self.where), *words)

        self._show_kept(self._title("avstemninger"), blocks)

    def groups(self) -> None:
        """Show who should get a call and why, and how many have answered in each group, as it was last night."""
        title = self._title("gruppene")
        self._show_kept(title, lambda: (*call_blocks(self.where), *participation_blocks(self.where)))

    def reports(self) -> None:
        """Show the reports: those to make, those that a group has, and those that are approved."""
        self._show_kept(self._title("rapportene"), lambda: queue_blocks(self.where))

    def region(self) -> None:
        """Show the municipalities together as they were released last; before that, when they can be."""
        together = import_module("kompetanse.sections.together")
        ready = region_day(self.where.overview)
        shown = together.region_together(
            self._answers, self.module, self.instrument, ready=ready, language=self.language
        )
        self._show((self._title("kommunene-samlet"), *shown))

    def _dates(self, part: str) -> tuple[Block, ...]:
        """The way to the other dates, where somebody has the page open."""
        return date_blocks(self.where, part) if self.is_live else ()

    def _title(self, part: str) -> Heading:
        return Heading(level=2, text=part_titles(self.language)[part])

    def _show_kept(self, title: Heading, blocks: Callable[[], tuple[Block, ...]]) -> None:
        """Show blocks under their title, anew whenever something has happened while somebody has the page open."""
        self._show((title,) if self.is_live else (title, *blocks()))
        if self.is_live:
            self._show_region(blocks)

    def _show_region(self, blocks: Callable[[], tuple[Block, ...]]) -> None:
        region = LiveBlocks(html=html(blocks(), self.language), language=self.language)

        def refresh() -> None:
            shown = html(blocks(), self.language)
            if shown != region.content["html"]:
                region.show(html=shown, said=translate("Oversikten er oppdatert.", self.language))

        self._show_live(refresh, region)
        if self._clock is None:
            self._clock = asyncio.get_running_loop().create_task(self._every_minute())

    async def _every_minute(self) -> None:
        while True:
            await asyncio.sleep(MINUTE)
            self._is_refreshed()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"{text!r} is not a date; write it as 2026-12-08, or leave it empty.") from None
