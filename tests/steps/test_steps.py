"""Steps on a real store: what a browser sends is saved, and what others write arrives."""

from __future__ import annotations

import pytest

from kompetanse.answers.session import Role
from kompetanse.errors import AccessDenied
from kompetanse.figures.blocks import html
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.sections.gathered import material
from kompetanse.sections.report import section
from kompetanse.steps import picture, step_kind
from kompetanse.steps.saving import saver
from kompetanse.widgets.saving import SavingWidget

from .conftest import SignIn, answer_everything


def step_of(context: GroupContext, step_id: str) -> Step:
    step = context.module.step(step_id)
    assert step is not None
    return step


def shown(context: GroupContext, step_id: str) -> SavingWidget:
    step = step_of(context, step_id)
    component = step_kind(step.kind).component(context, step)
    assert isinstance(component, SavingWidget)
    return component


def refreshed(context: GroupContext, step_id: str, component: SavingWidget) -> SavingWidget:
    step = step_of(context, step_id)
    step_kind(step.kind).refresh(context, step, component)
    return component


def send(component: SavingWidget, subject: str, aspect: str, value: object, *, draft: str = "draft-0001") -> None:
    """What a browser sends when somebody answers."""
    component.receive(
        {"type": "answers", "drafts": [{"id": draft, "subject": subject, "aspect": aspect, "value": value}]}
    )


@pytest.mark.parametrize("role", ["leader", "contact"])
def test_every_step_shows_itself_to_those_who_answer(sign_in: SignIn, role: Role) -> None:
    context = sign_in(role, "a")

    for step in context.module.steps:
        component = step_kind(step.kind).component(context, step)
        assert (component is None) == (step.kind == "text"), step.id


def test_every_step_has_a_summary_for_a_page_that_nobody_fills_in(sign_in: SignIn) -> None:
    context = sign_in("operator", "")

    for step in context.module.steps:
        assert step_kind(step.kind).summary(context, step) or step.kind == "text", step.id


def test_an_answer_from_a_browser_is_there_on_the_next_visit(sign_in: SignIn) -> None:
    send(shown(sign_in("leader", "a"), "evne"), "endringer-rundt-oss", "as-is", 2)

    assert shown(sign_in("leader", "a"), "evne").answers == {"endringer-rundt-oss|as-is": 2}


def test_nobody_else_sees_it(sign_in: SignIn) -> None:
    send(shown(sign_in("leader", "a"), "evne"), "endringer-rundt-oss", "as-is", 2)

    assert shown(sign_in("leader", "b"), "evne").answers == {}
    assert shown(sign_in("contact", "c"), "evne").answers == {}


def test_what_one_writes_for_the_group_reaches_the_others(sign_in: SignIn) -> None:
    others = shown(sign_in("leader", "b"), "hvorfor")

    send(shown(sign_in("leader", "a"), "hvorfor"), "fordi", "answer", "Vi blir færre.")

    assert refreshed(sign_in("leader", "b"), "hvorfor", others).answers == {"fordi|answer": "Vi blir færre."}


def test_a_value_that_no_step_accepts_is_not_saved(sign_in: SignIn) -> None:
    send(shown(sign_in("leader", "a"), "evne"), "endringer-rundt-oss", "as-is", 9)

    assert shown(sign_in("leader", "a"), "evne").answers == {}


@pytest.fixture
def answered(sign_in: SignIn) -> SignIn:
    """The group after three of its four have answered: 2, 2 and 4 today, 4 in two years."""
    for name, today in (("a", 2), ("b", 2), ("c", 4)):
        answer_everything(sign_in("leader", name), today, 4)
    return sign_in


def test_the_picture_waits_for_the_contact(answered: SignIn) -> None:
    leader = answered("leader", "a")

    components, _ = picture.live(leader, lambda: material(leader, edition="group"))

    assert len(components) == 1
    assert "3 av 4 har svart" in components[0].content["html"]
    assert "<svg" not in components[0].content["html"]


