"""Where the room is, for everyone in it; and for who leads it, the few buttons that lead it on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from kompetanse.errors import KompetanseError
from kompetanse.language import Language, translate
from kompetanse.widgets.component import Component, script, style

#: Leads the room to what a browser has chosen, of which nothing has been looked at; a KompetanseError refuses.
OnLead = Callable[[Mapping[str, Any]], None]

_log = logging.getLogger(__name__)


class MomentsWidget(Component):
    """A calm line: the moment, the theme, the time left, how many are here. With `on_lead`, buttons below it.

    `content["clock"]` and `content["begun"]` are milliseconds of the server's clock, so that every device counts alike.

    >>> widget = MomentsWidget(
    ...     content={
    ...         "moment": "discussed",
    ...         "moments": [{"id": "discussed", "title": "Snakk sammen"}, {"id": "decided", "title": "Bli enige"}],
    ...         "theme": "utproving",
    ...         "themes": [{"id": "utproving", "title": "Utprøving"}],
    ...         "box": "7",
    ...         "boxes": [{"id": "7", "title": "7 minutter"}],
    ...         "parts": [{"title": "", "seconds": 420}],
    ...         "begun": 1796720400000,
    ...         "clock": 1796720460000,
    ...         "facts": ["5 er her nå", "6 av 8 har svart"],
    ...         "note": "",
    ...         "locked": False,
    ...         "follows": False,
    ...         "next": "decided",
    ...         "back": "",
    ...         "leads": True,
    ...         "plenum": True,
    ...         "locks": True,
    ...     },
    ... )
    >>> widget.content["moment"]
    'discussed'
    """

    _esm = script("moments")
    _css = style("moments")

    def __init__(self, *, content: Mapping[str, Any], on_lead: OnLead | None = None, language: Language = "nb"):
        self._on_lead = on_lead
        super().__init__(content=content, language=language)

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words around the moment."""
        return super().words_in(language) | {
            "here": translate("Her er rommet nå", language),
            "theme": translate("Tema: {title}", language),
            "left": translate("{time} igjen", language),
            "over": translate("Tiden er ute", language),
            "next": translate("Neste: {title}", language),
            "back": translate("Tilbake: {title}", language),
            "choose-theme": translate("Tema vi snakker om", language),
            "no-theme": translate("Ikke noe bestemt tema", language),
            "choose-box": translate("Tid", language),
            "no-box": translate("Ingen klokke", language),
            "start": translate("Start tiden", language),
            "stop": translate("Stopp tiden", language),
            "lock": translate("Lås det vi er enige om", language),
            "unlock": translate("Åpne igjen", language),
            "follow": translate("Følg plenum: prosesslederen styrer trinn og tid", language),
            "more": translate("Styr rommet", language),
            "refused": translate("Det gikk ikke. Prøv igjen om litt.", language),
        }

    def receive(self, message: Mapping[str, Any]) -> None:
        """Lead the room on a "lead" message; tell the browser where that is refused."""
        if message.get("type") != "lead" or self._on_lead is None:
            return
        wanted = message.get("lead")
        try:
            self._on_lead(wanted if isinstance(wanted, dict) else {})
        except KompetanseError as error:
            self.send({"type": "refused", "message": str(error)})
        except Exception:
            _log.exception("The room could not be led on")
            self.send({"type": "refused", "message": self.words["refused"]})


class PlenumWidget(MomentsWidget):
    """The same for the facilitator, who leads all groups of a date that follow: without a lock, and without «Vis».

    >>> PlenumWidget.words_in("nb")["more"]
    'Styr plenum'
    """

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words around the moment of all."""
        return super().words_in(language) | {
            "here": translate("Her er plenum nå", language),
            "more": translate("Styr plenum", language),
        }
