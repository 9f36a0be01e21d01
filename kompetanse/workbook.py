"""The one object that a notebook talks to: it opens a programme for a group and shows steps, pictures and sections.

A kernel is started for every visitor, so what needs pandas or Altair is imported by the call that shows it: a page to
read or fill in starts without them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.display import display

from kompetanse.answers.answer import Answer
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.release import Edition
from kompetanse.answers.remote import open_log
from kompetanse.answers.session import Session
from kompetanse.errors import AccessDenied, InputError
from kompetanse.figures.blocks import Block, Figure, mime_bundle
from kompetanse.figures.rendering import svg, use_renderer
from kompetanse.language import LANGUAGES, Language
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument, LeadershipGroup, Module, Programme, Step
from kompetanse.programme.municipality import municipality
from kompetanse.sections.context import GroupContext
from kompetanse.sections.step_text import step_text
from kompetanse.settings import DEFAULT_HOME, Settings
from kompetanse.steps import each_of, step_kind
from kompetanse.widgets.catalogue import name_code_of

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from kompetanse.analysis.disclosure import ProtectedRegion, ProtectedWords
    from kompetanse.answers.store import Store
    from kompetanse.sections.material import Material

_log = logging.getLogger(__name__)

#: Seconds until a page that could not be brought up to date tries again.
TRY_AGAIN = 1.5
#: Where a notebook that is opened without any home finds made-up answers.
DEMO_HOME = Path.home() / ".cache" / "kompetanse" / "demo"


class LivePage:
    """What shows itself in a notebook's cells, and keeps what it has shown up to date while others write."""

    def __init__(self, *, programme: Programme, module: Module, session: Session, log: AnswerLog):
        self.programme = programme
        self.module = module
        self.session = session
        self.language: Language = session.language
        self._answers = log
        self._refreshers: list[Callable[[], None]] = []
        self._watcher: asyncio.Task[None] | None = None

    @cached_property
    def instrument(self) -> Instrument:
        """The instrument of the module."""
        found = self.programme.instrument_of_module(self.module)
        if found is None:
            raise InputError(f"Module {self.module.id!r} has no assessment, so it has no picture.")
        return found

    def _show(self, blocks: tuple[Block, ...]) -> None:
        if blocks:
            display(mime_bundle(blocks, self.language), raw=True)  # type: ignore[no-untyped-call]  # IPython has no types here

    def _show_live(self, refresh: Callable[[], None], *components: object) -> None:
        display(*components)  # type: ignore[no-untyped-call]  # IPython has no types here
        self._keep_fresh(refresh)

    def _keep_fresh(self, refresh: Callable[[], None]) -> None:
        """Show what others have written whenever the log says that there is something."""
        self._refreshers.append(refresh)
        if self._watcher is None:
            self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        async for _ in self._answers.changes():
            while not self._is_refreshed():
                await asyncio.sleep(TRY_AGAIN)

    def _is_refreshed(self) -> bool:
        """Shows what is there now; false where the log could not be read, which must not end the watch."""
        try:
            with self._answers.one_look():
                for refresh in self._refreshers:
                    refresh()
        except Exception:
            _log.exception("Could not look for new answers of group %s", self.session.group or "all")
            return False
        return True


