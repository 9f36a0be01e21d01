"""Whatever happens to a file, reading it ends in a programme or a ContentError, never in another error."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kompetanse.errors import ContentError, Mistake
from kompetanse.programme.content import load_programme
from kompetanse.programme.inspection import Inspection
from kompetanse.programme.plain_yaml import plain

HERE = Path(__file__).parent
FILES = sorted(path.relative_to(HERE / "sound").as_posix() for path in (HERE / "sound").rglob("*") if path.is_file())
#: What a slip of the hand, an editor or a bad copy leaves behind, and what YAML gives a meaning.
SCRAPS = [
    "", " ", "\n", "\n\n", "\t", ":", "- ", "---\n", "...\n", "{", "}", "[", "]", '"', "'", "#", "&a ", "*a", "!x ",
    "!!set ", "? ", "| \n", "> \n", "%YAML 1.1\n", "<<: ", "~", "null", "true", "0x1F", "0o7", "1e400", ".nan",
    "2026-02-30", "999999999999999999999", "9" * 5000, "\\", "\x00", "\ufeff", "\u2028", "\U0001f44d", "id", "nb",
    "levels", "=", "`", "@", ",",
]  # fmt: skip

EXAMPLES = 1000 if os.environ.get("KOMPETANSE_SOAK") == "1" else 50

mangled = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def workbench() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(HERE / "sound", Path(folder) / "programme"))


def read(workbench: Path, name: str, data: bytes) -> None:
    """Load the programme with one file replaced; any error but ContentError fails the test."""
    path = workbench / name
    before = path.read_bytes()
    path.write_bytes(data)
    mistakes: list[Mistake] | None = None
    try:
        load_programme(workbench)
    except ContentError as error:
        mistakes = error.mistakes
    finally:
        path.write_bytes(before)
    assert mistakes is None or (mistakes and all(mistake.message for mistake in mistakes))


@mangled
@given(name=st.sampled_from(FILES), share=st.floats(0, 1))
def test_truncated_file(workbench: Path, name: str, share: float) -> None:
    whole = (workbench / name).read_bytes()
    read(workbench, name, whole[: int(share * len(whole))])


@mangled
@given(name=st.sampled_from(FILES), data=st.data())
def test_file_with_something_put_in_or_taken_out(workbench: Path, name: str, data: st.DataObject) -> None:
    text = (workbench / name).read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(st.sampled_from(SCRAPS)) + text[end:]
    read(workbench, name, text.encode())


@mangled
@given(name=st.sampled_from(FILES), data=st.data())
def test_file_with_values_exchanged(workbench: Path, name: str, data: st.DataObject) -> None:
    lines = (workbench / name).read_text("utf-8").split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    key, colon, _ = lines[place].partition(":")
    lines[place] = key + colon + " " + data.draw(st.sampled_from(SCRAPS))
    read(workbench, name, "\n".join(lines).encode())


@mangled
@given(name=st.sampled_from(FILES), data=st.data())
def test_file_with_lines_moved(workbench: Path, name: str, data: st.DataObject) -> None:
    lines = (workbench / name).read_text("utf-8").split("\n")
    read(workbench, name, "\n".join(data.draw(st.permutations(lines))).encode())


@mangled
@given(name=st.sampled_from(FILES), data=st.binary(max_size=300))
def test_file_of_any_bytes(workbench: Path, name: str, data: bytes) -> None:
    read(workbench, name, data)


@mangled
@given(text=st.lists(st.sampled_from([*SCRAPS, "a: 1\n", "  b: ", "- c\n"]), max_size=30).map("".join))
def test_any_text_is_plain_data_or_a_mistake(text: str) -> None:
    inspection = Inspection()
    assert plain(text, file="f.yml", inspection=inspection) is not None or inspection.mistakes
