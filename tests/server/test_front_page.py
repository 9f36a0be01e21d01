"""What each role sees on its front page, and what its buttons do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Answer, Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument, LeadershipGroup, Programme
from kompetanse.server.facilitator_view import facilitator_view
from kompetanse.server.services import Services
from tests.server.conftest import own_server
from tests.server.running import Visitor

HOSTILE = '<img src=x onerror=alert(1)>=HYPERLINK("http://x")'


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme()


@pytest.fixture(scope="module")
def instrument(programme: Programme) -> Instrument:
    found = programme.instrument_of_module(programme.modules[0])
    assert found
    return found


#: These tests answer, approve and erase.
home, codes, server = own_server("front")


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened


def session_of(visitor: Visitor, store: Store) -> Session:
    """The session behind a visitor's personal code."""
    entry = store.enter(visitor.own_code())
    assert entry
    return Session(
        role=entry.role,
        programme=load_programme().id,
        group=entry.group,
        participant=entry.participant,
        language="nb",
        expires=None,
    )


def answer(log: AnswerLog, step: str, subject: str, aspect: str, value: object, *, id: str = "") -> None:
    log.append(
        [
            Draft(
                id or f"{step}-{subject}-{aspect}-{datetime.now().timestamp()}".replace(".", "-")[:64],
                "modul-1",
                step,
                subject,
                aspect,
                value,
            )
        ]
    )


def answer_all(log: AnswerLog, instrument: Instrument, axis_of: dict[str, str | None]) -> None:
    """Everything that the two assessment steps wait for, in the short form."""
    for step, axis in axis_of.items():
        for facet in instrument.facets_of(axis):
            for item in instrument.short_items(facet):
                answer(log, step, item.id, "as-is", 3)
            answer(log, step, facet.id, "to-be", 4)


@pytest.fixture(scope="module")
def axis_of(programme: Programme) -> dict[str, str | None]:
    return {step.id: step.content.axis for step in programme.modules[0].steps if step.kind == "assessment"}


def test_new_leader_is_asked_to_begin(leader: Visitor) -> None:
    text = leader.get("/").text
    assert re.search(r'<a class="button" href="/arbeidsbok/forarbeid">Begynn \(ca\. \d+ min\)</a>', text)
    assert text.count('class="button"') == 1


def test_leader_goes_on_where_they_left_off(
    leader: Visitor, store: Store, programme: Programme, instrument: Instrument, axis_of: dict[str, str | None]
) -> None:
    log = AnswerLog(session_of(leader, store), store, programme)
    first = next(iter(axis_of))
    facet = instrument.facets_of(axis_of[first])[0]
    answer(log, first, instrument.short_items(facet)[0].id, "as-is", 2)
    text = leader.get("/").text
    found = re.search(
        r'href="(/arbeidsbok/forarbeid#steg-[a-z-]+)">Fortsett der du slapp \(ca\. (\d+) min igjen\)', text
    )
    assert found
    assert found[1].endswith(f"#steg-{first}")
    assert 10 < int(found[2]) < 20
    answer_all(log, instrument, axis_of)
    answer(log, "lederegenskaper", "lederegenskaper", "answer", ["trygg"])
    assert "Du har svart på alt. Takk!" in leader.get("/").text


def test_leader_takes_their_answers_along(leader: Visitor, store: Store, programme: Programme) -> None:
    log = AnswerLog(session_of(leader, store), store, programme)
    answer(log, "lederegenskaper", "lederegenskaper", "answer", ["=1+1"])
    rows = json.loads(leader.get("/mine-svar.json").text)
    assert [row["value"] for row in rows] == [["=1+1"]]
    table = leader.get("/mine-svar.csv")
    assert "attachment" in table.headers["Content-Disposition"]
    assert table.text.startswith("\ufefftime,module")
    assert "=1+1" in table.text
    session = session_of(leader, store)
    downloads = [each for each in store.audit_log(kinds=["own_download"]) if each.group == session.group]
    assert [(each.role, each.detail) for each in downloads] == [
        ("leader", "json, answers: 1"),
        ("leader", "csv, answers: 1"),
    ]
    assert len({each.participant for each in downloads}) == 1


