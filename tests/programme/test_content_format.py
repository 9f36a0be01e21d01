"""docs/content-format.md names every key there is, no other, and its example is a programme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from kompetanse.programme.content import check_content
from kompetanse.programme.kinds import KINDS
from kompetanse.programme.kinds.consensus import Pattern
from kompetanse.programme.kinds.feedback import FeedbackQuestion
from kompetanse.programme.kinds.fields import Prompt
from kompetanse.programme.kinds.poll_content import Option
from kompetanse.programme.kinds.priorities import Way
from kompetanse.programme.models import Framework, Help, Reason, Retention, ScaleNote, SpecialAnswers
from kompetanse.programme.shapes import (
    AxisEntry,
    ClusterEntry,
    FacetEntry,
    FamilyEntry,
    InstrumentEntry,
    ItemEntry,
    ModuleEntry,
    PageEntry,
    PhaseEntry,
    ProgrammeEntry,
    StepEntry,
)

PAGE = (Path(__file__).parents[2] / "docs" / "content-format.md").read_text("utf-8")
#: What each section is about: first the shape, all of whose keys stand there; then those it may name as well.
SECTIONS: dict[str, tuple[type[BaseModel], ...]] = {
    "programme.yml": (ProgrammeEntry, Help, Retention),
    "A module": (ModuleEntry,),
    "A phase": (PhaseEntry,),
    "A step": (StepEntry,),
    "The text of a step: `<step>.<language>.md`": (PageEntry,),
    "An instrument": (InstrumentEntry, ScaleNote, SpecialAnswers, Reason, Framework, ItemEntry),
    "A family": (FamilyEntry,),
    "An axis": (AxisEntry,),
    "A cluster": (ClusterEntry,),
    "A facet": (FacetEntry,),
    "An item": (ItemEntry,),
    **{kind: (module.Content, Prompt, Option, Pattern, Way, FeedbackQuestion) for kind, module in KINDS.items()},
}


def section(title: str) -> str:
    """The text below a heading, up to the next one."""
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"content-format.md has no section {title!r}"
    return found[1]


@pytest.mark.parametrize("title", SECTIONS)
def test_section_names_each_key(title: str) -> None:
    first_cells = " ".join(re.findall(r"^\| (`.*?) \|", section(title), re.MULTILINE))
    assert sorted(re.findall(r"`(\w+)`", first_cells)) == sorted(SECTIONS[title][0].model_fields)


@pytest.mark.parametrize("title", SECTIONS)
def test_section_names_no_key_that_does_not_exist(title: str) -> None:
    tables = " ".join(re.findall(r"^\|.*$", section(title), re.MULTILINE))
    known = {key for shape in SECTIONS[title] for key in shape.model_fields}
    assert set(re.findall(r"`(\w+)`", tables)) <= known


@pytest.mark.parametrize("title", SECTIONS)
def test_section_says_which_keys_are_needed(title: str) -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", section(title), re.MULTILINE)
    said = {key: need for keys, need in rows for key in re.findall(r"`(\w+)`", keys)}
    for key, field in SECTIONS[title][0].model_fields.items():
        assert field.is_required() == (said[key] in {"needed", f"{key} needed"}), key


def test_smallest_programme_has_no_mistakes(tmp_path: Path) -> None:
    files = re.findall(r"^\*\*`(\S+)`\*\*\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for name, text in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    assert len(files) == 4
    assert check_content(tmp_path) == []
