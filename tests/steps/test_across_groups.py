"""Steps across groups on a real store: what one page does, the pages of other groups show, and no more than that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import Store
from kompetanse.figures.blocks import html
from kompetanse.programme.models import LeadershipGroup, Programme, Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps import step_kind
from kompetanse.steps.practice import ask_about
from kompetanse.widgets.component import Component
from kompetanse.widgets.exchange import ExchangeWidget
from kompetanse.widgets.practice import PracticeWidget
from kompetanse.widgets.prompts import PromptsWidget

THEME, OTHER = "omverdensblikk", "felles-retning"
SECRET = "Vi ringer alle som har søkt."

Of = Callable[..., GroupContext]


@pytest.fixture
def of(store: Store, programme: Programme) -> Of:
    """The context of a contact or leader of one of four groups."""
    for id in ("bodo", "rana", "vefsn"):
        store.put_group(LeadershipGroup(id=id, name=id.capitalize(), made_up=True))

    def context(group: str, role: Role = "contact") -> GroupContext:
        found = store.group(group)
        assert found is not None
        session = Session(role, programme.id, group, "p-" + role.ljust(20, "a"), "nb", None)
        instrument = programme.instrument_of_module(programme.modules[0])
        assert instrument is not None
        log = AnswerLog(session, store, programme)
        return GroupContext(programme, programme.modules[0], instrument, found, "nb", session, log)

    return context


def step_of(context: GroupContext, step_id: str) -> Step:
    step = context.module.step(step_id)
    assert step is not None
    return step


class Shown:
    """A step on somebody's page."""

    def __init__(self, context: GroupContext, step_id: str):
        self.context, self.step = context, step_of(context, step_id)
        made = step_kind(self.step.kind).component(context, self.step)
        assert isinstance(made, tuple)
        self.made: tuple[Component, ...] = made

    def one(self, kind: type[Any]) -> Any:
        """The first component of this kind."""
        return next(each for each in self.made if isinstance(each, kind))

    def refresh(self) -> Shown:
        step_kind(self.step.kind).refresh(self.context, self.step, self.made)
        return self

    def press(self, name: str, value: str = "") -> None:
        self.refresh()
        self.one(ExchangeWidget).receive({"type": "deed", "id": "1", "name": name, "value": value})

    def write(self, component: PromptsWidget | PracticeWidget, subject: str, value: object, id: str) -> None:
        aspect = "card" if isinstance(component, PracticeWidget) else "answer"
        draft = {"id": id, "subject": subject, "aspect": aspect, "value": value, "base": None}
        component.receive({"type": "answers", "drafts": [draft]})

    @property
    def parts(self) -> list[dict[str, object]]:
        return list(self.refresh().one(ExchangeWidget).content["parts"])

    def part(self, id: str) -> dict[str, object]:
        return next(each for each in self.parts if each["id"] == id)

    @property
    def said(self) -> str:
        return str(self.parts)


def together(of: Of, *groups: str) -> list[Shown]:
    """The pages of contacts whose groups are in one cross group."""
    pages = [Shown(of(group), "tverrgruppe") for group in groups]
    pages[0].press("open")
    code = str(pages[0].part("code")["code"])
    for page in pages[1:]:
        page.press("join", code)
    return [page.refresh() for page in pages]


def test_notes_are_on_the_pages_of_all_groups_that_are_together(of: Of) -> None:
    fauske, bodo = together(of, "fauske", "bodo")
    notes = fauske.one(PromptsWidget)
    subject = notes.content["prompts"][1]["id"]
    fauske.write(notes, subject, SECRET, "note-0001")
    assert bodo.refresh().one(PromptsWidget).answers == {f"{subject}|answer": SECRET}
    assert bodo.part("groups")["items"] == ["Bodo", "Fauske"]
    # A leader of the group has them too; the group's own card stays its own.
    leader = Shown(of("bodo", "leader"), "tverrgruppe")
    assert leader.one(PromptsWidget).answers == {f"{subject}|answer": SECRET}
    assert not [each for each in leader.parts if each["is"] == "deed"]
    card = bodo.made[2]
    assert isinstance(card, PromptsWidget)
    bodo.write(card, "spurte-om", "Bare vårt.", "card-0001")
    assert "Bare vårt." not in str([each.get_state() for each in fauske.refresh().made])
    # A page that nobody fills in, such as the operator's, has the card alone.
    shown = html(step_kind("exchange").summary(bodo.context, bodo.step), "nb")
    assert "Bare vårt." in shown
    assert SECRET not in shown


def test_a_forged_note_for_another_cross_group_is_refused(of: Of) -> None:
    fauske, _ = together(of, "fauske", "bodo")
    vefsn, _ = together(of, "vefsn", "rana")
    subject = fauske.one(PromptsWidget).content["prompts"][1]["id"]
    vefsn.write(vefsn.one(PromptsWidget), subject, "x", "forged-01")
    assert fauske.refresh().one(PromptsWidget).answers == {}
    assert subject not in str(vefsn.refresh().made[1].get_state())