def test_leader_erases_their_answers_after_being_asked(leader: Visitor, store: Store, programme: Programme) -> None:
    log = AnswerLog(session_of(leader, store), store, programme)
    answer(log, "lederegenskaper", "lederegenskaper", "answer", ["rolig"])
    assert "Ja, slett svarene mine" in leader.get("/slett").text
    assert log.own("modul-1")
    assert leader.post("/slett").status == 200
    assert not log.own("modul-1")
    assert leader.get("/").status == 200


def test_group_takes_its_actions_along_and_another_has_none_of_them(
    leader: Visitor, contact: Visitor, other_leader: Visitor, store: Store, programme: Programme
) -> None:
    log = AnswerLog(session_of(contact, store), store, programme)
    answer(log, "tiltak", "1", "action", {"what": "=Rydde", "due": "2027-03-01", "in-report": False})
    table, calendar, text = (leader.get(f"/tiltak.{form}") for form in ("csv", "ics", "md"))
    assert "'=Rydde" in table.text
    assert "SUMMARY:=Rydde" in calendar.text
    assert "=Rydde" in text.text
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert 'attachment; filename="tiltak.csv"' in table.headers["Content-Disposition"]
    for form in ("csv", "ics", "md"):
        assert "Rydde" not in other_leader.get(f"/tiltak.{form}").text


def test_other_leaders_answers_are_not_in_the_files(
    leader: Visitor, other_leader: Visitor, store: Store, programme: Programme
) -> None:
    answer(
        AnswerLog(session_of(leader, store), store, programme), "lederegenskaper", "lederegenskaper", "answer", ["min"]
    )
    assert json.loads(other_leader.get("/mine-svar.json").text) == []


def test_contact_has_one_primary_button_and_four_steps(contact: Visitor) -> None:
    text = contact.get("/").text
    assert len(re.findall(r'<li class="phase ', text)) == 4
    assert len(re.findall(r'class="button"', text)) == 1
    assert re.search(r"\d av 8 har svart", text)


def test_contact_sets_size_and_date(contact: Visitor, store: Store) -> None:
    answer = contact.post("/gruppe", {"antall": "9", "dato": "2026-12-10"})
    assert answer.headers["Location"] == "/?lagret=gruppe"
    group = store.group("fauske")
    assert group
    assert (group.invited, group.gathering_date) == (9, date(2026, 12, 10))
    assert "Størrelse og dato er lagret." in contact.get("/?lagret=gruppe").text
    contact.post("/gruppe", {"antall": "8", "dato": "2026-12-08"})


@pytest.mark.parametrize(
    "values",
    [
        {"antall": "0"},
        {"antall": "-1"},
        {"antall": "61"},
        {"antall": "mange"},
        {"antall": "8", "dato": "2026-12-11"},
        {"antall": "8", "dato": HOSTILE},
        {},
    ],
)
def test_size_and_date_that_do_not_fit_are_refused(contact: Visitor, store: Store, values: dict[str, str]) -> None:
    before = store.group("fauske")
    assert contact.post("/gruppe", values).status == 400
    assert store.group("fauske") == before


def test_reminder_is_there_as_text_without_a_script(contact: Visitor) -> None:
    assert re.search(r'<textarea id="paminnelse"[^>]*readonly[^>]*>Hei alle sammen!', contact.get("/").text)


def test_hostile_group_name_is_only_text(contact: Visitor, facilitator: Visitor, store: Store) -> None:
    group = store.group("fauske")
    assert group
    store.put_group(group.model_copy(update={"name": HOSTILE, "municipalities": ()}))
    try:
        for visitor in (contact, facilitator):
            text = visitor.get("/").text
            assert "<img" not in text
            assert "&lt;img" in text
    finally:
        store.put_group(group)


def test_facilitator_sees_participation_by_name_and_nothing_to_rank_by(facilitator: Visitor) -> None:
    text = facilitator.get("/").text
    names = re.findall(r'<th scope="row">(.*?)</th>', text)
    assert len(names) == 3
    assert names == sorted(names, key=str.casefold)
    assert "ingen størrelse" in text
    words = re.sub(r"<[^>]+>", " ", text)
    assert not re.search(r"nivå|snitt|score|prosent|%|\d,\d", words)
    assert "sort" not in text