class Workbook(LivePage):
    """A workbook of one group in one module, in one language.

    Under Voilà the signed session decides the group and the language, whatever the notebook's parameters say.

    >>> workbook = Workbook.open(module="modul-1", group="fauske")  # doctest: +SKIP
    >>> workbook.step("velkommen")  # doctest: +SKIP
    """

    def __init__(
        self,
        *,
        programme: Programme,
        module: Module,
        group: LeadershipGroup,
        session: Session,
        log: AnswerLog,
        edition: Edition = "group",
    ):
        super().__init__(programme=programme, module=module, session=session, log=log)
        self.group = group
        self.edition = edition
        #: The material as it was last made, and the state of the log that it was made from.
        self._material: tuple[int, Material] | None = None

    @classmethod
    def open(
        cls,
        *,
        programme: str = "",
        module: str = "",
        group: str = "",
        municipality: str = "",
        language: str = "nb",
        edition: Edition = "group",
    ) -> Workbook:
        """The workbook for these parameters; InputError or AccessDenied says in one sentence what does not fit.

        programme: a folder; empty for the programme that comes with Kompetanse. module: empty for the first.
        group, municipality: which group; both empty for the first one with made-up answers.
        edition: of the report; "shared" only once the group has approved it.
        """
        loaded, found, session, log = opened(programme=programme, module=module, language=language)
        chosen = log.group(session.group) if session.group else _group(log, group, municipality)
        return cls(programme=loaded, module=found, group=chosen, session=session, log=log, edition=edition)

    @property
    def is_live(self) -> bool:
        """Whether a person of the group is filling in; else the workbook shows what has been written."""
        return self.session.role in {"leader", "contact"}

    @cached_property
    def context(self) -> GroupContext:
        """What the steps are shown with."""
        return GroupContext(
            programme=self.programme,
            module=self.module,
            instrument=self.instrument,
            group=self.group,
            language=self.language,
            session=self.session,
            log=self._answers,
        )

    def step(self, step_id: str) -> None:
        """Show one step: its text, and what there is to fill in, or what has been filled in."""
        step = self._step(step_id)
        kind = step_kind(step.kind)
        self._show(step_text(step, self.language))
        component = kind.component(self.context, step) if self.is_live else None
        if component is None:
            self._show(kind.summary(self.context, step))
            return
        self._show_live(lambda: kind.refresh(self.context, step, component), *each_of(component))

    def picture(self, step_id: str) -> None:
        """Show the group's picture: before it is shown, how many have answered; after, figures and what to talk of."""
        self._show(step_text(self._step(step_id), self.language))
        picture = import_module("kompetanse.steps.picture")
        if not self.is_live:
            self._show(picture.summary(self.material))
            return
        components, refresh = picture.live(self.context, lambda: self.material)
        self._show_live(refresh, *components)

    def words(self, step_id: str, *, of: str) -> None:
        """Show the words that the group, and all groups, have written in a poll: `of` is the poll's step."""
        self._show(step_text(self._step(step_id), self.language))
        words, poll = import_module("kompetanse.steps.words"), self._step(of)
        if not self.is_live:
            self._show(words.summary(self.context, poll))
            return
        component, refresh = words.live(self.context, poll)
        self._show_live(refresh, component)

    def words_now(
        self, of: str, *, banned: Collection[str] = (), merged: Mapping[str, str] | None = None
    ) -> ProtectedWords:
        """The words of all groups in a poll as they would be released now: the operator's."""
        words = import_module("kompetanse.sections.words")
        made: ProtectedWords = words.words_now(
            self._answers, self.module.id, self._step(of).id, banned=banned, merged=merged or {}
        )
        return made

    def release_words(
        self, of: str, *, banned: Collection[str] = (), merged: Mapping[str, str] | None = None
    ) -> ProtectedWords:
        """Releases the words of all groups in a poll, without those banned; `merged`: which counts as which."""
        words = import_module("kompetanse.sections.words")
        made: ProtectedWords = words.release_words(
            self._answers, self.module.id, self._step(of).id, banned=banned, merged=merged or {}
        )
        return made

    def room(self) -> None:
        """Show where the group's room is, above all steps; for its contact with what leads it. Live pages only."""
        if not self.is_live:
            return
        component, refresh = import_module("kompetanse.steps.moments").live(self.context)
        self._show_live(refresh, component)

    def second_round(self) -> None:
        """Show what is answered once more after the talk, and the two rounds beside each other. Live pages only."""
        if not self.is_live:
            return
        components, refresh = import_module("kompetanse.steps.second_round").live(self.context)
        self._show_live(refresh, *components)

    def section(self, name: str) -> None:
        """Show one section of the municipality report, such as "cover" or "method"."""
        self._show(import_module("kompetanse.sections.report").section(name, self.material))

    def figure(self, chart: alt.TopLevelMixin, *, title: str, alt_text: str) -> None:
        """Show an Altair chart as a figure: `title` says what it shows, `alt_text` the same for those who listen."""
        drawn = svg(chart.to_dict(), language=self.language)
        self._show((Figure(title=title, svg=drawn, alt=alt_text),))

    @property
    def material(self) -> Material:
        """The group's statements and its protected picture, as this workbook's readers may see them."""
        seen = self._answers.latest()
        if self._material is None or self._material[0] != seen:
            # A report asks for it in each of its sections, and all of them should rest on the same answers.
            made: Material = import_module("kompetanse.sections.gathered").material(self.context, edition=self.edition)
            self._material = (seen, made)
        return self._material[1]

    def region(self, audience: str = "region") -> ProtectedRegion:
        """All groups together as "region" or "public" would see them if they were released now: the operator's."""
        regional = import_module("kompetanse.sections.regional")
        made: ProtectedRegion = regional.region_now(self._answers, self.module, self.instrument, audience)
        return made

    def release_region(self, audience: str = "region") -> ProtectedRegion:
        """Releases all groups together to "region" or "public": what these see stays as it is. The operator's."""
        regional = import_module("kompetanse.sections.regional")
        made: ProtectedRegion = regional.release_region(self._answers, self.module, self.instrument, audience)
        return made

    def level_frame(self) -> pd.DataFrame:
        """The tidy levels of the group, one row per person and theme: only where they are made up."""
        first = [answer for answer in self._raw() if answer.round == 1]
        frame: pd.DataFrame = import_module("kompetanse.analysis.frames").level_frame(first, self.instrument)
        return frame

    def answer_frame(self) -> pd.DataFrame:
        """The tidy answers of the group, one row per answer: only where they are made up."""
        frame: pd.DataFrame = import_module("kompetanse.analysis.frames").answer_frame(self._raw())
        return frame

    def _raw(self) -> list[Answer]:
        if not self.group.made_up:
            raise AccessDenied(
                f"The answers of {self.group.name} are real, and single answers need a named, logged approval: see "
                "`kompetanse export --raw`, or work with workbook.material.protected instead."
            )
        return self._answers.everything(self.module.id, self.group.id)

    def _step(self, step_id: str) -> Step:
        step = self.module.step(step_id)
        if step is None:
            known = ", ".join(each.id for each in self.module.steps)
            raise InputError(f"There is no step {step_id!r} in {self.module.id}; its steps are {known}.")
        return step


