"""Which reports are wanted, where they land, and in which language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup, Programme
from kompetanse.reports.jobs import report_folders, report_jobs, report_language, wanted_groups

FAUSKE = LeadershipGroup(id="fauske", name="Fauske", municipalities=("1841",), gathering_date=date(2026, 12, 9))
BODO_1 = LeadershipGroup(id="bodo-1", name="Bodø, levekår", municipalities=("1804",))
BODO_2 = LeadershipGroup(id="bodo-2", name="Bodø, teknisk", municipalities=("1804",))
TWO_SMALL = LeadershipGroup(id="roest-og-vaeroey", name="Røst og Værøy", municipalities=("1856", "1857"))
COUNTY = LeadershipGroup(id="fylket", name="Nordland fylkeskommune")
EVERYONE = [BODO_1, BODO_2, FAUSKE, COUNTY, TWO_SMALL]


@pytest.fixture(scope="module")
def programme() -> Programme:
    """The shipped programme."""
    return load_programme()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A home with groups of every kind."""
    with Store.open(tmp_path / "home") as found:
        for group in EVERYONE:
            found.put_group(group)
        yield found


def test_report_lands_in_a_folder_of_the_municipality() -> None:
    assert report_folders(EVERYONE)["fauske"] == "1841-fauske"


@pytest.mark.parametrize("group", [BODO_1, TWO_SMALL, COUNTY], ids=lambda group: group.id)
def test_group_that_is_not_the_one_of_its_municipality_has_a_folder_by_its_id(group: LeadershipGroup) -> None:
    assert report_folders(EVERYONE)[group.id] == group.id


def test_municipality_stands_for_all_its_groups() -> None:
    assert wanted_groups(EVERYONE, municipalities=("1804",)) == [BODO_1, BODO_2]


def test_group_is_asked_for_by_id() -> None:
    assert wanted_groups(EVERYONE, groups=("fylket", "fauske")) == [FAUSKE, COUNTY]


def test_all_are_all() -> None:
    assert wanted_groups(EVERYONE, every=True) == EVERYONE


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Say which groups are meant: --municipality NR, --group ID, or --all (one of the three)."),
        (
            {"every": True, "groups": ("fauske",)},
            "Say which groups are meant: --municipality NR, --group ID, or --all (one of the three).",
        ),
        (
            {"municipalities": ("1818",)},
            "This home has no group of municipality '1818'; it has 1804, 1841, 1856, 1857.",
        ),
        (
            {"groups": ("fauske", "bode", "rana")},
            "This home has no group of id 'bode', 'rana'; it has bodo-1, bodo-2, fauske, fylket, roest-og-vaeroey.",
        ),
        ({"municipalities": ("9999",)}, "There is no municipality '9999'"),
        ({"municipalities": ("Fauske",)}, "There is no municipality 'Fauske'; write the number: '1841'"),
    ],
)
def test_what_cannot_be_found_is_one_sentence(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        wanted_groups(EVERYONE, **asked)  # type: ignore[arg-type]
    assert str(refused.value).startswith(sentence)


def test_home_without_groups_says_what_to_do() -> None:
    with pytest.raises(InputError, match="no groups yet: import their answers first"):
        wanted_groups([], every=True)


def test_job_says_what_the_report_says(store: Store, programme: Programme, tmp_path: Path) -> None:
    (job,) = report_jobs([FAUSKE], store=store, programme=programme, out=tmp_path, edition="shared")
    assert job.parameters == {"module": "modul-1", "group": "fauske", "language": "nb", "edition": "shared"}
    assert (job.meta.name, job.meta.date, job.meta.draft) == ("Fauske – Fuossko", date(2026, 12, 9), False)
    assert job.folder == tmp_path / "1841-fauske"
    assert job.shelf == store.home / "reports" / "fauske" / "shared"


def test_approved_report_is_no_draft(store: Store, programme: Programme, tmp_path: Path) -> None:
    store.release("fauske", "modul-1", "report", as_of=0, hash="")
    (job,) = report_jobs([FAUSKE], store=store, programme=programme, out=tmp_path)
    assert not job.meta.draft


def test_municipality_that_has_chosen_nynorsk_gets_it(programme: Programme) -> None:
    assert report_language(FAUSKE, programme) == "nb"
    assert report_language(LeadershipGroup(id="vinje", name="Vinje", municipalities=("4036",)), programme) == "nn"


def test_approvals_of_all_groups_are_those_of_each(demo_home: Path) -> None:
    with Store.open(demo_home) as store:
        one_by_one = {group.id: store.approval_in_force(group.id, "modul-1") for group in store.groups()}
        assert store.approvals_in_force("modul-1") == {id_: each for id_, each in one_by_one.items() if each}
        assert any(one_by_one.values())