def test_approval_is_the_contacts_and_opens_the_shared_report_alone(
    contact: Visitor, facilitator: Visitor, leader: Visitor, store: Store, home: Path
) -> None:
    for edition in ("group", "shared"):
        folder = home / "reports" / "fauske" / edition
        folder.mkdir(parents=True, exist_ok=True)
        for form in ("html", "pdf"):
            (folder / f"kommunerapport.{form}").write_text(edition)
    assert "Ikke godkjent ennå" in facilitator.get("/").text
    assert facilitator.get("/rapport/fauske/kommunerapport-delt.html").status == 404
    assert "Utkast til rapport (PDF)" in leader.get("/").text
    assert leader.post("/godkjenn").status == 403
    assert contact.post("/godkjenn").status == 403
    store.release("fauske", "modul-1", "room", store.latest(), "shown")
    assert contact.post("/godkjenn").headers["Location"] == "/?lagret=godkjent"
    assert store.releases("fauske", "modul-1", "report")
    assert 'href="/rapport/fauske/kommunerapport-delt.html"' in facilitator.get("/").text
    assert facilitator.get("/rapport/fauske/kommunerapport-delt.html").text == "shared"
    assert facilitator.get("/rapport/fauske/kommunerapport-delt.pdf").text == "shared"
    for file in ("kommunerapport.html", "kommunerapport.pdf"):
        assert facilitator.get(f"/rapport/fauske/{file}").status == 404
        assert contact.get(f"/rapport/fauske/{file}").text == "group"


def test_report_runs_nothing(contact: Visitor, home: Path) -> None:
    folder = home / "reports" / "fauske" / "group"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kommunerapport.html").write_text("<script>alert(1)</script>")
    policy = contact.get("/rapport/fauske/kommunerapport.html").headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "script-src 'none'" in policy


def test_facilitator_cannot_watch_answers_come_in(tmp_path: Path, programme: Programme) -> None:
    """How many have answered is as it was last night; made-up groups have no days."""
    now = datetime.now(UTC)
    with Store.open(tmp_path / "home") as store:
        for group, made_up in (("fauske", False), ("bodo", True)):
            store.put_group(LeadershipGroup(id=group, name=group, invited=4, made_up=made_up))
            store.append(
                Answer(
                    id=f"{group}-{days}-days-ago", time=now - timedelta(days=days), programme=programme.id,
                    version="1", module="modul-1", step="evne", round=1, subject="x", aspect="as-is", group=group,
                    municipality=None, participant=f"p-{days}", value=3, made_up=made_up,
                )
                for days in (0, 1, 2)
            )  # fmt: skip
        session = Session("facilitator", programme.id, None, None, "nb", None)
        rows = facilitator_view(Services.of(store, programme), session).rows
    assert {row.name: row.answered for row in rows} == {"bodo": "3 av 4 har svart", "fauske": "2 av 4 har svart"}


def test_facilitator_is_told_weeks_before_what_is_erased_and_when(tmp_path: Path, programme: Programme) -> None:
    session = Session("facilitator", programme.id, None, None, "nb", None)
    with Store.open(tmp_path / "home") as real:
        real.put_group(LeadershipGroup(id="rana", name="Rana", municipalities=("1833",)))
        given = Answer(
            id="answer-1", time=datetime(2026, 11, 9, 12, tzinfo=UTC), programme=programme.id, version="1",
            module="modul-1", step="evne", round=1, subject="endringer-rundt-oss", aspect="as-is", group="rana",
            municipality="1833", participant="p-" + "a" * 20, value=3,
        )  # fmt: skip
        real.append([given])

        def told(today: date) -> tuple[str, ...]:
            services = replace(Services.of(real, programme), today=lambda: today)
            return facilitator_view(services, session).erased_soon

        assert told(date(2028, 9, 13)) == ()
        assert told(date(2028, 9, 14)) == ("Organisasjonen og digital transformasjon: 9. november 2028",)
