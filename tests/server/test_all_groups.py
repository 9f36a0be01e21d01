"""The facilitator's pages for many groups at once, on a real server: what they do, for whom, and once."""

from __future__ import annotations

import html
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.overview import GroupStatus, Overview
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.server.services import Services
from kompetanse.settings import workbooks_folder
from tests.server.running import Server, Visitor, wait_until
from tests.server.soon import gathering_soon

MODULE = "modul-1"


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo in which only a few groups have seen their answers, so that few reports are made."""
    home = tmp_path_factory.mktemp("all-groups") / "home"
    shutil.copytree(demo_home, home)
    with closing(sqlite3.connect(home / "kompetanse.sqlite")) as database, database:
        approved = "SELECT group_id FROM release WHERE audience = 'report' ORDER BY group_id LIMIT 2"
        others = (
            "SELECT group_id FROM release WHERE audience = 'room' AND group_id NOT IN (SELECT group_id FROM release "
        )
        others += "WHERE audience = 'report') ORDER BY group_id LIMIT 3"
        kept = f"SELECT * FROM ({approved}) UNION SELECT * FROM ({others})"
        database.execute(f"DELETE FROM release WHERE group_id NOT IN ({kept})")
    return home


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as opened:
        gathering_soon(opened)
        yield opened


@pytest.fixture(scope="module")
def server(home: Path, store: Store) -> Iterator[Server]:
    running = Server(home, notebooks=workbooks_folder())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def facilitator(server: Server, store: Store) -> Visitor:
    return Visitor(server).sign_in(store.create_code("facilitator"))


def overview(store: Store) -> Overview:
    programme = load_programme()
    session = Session("facilitator", programme.id, None, None, "nb", None)
    return Services.of(store, programme).log_for(session).overview(MODULE)


def is_done(status: GroupStatus) -> bool:
    return status.group.invited is not None and status.answered >= status.group.invited


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1])))


def test_a_date_is_locked_by_one_press_and_opened_by_another(facilitator: Visitor, store: Store) -> None:
    when = overview(store).day
    assert when
    groups = overview(store).on(when)
    for deed, locked, said in (("las", True, "er låst."), ("las", True, "er låst."), ("apne", False, "åpnet igjen.")):
        answer = facilitator.post("/las", {"gjor": deed, "dato": when.isoformat()})
        assert answer.headers["Location"] == f"/las?{deed}={when}"
        assert said in text_of(facilitator.get(answer.headers["Location"]).text)
        assert {each.is_locked for each in overview(store).on(when)} == {locked}
    assert sum(each.is_locked for each in overview(store).groups) == 0
    assert f"Lås gruppene ({len(groups)})" in facilitator.get("/las").text


@pytest.mark.parametrize("wrong", [{}, {"gjor": "las"}, {"gjor": "las", "dato": "2026-12-09"}, {"gjor": "slett"}])
def test_what_is_no_date_or_deed_is_refused(facilitator: Visitor, wrong: dict[str, str]) -> None:
    assert facilitator.post("/las", wrong).status == 400


def test_reminders_are_for_whole_groups_and_name_nobody(facilitator: Visitor, store: Store) -> None:
    page = facilitator.get("/paminn").text
    waiting = [each for each in overview(store).groups if not each.is_revealed and not is_done(each)]
    assert f"Grupper det gjelder: {len(waiting)}." in page
    assert re.search(r'href="mailto:\?subject=[^"@]+body=Hei%21[^"@]+"', page)
    assert "<textarea" in page
    assert "p-" not in text_of(page)


def test_drafts_are_made_in_the_background_for_all_that_may_have_one(
    facilitator: Visitor, store: Store, home: Path
) -> None:
    ready = [each.group.id for each in overview(store).groups if each.is_revealed and not each.changed]
    assert len(ready) == 5
    broken, *others = ready
    assert f"Lag rapportene ({len(ready)})" in facilitator.get("/rapporter").text
    shelf = home / "reports" / broken / "group"
    shelf.parent.mkdir(parents=True, exist_ok=True)
    shelf.write_text("in the way")
    assert facilitator.post("/rapporter").status == 303
    assert "Rapporter til gruppene: lages nå" in facilitator.get("/rapporter").text
    # Pressed twice, it goes on as it was.
    facilitator.post("/rapporter")
    # Pages are made meanwhile.
    assert facilitator.get("/").status == 200
    assert wait_until(lambda: "lages nå" not in facilitator.get("/rapporter").text, seconds=240)
    page = text_of(facilitator.get("/rapporter").text)
    assert f"Ferdig: {len(ready) - 1} av {len(ready)}." in page
    name = next(each.group.name for each in overview(store).groups if each.group.id == broken)
    assert re.search(rf"Ikke laget: {name}[^,]*\. Prøv igjen", page)
    for group in others:
        assert (home / "reports" / group / "group" / "kommunerapport.pdf").read_bytes().startswith(b"%PDF-")
        assert next(each for each in overview(store).groups if each.group.id == group).report in {
            "with-group",
            "approved",
        }
    shelf.unlink()
    before = (home / "reports" / others[0] / "group" / "kommunerapport.pdf").stat().st_mtime_ns
    facilitator.post("/rapporter")
    assert wait_until(lambda: f"Ferdig: {len(ready)} av {len(ready)}." in text_of(facilitator.get("/rapporter").text),
                      seconds=120)  # fmt: skip
    assert (home / "reports" / others[0] / "group" / "kommunerapport.pdf").stat().st_mtime_ns == before


def test_shared_editions_are_made_of_what_is_approved(facilitator: Visitor, store: Store, home: Path) -> None:
    approved = [each.group.id for each in overview(store).groups if each.report == "approved"]
    assert approved
    for _ in range(2):
        assert facilitator.post("/slipp", {"gjor": "rapporter"}).headers["Location"] == "/slipp?sluppet=rapporter"

    def are_shared() -> bool:
        return {each.report for each in overview(store).groups if each.group.id in approved} == {"shared"}

    assert wait_until(are_shared, seconds=120)
    assert wait_until(lambda: "Delte utgaver: laget sist" in facilitator.get("/slipp").text, seconds=30)
    released = [entry for entry in store.audit_log(kinds=["release"]) if entry.detail.startswith("shared report")]
    assert sorted(entry.group or "" for entry in released) == sorted(approved)
    assert {entry.role for entry in released} == {"facilitator"}
    href = f"/rapport/{approved[0]}/kommunerapport-delt.html"
    assert href in facilitator.get("/slipp").text
    assert facilitator.get(href).status == 200


def test_word_of_an_answer_that_is_erased_is_gone_from_the_page(facilitator: Visitor, store: Store) -> None:
    programme, word = load_programme(), "uforferdet"
    groups = [each.group for each in overview(store).groups if each.group.municipalities][:3]
    people = []
    for number, group in enumerate(groups):
        with store.writing() as here:
            person = here.groups.join(group.id, "leader")
        people.append(AnswerLog(Session("leader", programme.id, group.id, person, "nb", None), store, programme))
        people[-1].append(
            [Draft(f"draft-{number:08d}", MODULE, "lederegenskaper", "lederegenskaper", "answer", [word], 1)]
        )
    assert f'value="{word}"' in facilitator.get("/slipp").text
    people[0].own_erase()
    assert f'value="{word}"' not in facilitator.get("/slipp").text


def test_words_are_released_without_those_kept_out_and_once(facilitator: Visitor, store: Store) -> None:
    page = facilitator.get("/slipp").text
    words = re.findall(r'name="fjern" value="([^"]+)"', page)
    assert len(words) > 3
    for _ in range(2):
        answer = facilitator.post("/slipp", {"gjor": "ord", "steg": "lederegenskaper", "fjern": words[0]})
        assert answer.headers["Location"] == "/slipp?sluppet=ord"
    with store.reading() as here:
        released = here.releases.of_words(MODULE, "lederegenskaper")
        assert released
        shown = {row["word"] for row in released.words}
    assert shown == {html.unescape(word) for word in words[1:]}
    entries = [entry for entry in store.audit_log(kinds=["release"]) if "words of step" in entry.detail]
    assert [entry.role for entry in entries] == ["facilitator"]
    assert re.search(rf'value="{re.escape(words[0])}" checked', facilitator.get("/slipp").text)


def test_figures_of_the_region_are_released_after_a_date_and_once(facilitator: Visitor, store: Store) -> None:
    ready = [each for each in overview(store).groups if each.is_revealed]
    page = facilitator.get("/slipp").text
    for number, each in enumerate(ready):
        # Real groups, whose gathering is to come: nothing before it.
        store.put_group(
            each.group.model_copy(update={"made_up": False, "gathering_date": date.today() + timedelta(number)})
        )
    assert facilitator.post("/slipp", {"gjor": "tall"}).status == 400
    assert "Slipp tallene" not in facilitator.get("/slipp").text
    for each in ready:
        store.put_group(each.group)
    assert "Slipp tallene" in page
    assert "fra alle datoene samlet og ikke bare den siste" in page
    for _ in range(2):
        assert facilitator.post("/slipp", {"gjor": "tall"}).headers["Location"] == "/slipp?sluppet=tall"
    with store.reading() as here:
        assert len(here.releases.of_region(MODULE, "region")) == 1


@pytest.mark.parametrize("wrong", ["2019-01-01", "i dag", "2026-12-08' + '"])
def test_a_workbook_for_what_is_no_date_is_refused(facilitator: Visitor, wrong: str) -> None:
    assert facilitator.get(f"/arbeidsbok/fasilitator?{urlencode({'dato': wrong})}").status == 400


def test_facilitator_has_a_workbook_of_all_groups_and_none_of_a_group(facilitator: Visitor) -> None:
    for workbook in ("forarbeid", "samling", "etterarbeid"):
        assert facilitator.get(f"/arbeidsbok/{workbook}").status == 403
    assert 'href="/arbeidsbok/fasilitator"' in facilitator.get("/").text
