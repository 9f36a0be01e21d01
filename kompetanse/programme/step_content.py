"""From a step's files to a Step: `<step>.yml` has what it asks, `<step>.<language>.md` what there is to read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kompetanse.language import Language
from kompetanse.programme.document import Page, Part, Shelf
from kompetanse.programme.inspection import Inspection, is_id
from kompetanse.programme.kinds import KINDS
from kompetanse.programme.models import Instrument, Step, Text
from kompetanse.programme.shapes import PageEntry, StepEntry

HEADING = re.compile(r"^(#{1,6}) ", re.MULTILINE)
TABLE_LINE = re.compile(r"^\|", re.MULTILINE)
LIST_ENTRY = re.compile(r"^ *(?:[-*+]|\d+[.)]) ", re.MULTILINE)
PLACEHOLDER = re.compile(r"\{\{.*?\}\}")


@dataclass
class KnownInstruments:
    """The instruments of a programme by id: None for one with mistakes, so that a step is not blamed for them."""

    by_id: dict[str, Instrument | None] = field(default_factory=dict)
    #: Whether one could not be read at all, so that nobody knows its id.
    unread: bool = False


class StepReader:
    """Reads the steps of one phase."""

    def __init__(self, folder: str, instruments: KnownInstruments, shelf: Shelf, inspection: Inspection):
        self.folder = folder
        self.instruments = instruments
        self.shelf = shelf
        self.inspection = inspection

    def read(self, part: Part) -> Step | None:
        """A step of the running order; None, with all its mistakes noted, where it has some that hide what it is."""
        entry = self.inspection.entry(part, StepEntry)
        step_id = part.part("id").data
        if not isinstance(step_id, str) or not is_id(step_id):
            return None
        pages = self._pages(part, f"{self.folder}/{step_id}")
        heads = {language: self.inspection.entry(page.head, PageEntry) for language, page in pages.items()}
        self._check_heads(pages, heads)
        if entry is None or not self.inspection.choose(part, entry.kind, KINDS, "kind", what="kind of step"):
            return None
        self._check_bodies(list(pages.values()), needed=entry.kind == "text")
        when = {language: head.when for language, head in heads.items() if head and head.when}
        return Step(
            **dict(entry),
            title=_text({language: head.title for language, head in heads.items() if head}),
            when=_text(when) if when else None,
            body=_text({language: page.body for language, page in pages.items()}),
            sources={language: head.sources for language, head in heads.items() if head and head.sources},
            content=self._content(part, entry),
        )

    def _content(self, part: Part, entry: StepEntry) -> Any:
        shape = KINDS[entry.kind].Content
        needed = any(field.is_required() for field in shape.model_fields.values())
        document = self.shelf.document(f"{self.folder}/{entry.id}.yml", named_by=part.part("id"), needed=needed)
        if document is None:
            return None if needed else shape()
        content = self.inspection.entry(document, shape)
        if content is not None and "instrument" in shape.model_fields:
            self._check_instrument(document, str(document.part("instrument").data))
        return content

    def _check_instrument(self, document: Part, name: str) -> None:
        by_id = self.instruments.by_id
        if name not in by_id and self.instruments.unread:
            return
        known = self.inspection.choose(document, name, by_id, "instrument", what="instrument of this programme")
        axis, instrument = document.part("axis").data, by_id.get(name)
        if known and instrument and isinstance(axis, str):
            axes = [one.id for one in instrument.axes]
            self.inspection.choose(document, axis, axes, "axis", what=f"axis of {name!r}")

    def _pages(self, part: Part, stem: str) -> dict[Language, Page]:
        found = {
            language: self.shelf.page(f"{stem}.{language}.md", named_by=part.part("id"))
            for language in self.inspection.languages
        }
        return {language: page for language, page in found.items() if page}

    def _check_heads(self, pages: dict[Language, Page], heads: dict[Language, PageEntry | None]) -> None:
        """A page has the same keys and as many sources in every language."""
        known = [(pages[language].head, head) for language, head in heads.items() if head]
        for part, head in known:
            first, other = known[0]
            if bool(head.when) != bool(other.when):
                self.inspection.note(part, f"'when' stands here or in {first.file}, but not in both; write it in both.")
            if len(head.sources) != len(other.sources):
                message = (
                    f"There are {len(head.sources)} sources here and {len(other.sources)} in {first.file}; "
                    "list the same ones in every language."
                )
                self.inspection.note(part, message, "sources")

    def _check_bodies(self, pages: list[Page], *, needed: bool) -> None:
        """A page says the same in every language, as far as its outline shows."""
        first = next((page for page in pages if page.body), None)
        for page in pages:
            if "#" in HEADING.findall(page.body):
                message = "A heading with one # would repeat the title at the head of the file; begin with ##."
                self.inspection.note(page.text, message)
            if not page.body and (needed or first):
                there = f", as {first.text.file} has it" if first else ""
                self.inspection.note(page.text, f"There is no text below the second line of hyphens; write it{there}.")
            if page.body and first and page is not first:
                self._compare(page, first)

    def _compare(self, page: Page, first: Page) -> None:
        for what, mine, other in (
            ("headings", *(" ".join(HEADING.findall(one.body)) or "none" for one in (page, first))),
            ("lines of tables", *(len(TABLE_LINE.findall(one.body)) for one in (page, first))),
            ("list entries", *(len(LIST_ENTRY.findall(one.body)) for one in (page, first))),
        ):
            if mine != other:
                message = f"The {what} differ: {mine} here, {other} in {first.text.file}; make the languages alike."
                self.inspection.note(page.text, message)
        mine_all, others = (Counter(PLACEHOLDER.findall(one.body)) for one in (page, first))
        for placeholder in others - mine_all:
            message = f"The placeholder {placeholder} of {first.text.file} is missing; write it here too, as often."
            self.inspection.note(page.text, message)
        for placeholder in mine_all - others:
            message = f"The placeholder {placeholder} stands less often in {first.text.file}; write it in both or none."
            self.inspection.note(page.text, message)


def _text(words: Mapping[Language, str]) -> Text:
    return Text(**{str(language): text for language, text in words.items()})