def opened(*, programme: str, module: str, language: str) -> tuple[Programme, Module, Session, AnswerLog]:
    """What every workbook stands on, for a notebook's parameters; under Voilà the signed session decides instead."""
    settings = Settings.from_environment()
    use_renderer(settings.renderer)
    name_code_of(settings.code)
    session = Session.from_environment(settings)
    loaded = load_programme(settings.programme or (Path(programme) if programme else None))
    found = loaded.module(module) if module else loaded.modules[0]
    if found is None:
        known = ", ".join(each.id for each in loaded.modules)
        raise InputError(f"There is no module {module!r} in this programme; it has {known}.")
    if session.role == "operator":
        session = replace(session, language=_known_language(language))
    return loaded, found, session, open_log(session, _home_with_answers(settings, loaded), loaded)


def _known_language(language: str) -> Language:
    for known in LANGUAGES:
        if language == known:
            return known
    raise InputError(f"There is no language {language!r}; use one of {', '.join(LANGUAGES)}.")


def _home_with_answers(settings: Settings, programme: Programme) -> Settings:
    """The settings; without a home, with the one above the notebook, else with one of made-up answers."""
    if settings.answer_log or settings.home.exists() or settings.database:
        return settings
    above = [folder / DEFAULT_HOME for folder in Path.cwd().parents if (folder / DEFAULT_HOME).is_dir()]
    if above:
        return replace(settings, home=above[0])
    store: Store
    with import_module("kompetanse.answers.store").Store.open(DEMO_HOME) as store:
        import_module("kompetanse.answers.demo").make_demo(store, programme)
    return replace(settings, home=DEMO_HOME)


def _group(log: AnswerLog, group: str, number: str) -> LeadershipGroup:
    """The group by its id, or by its municipality; without either, the first that is made up."""
    if group:
        return log.group(group)
    groups = log.groups()
    if number:
        place = municipality(number)
        found = [each for each in groups if place.number in each.municipalities]
    else:
        found = [each for each in groups if each.made_up]
    if not found:
        asked = number or "with made-up answers"
        raise InputError(f"There is no group {asked!r} in this home; see `kompetanse report --help`.")
    if len(found) > 1 and number:
        names = ", ".join(each.id for each in found)
        raise InputError(f"Municipality {number} has more than one group; name one of {names}.")
    return found[0]
