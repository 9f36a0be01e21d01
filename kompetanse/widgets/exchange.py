"""What a group has with other groups: what it can do about it, and what it reads of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from kompetanse.errors import KompetanseError
from kompetanse.language import Language, translate
from kompetanse.widgets.component import Component, script, style

#: Does what a button says with what was chosen or typed, and returns a sentence; a KompetanseError refuses with its.
OnDeed = Callable[[str, str], str]

_LONGEST: Final = 200

_log = logging.getLogger(__name__)


class ExchangeWidget(Component):
    """Parts, one below the other; one that is the same as before is not drawn anew, so that nothing typed is lost.

    `parts`: each with an `id` and what it `is`. A "heading", "text" or "code" has `text`, a "list" `items`; a "deed" is
    a button with a `label`, and as needed a question to `confirm`, a `choice` or a `field`; "read" is what others have
    written, a `title`, `meta` and `lines`; "find" shows those of its `items` that are about a theme.

    >>> widget = ExchangeWidget(
    ...     on_deed=lambda name, value: "Dere er med.",
    ...     content={
    ...         "parts": [
    ...             {"id": "who", "is": "text", "text": "Bare gruppene som er med, ser notatene."},
    ...             {"id": "join", "is": "deed", "name": "join", "label": "Bli med",
    ...              "field": {"label": "Kode", "hint": "Fra en av de andre gruppene.", "longest": 20}},
    ...         ]
    ...     },
    ... )
    >>> [part["is"] for part in widget.content["parts"]]
    ['text', 'deed']
    """

    _esm = script("exchange")
    _css = style("exchange")

    def __init__(self, *, content: Mapping[str, Any], on_deed: OnDeed | None = None, language: Language = "nb"):
        self._on_deed = on_deed
        #: What some parts were made from, for whoever makes them again: it is theirs, and no browser is sent it.
        self.basis: Any = None
        super().__init__(content=content, language=language)

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words around the buttons."""
        return super().words_in(language) | {
            "cancel": translate("Avbryt", language),
            "working": translate("Et øyeblikk …", language),
            "no-answer": translate("Vi fikk ikke svar. Prøv igjen.", language),
            "refused": translate("Det gikk ikke. Prøv igjen om litt.", language),
            "with-others": translate("Sammen med andre grupper", language),
        }

    def show(self, parts: list[dict[str, Any]]) -> None:
        """Replaces what is shown, if it differs."""
        if parts != self.content["parts"]:
            self.content = {**self.content, "parts": parts}

    def receive(self, message: Mapping[str, Any]) -> None:
        """Do the deed of a "deed" message, and tell the browser how it went."""
        name, value = message.get("name"), message.get("value", "")
        known = {part["name"] for part in self.content["parts"] if part["is"] == "deed"}
        if message.get("type") != "deed" or not isinstance(value, str) or not isinstance(name, str):
            return
        kind, words = self._done(name, value[:_LONGEST]) if name in known else ("refused", self.words["refused"])
        self.send({"type": kind, "id": str(message.get("id"))[:64], "message": words})

    def _done(self, name: str, value: str) -> tuple[str, str]:
        if self._on_deed is None:
            return "refused", self.words["refused"]
        try:
            return "done", self._on_deed(name, value)
        except KompetanseError as error:
            return "refused", str(error)
        except Exception:
            _log.exception("The deed %r failed", name)
            return "refused", self.words["refused"]
