"""A rerun makes what has changed and nothing else, whatever became of the run before."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from kompetanse.answers.store import Answer, Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup
from kompetanse.reports import basis
from kompetanse.reports.files import put_in_place
from kompetanse.reports.job import ReportJob
from kompetanse.reports.jobs import report_jobs
from kompetanse.reports.ledger import Ledger
from kompetanse.reports.result import Result, summary
from kompetanse.reports.runner import make_reports
from tests.reports.making_jobs import META, is_whole, jobs, runs

KILLS = 20 if os.environ.get("KOMPETANSE_SOAK") else 2
FAUSKE = LeadershipGroup(id="fauske", name="Fauske", municipalities=("1841",), made_up=True)
BODO = LeadershipGroup(id="bodo", name="Bodø", municipalities=("1804",), made_up=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a home of two groups."""
    with Store.open(tmp_path / "home") as store:
        for group in (FAUSKE, BODO):
            store.put_group(group)
    return tmp_path


def bases(folder: Path, **changes: object) -> dict[str, str]:
    """What each group's report rests on now."""
    with Store.open(folder / "home") as store:
        found = report_jobs(store.groups(), store=store, programme=load_programme(), out=folder / "out", **changes)  # type: ignore[arg-type]
    return {job.meta.author: job.basis for job in found}


def pretended(folder: Path, count: int = 1) -> list[ReportJob]:
    """Jobs whose reports are there and written down."""
    made = jobs(folder, count)
    (folder / "home").mkdir(exist_ok=True)
    with Ledger.of_home(folder / "home") as ledger:
        for job in made:
            aside = folder / "aside"
            aside.mkdir(exist_ok=True)
            files = [aside / f"{job.template.stem}.{kind}" for kind in ("ipynb", "html", "pdf")]
            for file in files:
                file.write_text(f"{file.name} of {job.meta.name}")
            job.folder.mkdir(parents=True)
            ledger.write(job, put_in_place(files, files[1:], job.folder, job.shelf))
    return made


def stands(folder: Path, job: ReportJob) -> bool:
    with Ledger.of_home(folder / "home") as ledger:
        return ledger.stands(job)


def test_same_store_gives_the_same_basis(home: Path) -> None:
    assert bases(home) == bases(home)


def test_changed_answer_changes_the_basis_of_its_group_only(home: Path) -> None:
    before = bases(home)
    with Store.open(home / "home") as store:
        store.append([_answer("fauske")])
    after = bases(home)
    assert after["Fauske"] != before["Fauske"]
    assert after["Bodø"] == before["Bodø"]


def test_release_and_group_change_the_basis(home: Path) -> None:
    seen = [bases(home)["Fauske"]]
    with Store.open(home / "home") as store:
        store.release("fauske", "modul-1", "room", as_of=0, hash="")
        seen.append(bases(home)["Fauske"])
        store.put_group(FAUSKE.model_copy(update={"invited": 9}))
        seen.append(bases(home)["Fauske"])
        with store.writing() as here:
            here.releases.add_of_region("modul-1", "region", units=5, people=40, figures=[], basis={})
        seen.append(bases(home)["Fauske"])
    assert len(set(seen)) == len(seen)


def test_what_is_asked_for_changes_the_basis(home: Path) -> None:
    plain = bases(home)["Fauske"]
    assert bases(home, edition="shared")["Fauske"] != plain
    assert bases(home, formats=("pdf",))["Fauske"] != plain


def test_template_programme_and_environment_change_the_basis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template, programme = tmp_path / "t.ipynb", tmp_path / "programme"
    programme.mkdir()
    template.write_text("{}")
    (programme / "programme.yml").write_text("a")
    seen = [basis.common_basis(template, programme)]
    template.write_text("{ }")
    seen.append(basis.common_basis(template, programme))
    (programme / "programme.yml").write_text("b")
    seen.append(basis.common_basis(template, programme))
    monkeypatch.setattr(basis, "version", lambda name: "0")
    seen.append(basis.common_basis(template, programme))
    monkeypatch.setattr(basis, "package_folder", lambda: programme)
    seen.append(basis.common_basis(template, programme))
    assert len(set(seen)) == len(seen)


def test_what_a_report_says_of_itself_changes_its_basis() -> None:
    one, other = (basis.report_basis("c", {}, meta, "s", ["pdf"]) for meta in (META, replace(META, draft=False)))
    assert one != other


def test_unchanged_report_is_not_made(tmp_path: Path) -> None:
    made = pretended(tmp_path, 2)
    with Ledger.of_home(tmp_path / "home") as ledger:
        results = make_reports(made, workers=_nobody, ledger=ledger)
    assert results == [Result(job, unchanged=True) for job in made]
    assert summary(results) == "0 of 2 reports made, 2 unchanged since the last time."


