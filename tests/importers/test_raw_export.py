"""Single answers leave the home only with a named approval that is logged, and under ids that lead nowhere."""

from __future__ import annotations

import csv
import json
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kompetanse.analysis.frames import ANSWER_COLUMNS
from kompetanse.answers.demo.home import make_one_group
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.importers.raw_export import Approval, export_raw
from kompetanse.programme.models import Programme

APPROVAL = Approval("Kari Nordmann", "evaluering av modul 1, sak 26/114")
MODULE = "modul-1"


@pytest.fixture
def group(store: Store, programme: Programme) -> str:
    """A group that has come all the way."""
    return make_one_group(store, programme)


def leader(store: Store, programme: Programme, group: str) -> AnswerLog:
    """Somebody new in the group."""
    entry = store.enter(store.create_code("leader", group))
    assert entry is not None
    return AnswerLog(Session("leader", programme.id, group, entry.participant, "nb", None), store, programme)


def written(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_approval_is_logged_with_name_and_reason(
    store: Store, programme: Programme, group: str, tmp_path: Path
) -> None:
    summary = export_raw(store, programme, tmp_path / "raw.csv", APPROVAL)
    (entry,) = store.audit_log()
    assert (entry.kind, entry.role) == ("raw_data_approval", "operator")
    assert entry.detail == (
        f"{summary.answers} answers of {summary.participants} participants, approved by Kari Nordmann: "
        "evaluering av modul 1, sak 26/114"
    )
    assert stat.S_IMODE(summary.path.stat().st_mode) == 0o600
    assert len(written(summary.path)) == summary.answers > 100


@pytest.mark.parametrize(
    ("approval", "words"),
    [
        (Approval("", "evaluering"), "only with a named approval"),
        (Approval("Kari", "  "), "only with a named approval"),
        (Approval("K" * 81, "evaluering"), "--approved-by has 81 characters"),
    ],
)
def test_without_an_approval_nothing_is_written(
    store: Store, programme: Programme, tmp_path: Path, approval: Approval, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        export_raw(store, programme, tmp_path / "raw.csv", approval)
    assert not (tmp_path / "raw.csv").exists()
    assert store.audit_log() == []


def test_a_file_that_cannot_be_written_is_not_logged(
    store: Store, programme: Programme, group: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        export_raw(store, programme, tmp_path / "nowhere" / "raw.csv", APPROVAL)
    assert store.audit_log() == []


def test_ids_lead_neither_to_the_home_nor_to_another_file(
    store: Store, programme: Programme, group: str, tmp_path: Path
) -> None:
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for path in paths:
        export_raw(store, programme, path, APPROVAL)
    tokens = {answer.participant for answer in store.changed_since(0)}
    answer_ids = {answer.id for answer in store.changed_since(0)}
    text = "".join(path.read_text("utf-8") for path in paths)
    assert not [each for each in (tokens - {""}) | answer_ids if each in text]
    one, two = ({row["participant"] for row in written(path)} - {""} for path in paths)
    assert len(one) == len(two) == len(tokens - {""})
    assert not one & two
    rows = written(paths[0])
    assert [row["participant"] for row in rows] == sorted(row["participant"] for row in rows)


def test_what_its_writers_keep_is_not_in_it(store: Store, programme: Programme, group: str, tmp_path: Path) -> None:
    instrument = programme.instrument_of_module(programme.modules[0])
    assert instrument is not None
    theme = instrument.facets[0].id
    kept, shared = leader(store, programme, group), leader(store, programme, group)
    for log, word in ((kept, "hysj"), (shared, "=delt")):
        drafts = [Draft(f"draft-{word[-3:]}-1", MODULE, "evne", theme, "comment", word)]
        if log is shared:
            drafts.append(Draft("draft-share-1", MODULE, "evne", theme, "comment-shared", True))
        log.append(drafts)
    values = [
        json.loads(row["value"]) for row in written(export_raw(store, programme, tmp_path / "raw.csv", APPROVAL).path)
    ]
    assert "=delt" in values
    assert "hysj" not in values


def test_an_analyst_reads_it_as_the_frame_that_notebooks_have(
    store: Store, programme: Programme, group: str, tmp_path: Path
) -> None:
    frame = pd.read_csv(export_raw(store, programme, tmp_path / "raw.csv", APPROVAL).path, dtype={"municipality": str})
    assert list(frame.columns) == ANSWER_COLUMNS
    assert frame["municipality"].str.len().eq(4).all()
    assert frame["made_up"].all()


def test_the_command_refuses_in_one_sentence(store: Store, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        line = [sys.executable, "-m", "kompetanse", "export", "--home", str(store.home), *arguments]
        done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    assert run("--raw", "--out", "raw.csv", "--approved-by", "Kari") == (
        2,
        "kompetanse: Single answers are handed out only with a named approval: say who has given it with "
        "--approved-by, and what the answers are needed for with --reason.\n",
    )
    assert run("--reason", "evaluering")[0] == 2
    assert not (tmp_path / "raw.csv").exists()