def test_who_has_left_reads_and_can_join_another(of: Of) -> None:
    fauske, bodo = together(of, "fauske", "bodo")
    notes = fauske.one(PromptsWidget)
    fauske.write(notes, notes.content["prompts"][0]["id"], SECRET, "note-0001")
    leave = next(str(each["name"]) for each in bodo.parts if str(each["id"]).startswith("leave"))
    bodo.press(leave)
    assert bodo.refresh().one(PromptsWidget).content["prompts"] == []
    assert SECRET in bodo.said
    assert bodo.part("join")["label"] == "Bli med"


def test_a_case_is_shared_with_the_group_that_is_chosen_and_taken_back(of: Of) -> None:
    together(of, "fauske", "rana")
    fauske, bodo, rana = (Shown(of(group), "case-1") for group in ("fauske", "bodo", "rana"))
    fauske.write(fauske.one(PromptsWidget), "ansvar", SECRET, "case-0001")
    choice = fauske.part("deed")["choice"]
    assert isinstance(choice, dict)
    assert [title for _, title in choice["options"]] == ["tverrgruppa (Rana)", "Bodo", "Rana", "Vefsn"]
    fauske.press("share", "bodo")
    assert SECRET in bodo.said
    assert SECRET not in rana.said
    fauske.press("share", choice["options"][0][0])
    assert SECRET in rana.said
    fauske.write(fauske.one(PromptsWidget), "ansvar", "Noe nytt.", "case-0002")
    assert "Noe nytt." not in bodo.said
    fauske.press("again bodo")
    assert "Noe nytt." in bodo.said
    fauske.press("back bodo")
    assert "Noe nytt." not in bodo.said
    assert SECRET in rana.said


def test_cards_are_found_in_the_order_of_names_whatever_levels_there_are(of: Of) -> None:
    levels = {"rana": 5, "bodo": 1, "vefsn": 3}
    for group, level in levels.items():
        page = Shown(of(group), "erfaringskort")
        card = {"facet": THEME, "did": f"{group} ringer.", "role": "leder for byggesak"}
        page.write(page.one(PracticeWidget), "1", card, f"card-{group}")
        page.press("share 1")
        page.context.log.append(
            [
                Draft(f"agreed-{group}", page.context.module.id, "felles-vurdering", THEME, "agreed", level),
                Draft(f"to-be-{group}", page.context.module.id, "felles-vurdering", THEME, "agreed-to-be", 5),
            ]
        )
    fauske = Shown(of("fauske"), "erfaringskort")
    items = fauske.part("find")["items"]
    assert isinstance(items, list)
    assert [item["title"] for item in items] == ["Bodo", "Rana", "Vefsn"]
    assert not [each for each in fauske.parts if str(each["id"]).startswith("ahead ")]
    # Its own wish decides which themes come first: here the longest way between its own agreed values.
    module = fauske.context.module.id
    fauske.context.log.append(
        Draft(f"{facet}-{aspect}", module, "felles-vurdering", facet, aspect, value)
        for facet, aspect, value in (
            (THEME, "agreed", 2), (THEME, "agreed-to-be", 4), (OTHER, "agreed", 2), (OTHER, "agreed-to-be", 5),
        )
    )  # fmt: skip
    assert [facet.id for facet in ask_about(fauske.context, fauske.context.instrument)] == [OTHER, THEME]
    ahead = [each for each in fauske.parts if str(each["id"]).startswith(("ahead ", "none "))]
    assert [each.get("title", "") for each in ahead] == ["", "Bodo", "Rana", "Vefsn"]
    fauske.context.log.append([Draft("chosen-01", module, "prioriteringer", THEME, "priority", True)])
    assert [facet.id for facet in ask_about(fauske.context, fauske.context.instrument)] == [THEME]


def test_a_card_is_shared_once_it_says_enough_and_is_the_groups_until_then(of: Of) -> None:
    bodo, fauske = Shown(of("bodo"), "erfaringskort"), Shown(of("fauske"), "erfaringskort")
    bodo.write(bodo.one(PracticeWidget), "1", {"facet": THEME, "did": SECRET}, "card-0001")
    assert "share 1" not in bodo.said
    bodo.press("share 1")
    assert SECRET not in fauske.said
    bodo.write(bodo.one(PracticeWidget), "1", {"facet": THEME, "did": SECRET, "role": "rektor"}, "card-0002")
    assert bodo.part("share 1")["confirm"]
    bodo.press("share 1")
    assert SECRET in fauske.said
    assert SECRET in html(step_kind("practice").summary(bodo.context, bodo.step), "nb")
    bodo.press("back 1")
    assert SECRET not in fauske.said
