"""The words of a poll: a group's own for itself, and those of all groups when enough have written them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied
from kompetanse.figures.blocks import html
from kompetanse.programme.models import LeadershipGroup, Programme, Step
from kompetanse.sections.context import GroupContext
from kompetanse.sections.words import own_words, release_words, word_blocks, words_now, words_of_all
from kompetanse.server.word_desk import WordDesk
from kompetanse.steps.words import live
from tests.analysis.regions import shipped_programme

MODULE, STEP = "modul-1", "lederegenskaper"
GROUPS = {"fauske": ("1841",), "bodo": ("1804",), "rana": ("1833",), "bodo-to": ("1804",), "landet": ()}

_numbers = count(1)


@pytest.fixture(scope="module")
def programme() -> Programme:
    return shipped_programme()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as opened:
        for id, places in GROUPS.items():
            opened.put_group(LeadershipGroup(id=id, name=id, invited=8, municipalities=places, made_up=True))
        yield opened


class Home:
    """People of several groups who write words."""

    def __init__(self, store: Store, programme: Programme):
        self.store, self.programme = store, programme

    def log(self, role: Role, group: str | None = None, name: str = "") -> AnswerLog:
        token = "p-" + name.ljust(20, "a") if name else None
        return AnswerLog(Session(role, "", group, token, "nb", None), self.store, self.programme)

    def write(self, group: str, name: str, *words: str, shared: bool = True) -> None:
        values = {"answer": list(words), "shared": shared}
        self.log("leader", group, name).append(
            Draft(f"draft-{next(_numbers):08d}", MODULE, STEP, STEP, aspect, value, 1)
            for aspect, value in values.items()
        )

    def context(self, log: AnswerLog, group: str) -> GroupContext:
        module = self.programme.modules[0]
        instrument = self.programme.instrument_of_module(module)
        found = self.store.group(group)
        assert instrument is not None
        assert found is not None
        return GroupContext(self.programme, module, instrument, found, "nb", log.session, log)

    def page(self, role: Role, group: str, name: str = "") -> str:
        return html(word_blocks(self.context(self.log(role, group, name), group), self.step), "nb")

    @property
    def step(self) -> Step:
        found = self.programme.modules[0].step(STEP)
        assert found is not None
        return found

    def own(self, group: str, name: str = "kari") -> list[dict[str, object]]:
        return own_words(self.context(self.log("leader", group, name), group), self.step).rows()


@pytest.fixture
def home(store: Store, programme: Programme) -> Home:
    return Home(store, programme)


def test_group_sees_the_words_that_its_members_share_and_no_others(home: Home) -> None:
    home.write("fauske", "kari", "mot", "tillit")
    home.write("fauske", "per", "Modig", "motet")
    home.write("fauske", "ola", "hemmelig", shared=False)
    home.write("bodo", "eva", "nabo")

    # Per said it twice and counts once.
    assert home.own("fauske") == [{"word": "mot", "people": 2}, {"word": "tillit", "people": 1}]
    page = home.page("room", "fauske")
    assert "mot" in page
    assert "hemmelig" not in page
    assert "nabo" not in page


def test_word_that_is_taken_back_is_gone(home: Home) -> None:
    home.write("fauske", "kari", "mot")
    home.write("fauske", "kari", "mot", shared=False)
    assert home.own("fauske") == []
    assert "Ingen har delt ord" in home.page("leader", "fauske", "per")


@pytest.mark.parametrize(("role", "group"), [("leader", "bodo"), ("contact", "bodo"), ("room", "bodo"),
                                             ("facilitator", None), ("analyst", None)])  # fmt: skip
def test_nobody_else_is_told_a_groups_words(home: Home, role: Role, group: str | None) -> None:
    home.write("fauske", "kari", "mot")
    log = home.log(role, group, "eva" if group and role != "room" else "")
    with pytest.raises(AccessDenied):
        log.shared_words(MODULE, STEP, "fauske")
    with pytest.raises(AccessDenied):
        words_now(log, MODULE, STEP)
    # A facilitator releases on a page what the server has made.
    if role != "facilitator":
        with pytest.raises(AccessDenied):
            log.release_words(MODULE, STEP, as_of=1, words=[{"word": "mot", "people": 9}], hidden=0)


def test_who_shares_is_not_told_by_the_order(home: Home) -> None:
    for name, word in (("kari", "ro"), ("per", "humor"), ("ola", "mot")):
        home.write("fauske", name, word)
    assert home.log("leader", "fauske", "kari").shared_words(MODULE, STEP) == [["humor"], ["mot"], ["ro"]]


def test_word_of_all_needs_three_people_in_three_municipalities(home: Home) -> None:
    operator = home.log("operator")
    for group, name in (("fauske", "kari"), ("bodo", "eva"), ("bodo-to", "liv")):
        # Whether they share with their own group makes no difference here, and two groups of Bodø are one place.
        home.write(group, name, "åpenhet", shared=False)
    assert words_now(operator, MODULE, STEP).rows() == []
    home.write("rana", "nils", "openheit", shared=False)
    assert words_now(operator, MODULE, STEP).rows() == [{"word": "åpenhet", "people": 4}]


def spread(home: Home, word: str) -> None:
    for group in ("fauske", "bodo", "rana"):
        home.write(group, f"{word[:3]}-{group}", word)


def test_words_of_all_are_shown_when_released_and_looked_through(home: Home) -> None:
    for word in ("mot", "tillit", "tull"):
        spread(home, word)
    home.write("landet", "kari", "mot")
    assert "har sett gjennom dem" in home.page("leader", "landet", "kari")
    release_words(home.log("operator"), MODULE, STEP, banned=["tull"])

    page = home.page("leader", "landet", "kari")
    assert "tillit" in page
    assert "tull" not in page
    assert [each.detail for each in home.store.audit_log(kinds=["release"])] == [
        "module modul-1, words of step lederegenskaper: 2 shown, S9 0"
    ]


def test_released_words_stay_as_they_were_counted(home: Home) -> None:
    spread(home, "mot")
    operator = home.log("operator")
    assert release_words(operator, MODULE, STEP).rows() == [{"word": "mot", "people": 3}]
    home.write("landet", "sent", "mot")
    # A second release may ban or merge, and counts the same answers: the one who came late is not told.
    assert release_words(operator, MODULE, STEP).rows() == [{"word": "mot", "people": 3}]
    assert release_words(operator, MODULE, STEP, banned=["modig"]).rows() == []
    assert words_of_all(home.context(home.log("leader", "bodo", "eva"), "bodo"), home.step).rows() == []  # type: ignore[union-attr]


def test_words_are_counted_again_once_anything_changes_that_they_rest_on(home: Home) -> None:
    """The desk's count is the same as a new one at every moment, and kept between them."""
    desk, operator, counts = WordDesk(), home.log("operator"), []

    def now() -> dict[object, object]:
        found = desk.words(operator, MODULE, STEP)
        assert found.rows() == words_now(operator, MODULE, STEP).rows()
        assert desk.words(operator, MODULE, STEP) is found
        counts.append(found)
        return {row["word"]: row["people"] for row in found.rows()}

    assert now() == {}
    for word in ("mot", "ro"):
        spread(home, word)
    assert now() == {"mot": 3, "ro": 3}
    home.write("fauske", "ro-fauske", "humor")
    assert now() == {"mot": 3}
    # Nothing of these is in it.
    home.log("leader", "bodo", "eva").append(
        [Draft("draft-elsewhere", MODULE, "evne", "endringer-rundt-oss", "as-is", 3, 1)]
    )
    home.write("bodo", "mot-bodo", "mot", shared=False)
    spread(home, "tillit")
    assert now() == {"mot": 3, "tillit": 3}
    home.log("leader", "rana", "til-rana").own_erase()
    assert now() == {"mot": 3}
    # Erased and written again by another: as many answers as before, and not the same.
    home.write("rana", "ny", "tillit")
    home.log("leader", "bodo", "mot-bodo").own_erase()
    assert now() == {"tillit": 3}
    release_words(operator, MODULE, STEP)
    home.write("landet", "sent", "tillit")
    assert now() == {"tillit": 3}
    moved = home.store.group("rana")
    assert moved
    home.store.put_group(moved.model_copy(update={"municipalities": ("1804",)}))
    assert now() == {}
    assert len({id(each) for each in counts}) == len(counts)


def test_page_made_outside_the_room_has_no_words_of_the_group(home: Home) -> None:
    home.write("fauske", "kari", "mot")
    context = home.context(home.log("operator"), "fauske")
    assert "mot" not in html(word_blocks(context, home.step), "nb").replace("mottatt", "")


def test_open_page_follows_what_is_shared_and_released(home: Home) -> None:
    region, refresh = live(home.context(home.log("leader", "fauske", "per"), "fauske"), home.step)
    assert "Ingen har delt ord" in region.content["html"]
    home.write("fauske", "kari", "mot")
    refresh()
    assert "mot" in region.content["html"]
    assert region.content["said"] == "Ordene er oppdatert."
    spread(home, "raus")
    release_words(home.log("operator"), MODULE, STEP)
    refresh()
    assert "raus" in region.content["html"]
