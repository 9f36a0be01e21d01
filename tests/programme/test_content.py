"""How a folder of files becomes a programme."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from kompetanse.programme.content import load_programme
from kompetanse.programme.inspection import Inspection
from kompetanse.programme.kinds import KINDS
from kompetanse.programme.models import Programme
from kompetanse.programme.plain_yaml import plain


def test_plain_data_keeps_its_lines() -> None:
    part = plain("a: 1\nb:\n  - x: 2026-11-09\n  - y: nei\n", file="f.yml", inspection=Inspection())
    assert part is not None
    assert part.data == {"a": 1, "b": ({"x": date(2026, 11, 9)}, {"y": "nei"})}
    assert [part.line(*place) for place in (("a",), ("b",), ("b", 1), ("b", 1, "y"), ("c",))] == [1, 2, 4, 4, 1]


@pytest.mark.parametrize("text", ["no", "Nei", "yes", "Null", "NULL", "på", "off", "1.2.3", "12:30", "2026-13-01"])
def test_words_that_other_yaml_would_change_stay_words(text: str) -> None:
    part = plain(f"a: {text}", file="f.yml", inspection=Inspection())
    assert part is not None
    assert part.data == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None), ("", None), ("True", True), ("false", False), ("12", 12), ("-3", -3), ("0301", 301),
        ("1.5", 1.5), ("2e3", 2000.0), ("'12'", "12"), ("!!str 12", "12"), ("1_000", "1_000"), ("0x1F", "0x1F"),
        ("1 000", "1 000"), (".", "."), ("e5", "e5"), ("2026-11-09 10:00", "2026-11-09 10:00"),
    ],
)  # fmt: skip
def test_numbers_dates_and_nothing_are_what_they_look_like(text: str, value: object) -> None:
    part = plain(f"a: {text}", file="f.yml", inspection=Inspection())
    assert part is not None
    assert part.data == {"a": value}
    assert type(part.part("a").data) is type(value)


def test_what_stands_behind_a_key_that_stands_twice_is_read_all_the_same() -> None:
    inspection = Inspection()
    plain("a: 1\na: {b: [1, {c: 2}], d: 3}\n[x]: {y: [z]}\ne: !odd 4\n", file="f.yml", inspection=inspection)
    assert [(mistake.line, mistake.message) for mistake in inspection.mistakes] == [
        (2, "'a' stands twice, first in line 1; keep one of them."),
        (3, "('x',) cannot be a key; use a word."),
        (4, "'!odd' is a YAML tag; put a text that begins with ! in quotes."),
    ]


def test_text_is_composed() -> None:
    part = plain("a: Bodø på\u030a\nb: 'a\u030a'", file="f.yml", inspection=Inspection())
    assert part is not None
    assert part.part("b").data == "å"


def test_no_folder_means_the_shipped_programme(shipped: Programme) -> None:
    assert shipped.id == "kompetanseloft-nordland"
    assert shipped == load_programme()


def test_loading_is_quick_enough_for_every_page() -> None:
    spent = []
    for _ in range(5):
        start = time.process_time()  # a busy machine makes everything wait, which says nothing about the loader
        load_programme()
        spent.append(time.process_time() - start)
    assert min(spent) < 0.5


def test_step_has_the_content_of_its_kind(shipped: Programme) -> None:
    for module in shipped.modules:
        for step in module.steps:
            assert isinstance(step.content, KINDS[step.kind].Content)


def test_change_of_a_file_changes_the_programme(sound: Path) -> None:
    path = sound / "programme.yml"
    path.write_text(path.read_text("utf-8").replace("Et lite program", "Et annet program"), "utf-8")
    assert load_programme(sound).title.nb == "Et annet program"


def test_file_that_no_step_names_is_left_alone(sound: Path) -> None:
    (sound / "modul" / "forarbeid" / "notat.nb.md").write_text("Bare et notat.", "utf-8")
    assert load_programme(sound)


def test_language_that_the_programme_lacks_is_not_asked_for(sound: Path) -> None:
    path = sound / "programme.yml"
    path.write_text(path.read_text("utf-8").replace("[nb, nn]", "[nn]"), "utf-8")
    programme = load_programme(sound)
    assert programme.modules[0].steps.__next__().title.to("en") == "Velkomen"
