"""«Lag rapporter» and «Slipp»: drafts for the groups; then what they have approved, and words and figures of all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tornado.web import HTTPError

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.overview import GroupStatus
from kompetanse.answers.session import Session
from kompetanse.language import translate
from kompetanse.programme.models import Step
from kompetanse.programme.plain_text import plain_text
from kompetanse.sections.compass import Where, by_name, place_of, region_day, word_polls
from kompetanse.server.facilitator_view import SHARED, where_now
from kompetanse.server.page import Page


@dataclass(frozen=True)
class WordsToRelease:
    """A poll of the preparation: its question, the words that may be released, and of each whether it was kept out."""

    step: str
    question: str
    words: tuple[tuple[str, bool], ...]
    is_released: bool


class MakeReports(Page):
    """«Lag rapporter»: drafts for all groups that may have one."""

    auth_resource = "all groups"

    async def get(self) -> None:
        """How many can be made, and how far the last run has come."""
        where = where_now(self.services, self.own_session)
        self.show(
            "make_reports.html.j2",
            title=translate("Lag rapporter", self.language),
            groups=[place_of(each) for each in _to_make(where)],
            not_yet=[place_of(each) for each in by_name(where.overview.groups) if each.report == "not-yet"],
            changed=[place_of(each) for each in by_name(where.overview.groups) if each.changed],
            runs=self.services.reports.latest,
            made_up=self.services.is_made_up(self.own_session),
        )

    async def post(self) -> None:
        """Begins; a run that is under way goes on."""
        where = where_now(self.services, self.own_session)
        self.services.reports.start({each.group.id: place_of(each) for each in _to_make(where)}, "group")
        self.go("/rapporter")


def _to_make(where: Where) -> list[GroupStatus]:
    """The groups that have seen their answers; not those that have changed something since they approved."""
    return where.those(lambda each: each.report != "not-yet" and each.is_revealed and not each.changed)


class Release(Page):
    """«Slipp»: what leaves the groups' own rooms, each part by a press of its own."""

    auth_resource = "all groups"

    async def get(self) -> None:
        """What can be released, and what has been."""
        await self._show()

    async def post(self) -> None:
        """Releases one part."""
        match self.get_body_argument("gjor", ""):
            case "rapporter":
                self._release_reports()
            case "ord":
                await self._release_words()
            case "tall":
                await self._release_region()
            case _:
                raise HTTPError(400)

    def _release_reports(self) -> None:
        where = where_now(self.services, self.own_session)
        groups = _to_share(where)
        if self.services.reports.start({each.group.id: place_of(each) for each in groups}, "shared"):
            with self.services.store.writing() as here:
                for each in groups:
                    here.audit.add(
                        "release",
                        self.own_session.role,
                        f"shared report of module {where.module.id}",
                        group=each.group.id,
                        programme=self.services.programme.id,
                    )
        self.go("/slipp?sluppet=rapporter")

    async def _release_words(self) -> None:
        step = next((each for each in word_polls(self.services.module) if each.id == self._text("steg")), None)
        if step is None:
            raise HTTPError(400)
        banned = [plain_text(each, longest=200) for each in self.get_body_arguments("fjern")]
        await asyncio.to_thread(self._release, step, banned)
        self.go("/slipp?sluppet=ord")

    async def _release_region(self) -> None:
        where = where_now(self.services, self.own_session)
        if region_day(where.overview) is None:
            raise HTTPError(400)
        await asyncio.to_thread(self._region)
        self.go("/slipp?sluppet=tall")

    def _text(self, name: str) -> str:
        return self.get_body_argument(name, "")

    def _release(self, step: Step, banned: Sequence[str]) -> None:
        """Counts for whoever may not see an answer, and releases in the name of who pressed."""
        words, by = import_module("kompetanse.sections.words"), self.services.log_for(self.own_session)
        words.release_words(self._for_the_operator(), self.services.module.id, step.id, banned=banned, by=by)

    def _region(self) -> None:
        regional, module = import_module("kompetanse.sections.regional"), self.services.module
        instrument = self.services.programme.instrument_of_module(module)
        if instrument is None:
            raise HTTPError(400)
        by = self.services.log_for(self.own_session)
        regional.release_region(self._for_the_operator(), module, instrument, "region", by=by)

    def _for_the_operator(self) -> AnswerLog:
        """The log as the server itself reads it, to count what it then protects: nothing else of it leaves here."""
        language = self.own_session.language
        return self.services.log_for(Session("operator", "", None, None, language, None))

    async def _show(self) -> None:
        where, polls = await asyncio.to_thread(self._looked_up)
        shared = by_name(each for each in where.overview.groups if each.shared)
        texts: dict[str, Any] = {
            "title": translate("Slipp", self.language),
            "groups": [place_of(each) for each in _to_share(where)],
            "shared": [(place_of(each), f"/rapport/{each.group.id}/{SHARED}") for each in shared],
            "polls": polls,
            "region_day": region_day(where.overview),
            "region_released": where.overview.region_released,
            "runs": self.services.reports.latest,
            "told": self._told(),
            "made_up": self.services.is_made_up(self.own_session),
        }
        self.show("release.html.j2", **texts)

    def _looked_up(self) -> tuple[Where, list[WordsToRelease]]:
        """All that the page is made of, which may take a second to count."""
        where = where_now(self.services, self.own_session)
        return where, [self._to_release(step, where) for step in word_polls(where.module)]

    def _to_release(self, step: Step, where: Where) -> WordsToRelease:
        counted = self.services.words.words(self._for_the_operator(), where.module.id, step.id)
        words = sorted((str(row["word"]) for row in counted.rows()), key=str.casefold)
        released = self.services.log_for(self.own_session).released_words(where.module.id, step.id)
        shown = {str(row["word"]) for row in released.words} if released else set(words)
        return WordsToRelease(
            step=step.id,
            question=step.content.prompt.to(self.language),
            words=tuple((word, word not in shown) for word in words),
            is_released=released is not None,
        )

    def _told(self) -> str:
        language = self.language
        return {
            "rapporter": translate("De delte utgavene lages nå.", language),
            "ord": translate("Ordene er sluppet.", language),
            "tall": translate("Tallene for kommunene samlet er sluppet.", language),
        }.get(self.get_query_argument("sluppet", ""), "")


def _to_share(where: Where) -> list[GroupStatus]:
    """The groups that have approved their report, and whose shared edition is not made since."""
    return where.those(lambda each: each.report == "approved")
