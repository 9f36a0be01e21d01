"""The few themes that the group will do something about, and ways to compare them and the actions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import traitlets

from kompetanse.errors import KompetanseError
from kompetanse.language import Language, translate
from kompetanse.widgets.choosing import choosing_words
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import OnDrafts, SavingWidget

#: Shows the group its points and returns a sentence about it; a KompetanseError refuses with its own sentence.
OnShow = Callable[[], str]

_log = logging.getLogger(__name__)


class PrioritiesWidget(SavingWidget):
    """Up to `most` themes to choose; one too many is undone and said. Below them, closed, `ways` to compare.

    `answers`: "<theme>|priority" (bool); "<item>|use" and "<item>|effort" (1 to 5) of a grid that the group fills in;
    "<step>|points" (100 of them, by item) of the person alone. `note` stands beside a theme, `part` gathers themes
    under a title. `live` changes while the page is open: the `items` to compare, and of the points what is `said` and
    the `rows` that are shown.

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = PrioritiesWidget(
    ...     step="velg-tre",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     content={
    ...         "most": 3,
    ...         "help": "Velg gjerne ett dere kan begynne med på mandag.",
    ...         "themes": [{"id": "utproving", "title": "Utprøving", "part": "Evne", "note": "I dag 2, om to år 4"}],
    ...         "ways": [
    ...             {
    ...                 "form": "grid",
    ...                 "over": "themes",
    ...                 "title": "Sammenlign temaene",
    ...                 "nothing": "Her kommer temaene dere har drøftet.",
    ...             }
    ...         ],
    ...     },
    ...     live={"items": {"themes": [{"id": "utproving", "title": "Utprøving"}], "actions": []}, "points": {}},
    ... )
    >>> widget.content["most"]
    3
    """

    _esm = script("choosing", "placing", "points", "priorities")
    _css = style("priorities")

    live = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        *,
        content: Mapping[str, Any],
        answers: Mapping[str, Any] | None = None,
        on_drafts: OnDrafts | None = None,
        live: Mapping[str, Any] | None = None,
        on_show: OnShow | None = None,
        scope: str = "",
        step: str = "",
        language: Language = "nb",
        locked: bool = False,
    ):
        self._on_show = on_show
        super().__init__(
            content=content,
            answers=answers,
            on_drafts=on_drafts,
            scope=scope,
            step=step,
            language=language,
            locked=locked,
        )
        self.live = dict(live or {})

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words of the choice, of the grid and of the points."""
        return (
            super().words_in(language)
            | choosing_words(language)
            | {
                "priorities": translate("Velg inntil {most} temaer dere vil gjøre noe med", language),
                "too-many": translate("Dere kan velge inntil {most}. Ta bort ett for å velge et annet.", language),
            }
            | _grid_words(language)
            | _point_words(language)
        )

    def receive(self, message: Mapping[str, Any]) -> None:
        """Save drafts; show the group its points, and tell the browser how that went."""
        if message.get("type") != "show":
            super().receive(message)
            return
        self.send({"type": "shown", "message": self._shown()})

    def _shown(self) -> str:
        if self.locked or self._on_show is None:
            return str(self.words["not-shown"])
        try:
            return self._on_show()
        except KompetanseError as error:
            return str(error)
        except Exception:
            _log.exception("Could not show the points of step %r", self.step)
            return str(self.words["not-shown"])


def _grid_words(language: Language) -> dict[str, str]:
    return {
        "optional": translate("Frivillig. Dere kan gå videre uten.", language),
        "grid-help": translate(
            "Bli enige om hvor stor nytten er, og hvor mye arbeid det blir. Alle i gruppa ser det samme.", language
        ),
        "use": translate("Nytte", language),
        "effort": translate("Innsats", language),
        "small": translate("liten", language),
        "large": translate("stor", language),
        "not-placed": translate("Ikke plassert", language),
        "picture": translate("Nytte oppover og innsats bortover; tallene står i tabellen.", language),
        "table": translate("Nytte og innsats som tabell", language),
        "number": translate("Nr.", language),
        "what": translate("Hva", language),
        "field": translate("Felt", language),
        "do-first": translate("Gjør først", language),
        "plan": translate("Planlegg", language),
        "along-the-way": translate("Ta det underveis", language),
        "wait": translate("Vent med", language),
        "in-between": translate("Midt på", language),
    }


def _point_words(language: Language) -> dict[str, str]:
    return {
        "points-help": translate(
            "Bare du ser poengene dine. Når gruppekontakten viser dem, ser gruppa snittet, uten navn, og da er de "
            "låst. I en liten gruppe kan noen likevel gjette.",
            language,
        ),
        "points-left": translate("{count} poeng igjen", language),
        "points-over": translate("{count} poeng for mye", language),
        "points-done": translate("Alle 100 poeng er gitt", language),
        "points-shown": translate("Poengene til gruppa", language),
        "points-mean": translate("Poeng i snitt", language),
        "points-people": translate("Hvor mange som ga", language),
        "show-points": translate("Vis poengene", language),
        "show-confirm": translate("Når poengene vises, blir de låst for alle. Er gruppa klar?", language),
        "show-yes": translate("Ja, vis poengene", language),
        "not-shown": translate("Det gikk ikke. Prøv igjen om litt.", language),
        "cancel": translate("Avbryt", language),
    }