def test_the_contact_shows_it_and_it_reaches_a_page_that_is_open(answered: SignIn) -> None:
    leader, contact = answered("leader", "a"), answered("contact", "d")
    (region,), refresh = picture.live(leader, lambda: material(leader, edition="group"))
    (button, _), _ = picture.live(contact, lambda: material(contact, edition="group"))

    button.receive({"type": "command", "id": "1", "name": "reveal"})
    refresh()

    assert "<svg" in region.content["html"]
    assert "Snakk om dette først" in region.content["html"]


def test_a_draft_made_before_the_answers_are_shown_holds_nothing_of_them(answered: SignIn) -> None:
    gathered = material(answered("operator", ""), edition="group")

    assert not gathered.shown
    assert {each.agreement for each in gathered.pictures} == {None}
    assert "Gruppa har ikke sett på svarene sammen ennå" in html(section("how-it-was-made", gathered), "nb")


def test_a_comment_is_shown_to_the_group_only_when_it_is_shared(answered: SignIn) -> None:
    for name, shared in (("a", True), ("b", False)):
        component = shown(answered("leader", name), "evne")
        send(component, "utproving", "comment", f"Kommentar fra {name}", draft=f"draft-{name}-text")
        send(component, "utproving", "comment-shared", shared, draft=f"draft-{name}-share")
    answered("contact", "d").log.reveal("modul-1")

    page = html(picture.summary(material(answered("leader", "c"), edition="group")), "nb")

    assert "Kommentar fra a" in page
    assert "Kommentar fra b" not in page


def test_answers_are_locked_once_they_are_shown(answered: SignIn) -> None:
    answered("contact", "d").log.reveal("modul-1")
    component = shown(answered("leader", "a"), "evne")

    send(component, "endringer-rundt-oss", "as-is", 5, draft="draft-late")

    assert component.locked
    assert shown(answered("leader", "a"), "evne").answers["endringer-rundt-oss|as-is"] == 2


def test_who_has_nothing_in_the_picture_is_told_so_and_may_still_answer(answered: SignIn) -> None:
    late = answered("leader", "e")
    component = shown(late, "evne")
    assert component.content["notice"] == ""
    answered("contact", "d").log.reveal("modul-1")
    refreshed(late, "evne", component)

    assert not component.locked
    assert "endrer ikke det gruppa så" in component.content["notice"]
    send(component, "endringer-rundt-oss", "as-is", 5, draft="draft-late")
    assert shown(late, "evne").answers["endringer-rundt-oss|as-is"] == 5


def test_accepting_the_rest_takes_the_midmost_answer(answered: SignIn) -> None:
    answered("contact", "d").log.reveal("modul-1")

    themes = shown(answered("contact", "d"), "felles-vurdering").content["themes"]

    assert len(themes) == 16
    assert [theme["talk_first"] for theme in themes].count(True) == 5
    assert all(theme["accept"] == {"agreed": 2, "agreed-to-be": 4} for theme in themes)
    assert all(theme["questions"]["items"] for theme in themes)


def test_before_the_answers_are_shown_there_is_nothing_to_accept(answered: SignIn) -> None:
    themes = shown(answered("contact", "d"), "felles-vurdering").content["themes"]

    assert {theme["accept"] is None for theme in themes} == {True}
    assert {theme["questions"] is None for theme in themes} == {True}


def test_agreed_values_arrive_in_the_report_and_in_the_choice_of_priorities(answered: SignIn) -> None:
    contact = answered("contact", "d")
    contact.log.reveal("modul-1")
    component = shown(contact, "felles-vurdering")
    send(component, "utproving", "agreed", 3, draft="draft-agreed")
    send(component, "utproving", "agreed-to-be", 4, draft="draft-agreed-2")

    themes = {theme["id"]: theme["note"] for theme in shown(contact, "prioriteringer").content["themes"]}
    pictures = {each.facet.id: each for each in material(answered("operator", ""), edition="group").pictures}

    assert themes["utproving"] == "I dag 3, om to år 4"
    assert (pictures["utproving"].agreed, pictures["utproving"].distance) == (3, 1)


def test_a_saver_refuses_what_the_session_may_not_do(sign_in: SignIn) -> None:
    operator = sign_in("operator", "")

    with pytest.raises(AccessDenied, match="ledergruppa"):
        saver(operator, step_of(operator, "evne"))(
            [{"id": "draft-0001", "subject": "endringer-rundt-oss", "aspect": "as-is", "value": 2}]
        )