def test_file_that_is_only_touched_is_unchanged(tmp_path: Path) -> None:
    (job,) = pretended(tmp_path)
    (job.folder / "counts-its-runs.pdf").touch()
    assert stands(tmp_path, job)


@pytest.mark.parametrize("place", ["folder", "shelf"])
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_text(path.read_text().replace("of", "fo"))])
def test_file_that_is_changed_or_gone_is_made_again(tmp_path: Path, place: str, harm: Callable[[Path], None]) -> None:
    (job,) = pretended(tmp_path)
    harm(getattr(job, place) / "counts-its-runs.pdf")
    assert not stands(tmp_path, job)


def test_other_basis_is_made_again(tmp_path: Path) -> None:
    (job,) = pretended(tmp_path)
    assert not stands(tmp_path, replace(job, basis="2"))
    assert not stands(tmp_path, replace(job, basis=""))


@pytest.mark.parametrize("content", [b"no database at all, but longer than a header " * 10, b""])
def test_ledger_that_is_damaged_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (job,) = pretended(tmp_path)
    (tmp_path / "home" / "reports.sqlite").write_bytes(content)
    assert not stands(tmp_path, job)


def test_ledger_is_its_owners_alone(tmp_path: Path) -> None:
    pretended(tmp_path)
    assert (tmp_path / "home" / "reports.sqlite").stat().st_mode & 0o777 == 0o600


def test_report_is_made_once_and_again_when_told(tmp_path: Path) -> None:
    (job,) = jobs(tmp_path, 1)
    (tmp_path / "home").mkdir()
    with Ledger.of_home(tmp_path / "home") as ledger:
        first = make_reports([job], ledger=ledger)
        assert (first[0].problem, first[0].unchanged, runs(job)) == (None, False, 1)
        assert make_reports([job], ledger=ledger)[0].unchanged
        assert (runs(job), is_whole(job)) == (1, True)
        make_reports([job], ledger=ledger, again=True)
        assert runs(job) == 2


def test_kernel_that_died_is_tried_again_and_a_failing_cell_is_not(tmp_path: Path) -> None:
    (dies,) = jobs(tmp_path / "a", 1, edition="dies-once")
    (fails,) = jobs(tmp_path / "b", 1, edition="fails-once")
    results = make_reports([dies, fails])
    assert [result.problem for result in results] == [
        None, "cell 'once' of the notebook failed with ValueError: the first time"
    ]  # fmt: skip
    assert [runs(dies), runs(fails)] == [2, 1]


def test_kernel_that_always_dies_is_given_up(tmp_path: Path) -> None:
    (job,) = jobs(tmp_path, 1)
    result = make_reports([replace(job, template=job.template.with_name("loses-its-kernel.ipynb"))])[0]
    assert (result.problem or "").startswith("the process that ran the notebook ended in mid-run")
    assert result.lost


def test_run_that_is_killed_leaves_whole_reports_and_the_next_one_goes_on(
    tmp_path: Path, living: Callable[[int], list[str]]
) -> None:
    (tmp_path / "home").mkdir()
    count, dice = 4, random.Random(1841)
    for number in range(KILLS):
        command = [sys.executable, "-m", "tests.reports.making_jobs", str(tmp_path), str(count), f"edition-{number}"]
        run = subprocess.Popen(
            command, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(dice.uniform(1.5, 14))
        run.kill()
        run.wait()
        end = time.monotonic() + 20
        while living(run.pid) and time.monotonic() < end:
            time.sleep(0.1)
        assert living(run.pid) == []
        for job in jobs(tmp_path, count):
            found = sorted(path.suffix for path in job.folder.glob("counts-its-runs.*"))
            assert found in ([], [".html", ".ipynb", ".pdf"])
    last = jobs(tmp_path, count, edition=f"edition-{KILLS}")
    with Ledger.of_home(tmp_path / "home") as ledger:
        results = make_reports(last, ledger=ledger)
        assert [result.problem for result in results] == [None] * count
        assert all(map(is_whole, last))
        assert len(list(ledger.places())) == count
        assert all(map(ledger.stands, last))


def _nobody(count: int) -> None:
    raise AssertionError("nothing is to be made")


def _answer(group: str) -> Answer:
    return Answer(
        id=uuid4().hex, time=datetime.now(UTC), programme="kompetanseloft-nordland", version="0.1.0", module="modul-1",
        step="evne", round=1, subject="endringer-rundt-oss", aspect="as-is", group=group, municipality=None,
        participant="p-a", value=3, made_up=True,
    )  # fmt: skip
