"""What a device is sent, all of it, and what of it is somebody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error, Page, Request, WebSocket

from kompetanse.answers.store import Store

PARTICIPANT = re.compile(r"\bp-[a-z2-7]{20}\b")
#: What each gives by themselves, as the answers of a component are named: of whatever kind, in whatever message.
OWN = re.compile(r"[\w.-]*\|(?:as-is|to-be|importance|comment|comment-shared|withheld|form|points|note)")

#: How a figure that is made from what several have given would be named in a message, or what lies below it.
FIGURES = frozenset({"participant", "as_is", "to_be", "dots", "levels_given", "mean", "median", "spread", "people"})

_DECODER = json.JSONDecoder()
_TEXTS = ("text/html", "application/json", "text/plain", "text/calendar", "text/csv")


@dataclass
class Wire:
    """Everything that a browser's page has been sent: pages, pieces of pages, and what came over its lines."""

    sent: list[str] = field(default_factory=list)
    _looked_at: int = 0
    _answers: set[tuple[str, str]] = field(default_factory=set)
    _figures: set[str] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        """Keeps all that this page is sent from now on."""

        def asked(request: Request) -> None:
            response = request.response()
            kind = response.headers.get("content-type", "") if response is not None else ""
            if response is None or response.status != 200 or not kind.startswith(_TEXTS):
                return
            # A page that has been left keeps nothing of what it was sent.
            with suppress(Error):
                self.sent.append(response.text())

        def opened(line: WebSocket) -> None:
            line.on("framereceived", self.hear)

        page.on("requestfinished", asked)
        page.on("websocket", opened)

    def hear(self, frame: str | bytes) -> None:
        """Keeps a message of a line."""
        self.sent.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    @property
    def text(self) -> str:
        """All of it, as it came."""
        return "\n".join(self.sent)

    def has(self, words: str) -> bool:
        """Whether these words are anywhere in it, however they are written down."""
        escaped = json.dumps(words)[1:-1]
        return any(each in text for text in self.sent for each in {words, escaped, escaped.replace("\\", "\\\\")})

    @property
    def participants(self) -> set[str]:
        """The tokens of persons that are anywhere in it."""
        return set(PARTICIPANT.findall(self.text))

    @property
    def answers(self) -> set[tuple[str, str]]:
        """What persons have given, by its name, with its value as JSON, in whatever message it came."""
        self._look()
        return self._answers

    @property
    def figures(self) -> set[str]:
        """The names of figures of several persons, or of what these are made from, in whatever message they came."""
        self._look()
        return self._figures

    def _look(self) -> None:
        for text in self.sent[self._looked_at :]:
            for name, value in _named(_objects(text)):
                if OWN.fullmatch(name):
                    self._answers.add((name, json.dumps(value, sort_keys=True)))
                if name in FIGURES and value:
                    self._figures.add(name)
        self._looked_at = len(self.sent)


def own_answers(store: Store, participant: str) -> set[tuple[str, str]]:
    """What a person has given so far, and what it was before they changed it, as `Wire.answers` has it."""
    given = store.changed_since(0, participant=participant)
    return {(f"{each.subject}|{each.aspect}", json.dumps(each.value, sort_keys=True)) for each in given}


def _objects(text: str) -> Iterator[Any]:
    """Every JSON object in a text, wherever it stands."""
    at = text.find("{")
    while at >= 0:
        try:
            found, end = _DECODER.raw_decode(text, at)
            yield found
        except ValueError:
            end = at + 1
        at = text.find("{", end)


def _named(values: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Every field of JSON values with its name, however deep, also of JSON that is written down in a text."""
    for value in values:
        if isinstance(value, dict):
            yield from value.items()
            yield from _named(value.values())
        elif isinstance(value, list):
            yield from _named(value)
        elif isinstance(value, str) and "{" in value:
            yield from _named(_objects(value))
