"""A button that does something for the group."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from kompetanse.errors import KompetanseError
from kompetanse.language import Language, translate
from kompetanse.widgets.component import Component, script, style

#: Does what the button says and returns a sentence about it; a KompetanseError refuses with its own sentence.
OnCommand = Callable[[str], str]

_log = logging.getLogger(__name__)


class CommandWidget(Component):
    """One button; with `confirm` it asks first. Locked, it does nothing.

    >>> widget = CommandWidget(
    ...     on_command=lambda name: "Gruppas svar vises nå.",
    ...     content={
    ...         "name": "reveal",
    ...         "label": "Vis gruppas svar",
    ...         "text": "6 av 8 har svart.",
    ...         "confirm": "Når svarene vises, blir de låst. Er alle klare?",
    ...         "yes": "Ja, vis svarene",
    ...     },
    ... )
    >>> widget.content["name"]
    'reveal'
    """

    _esm = script("command")
    _css = style("command")

    def __init__(
        self,
        *,
        content: Mapping[str, Any],
        on_command: OnCommand | None = None,
        language: Language = "nb",
        locked: bool = False,
    ):
        self._on_command = on_command
        super().__init__(content=content, language=language, locked=locked)

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words around the button."""
        return super().words_in(language) | {
            "cancel": translate("Avbryt", language),
            "working": translate("Et øyeblikk …", language),
            "no-answer": translate("Vi fikk ikke svar. Prøv igjen.", language),
            "refused": translate("Det gikk ikke. Prøv igjen om litt.", language),
        }

    def receive(self, message: Mapping[str, Any]) -> None:
        """Do the command of a "command" message, and tell the browser how it went."""
        if message.get("type") != "command" or message.get("name") != self.content.get("name"):
            return
        kind, words = self._done()
        self.send({"type": kind, "id": str(message.get("id"))[:64], "message": words})

    def _done(self) -> tuple[str, str]:
        if self.locked or self._on_command is None:
            return "refused", self.words["refused"]
        try:
            return "done", self._on_command(self.content["name"])
        except KompetanseError as error:
            return "refused", str(error)
        except Exception:
            _log.exception("The command %r failed", self.content["name"])
            return "refused", self.words["refused"]
