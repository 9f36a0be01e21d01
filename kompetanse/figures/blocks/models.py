"""The block types: frozen values without any look of their own."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kompetanse.figures.svg import safe_svg

_SAFE_ADDRESS = re.compile(r"(https?://|mailto:|tel:|[/#](?!/))\S*", re.IGNORECASE)


def _safe_address(address: str | None) -> str | None:
    """The address, or None for one that a page should not lead to (`javascript:` and the like)."""
    return address if address and _SAFE_ADDRESS.fullmatch(address) else None


def _safe_picture(svg: str | None) -> str | None:
    return None if svg is None else safe_svg(svg)


Picture = Annotated[str, AfterValidator(_safe_picture)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(_Model):
    """A stretch of text with one look."""

    text: str
    strong: bool = False
    emphasis: bool = False
    href: Annotated[str | None, AfterValidator(_safe_address)] = None


class Heading(_Model):
    """A heading; level 1 opens a chapter."""

    type: Literal["heading"] = "heading"
    level: int = Field(ge=1, le=4)
    text: str


class Paragraph(_Model):
    """Running text."""

    type: Literal["paragraph"] = "paragraph"
    runs: tuple[Run, ...]


class List(_Model):
    """A bulleted or numbered list; one item is one line of runs."""

    type: Literal["list"] = "list"
    ordered: bool = False
    items: tuple[tuple[Run, ...], ...]


class Column(_Model):
    """A column of a table; figures stand to the right."""

    title: str
    align: Literal["left", "right"] = "left"


class Table(_Model):
    """Rows of plain text under named columns; the first cell names its row where `row_headers` says so."""

    type: Literal["table"] = "table"
    caption: str
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[tuple[str, ...], ...]
    row_headers: bool = True
    note: str | None = None

    @model_validator(mode="after")
    def _rows_fit_the_columns(self) -> Table:
        for place, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {place} of {self.caption!r} has {len(row)} cells, not {len(self.columns)}")
        return self


class Figure(_Model):
    """A picture under the sentence it shows, with the same said in words (`alt`) and in figures (`table`)."""

    type: Literal["figure"] = "figure"
    title: str
    svg: Picture
    svg_narrow: Picture | None = None
    alt: str
    table: Table | None = None
    note: str | None = None


class Callout(_Model):
    """Something to stop at: what to talk about, a note, or what kind of data and report this is."""

    type: Literal["callout"] = "callout"
    kind: Literal["talk", "note", "made-up", "draft"]
    title: str
    paragraphs: tuple[str, ...] = ()


class KeyFigure(_Model):
    """One figure with what it counts."""

    value: str
    label: str
    note: str | None = None


class KeyFigures(_Model):
    """A few figures side by side."""

    type: Literal["key_figures"] = "key_figures"
    items: tuple[KeyFigure, ...] = Field(min_length=1)


class Quote(_Model):
    """Free text written by people: plain text in any script, whatever it looks like."""

    type: Literal["quote"] = "quote"
    text: str
    note: str | None = None


class Cover(_Model):
    """The first page of a report."""

    type: Literal["cover"] = "cover"
    programme: str
    name: str
    subtitle: str
    lines: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


class PageBreak(_Model):
    """A new page in print; nothing on screen."""

    type: Literal["page_break"] = "page_break"


Block = Annotated[
    Heading | Paragraph | List | Table | Figure | Callout | KeyFigures | Quote | Cover | PageBreak,
    Field(discriminator="type"),
]


def paragraph(text: str) -> Paragraph:
    """A paragraph of one plain text."""
    return Paragraph(runs=(Run(text=text),))


def bullets(*texts: str, ordered: bool = False) -> List:
    """A list of plain texts."""
    return List(ordered=ordered, items=tuple((Run(text=text),) for text in texts))
