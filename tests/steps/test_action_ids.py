"""What is said of an action stays with it: another one that comes to stand in its place begins anew."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from kompetanse.answers.answer import Answer
from kompetanse.answers.log import Draft
from kompetanse.answers.store import Store
from kompetanse.errors import InvalidAnswer
from kompetanse.figures.blocks import Figure
from kompetanse.programme.kinds import priorities, review, validate
from kompetanse.programme.kinds.actions import key_of, with_id
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps import step_kind

from .conftest import SignIn

PLACE, THEME = "2", "utproving"

_numbers = count(1)


class Acting:
    """A leader who writes actions in one place, and places them."""

    def __init__(self, context: GroupContext):
        self.context = context

    def put(self, step: str, subject: str, aspect: str, value: Any, base: Any = None) -> Draft:
        draft = Draft(f"draft-{next(_numbers):06d}", self.context.module.id, step, subject, aspect, value, base=base)
        self.context.log.append([draft])
        return draft

    def write(self, value: Any, base: Any = None) -> Draft:
        return self.put("tiltak", PLACE, "action", value, base)

    @property
    def action(self) -> dict[str, Any]:
        written: dict[str, Any] = self.context.group_answers("action")[PLACE]
        return written

    def place(self) -> None:
        subject = priorities.ACTION.format(key=key_of(PLACE, self.action))
        for side, level in (("use", 5), ("effort", 2)):
            self.put("prioriteringer", subject, side, level)

    @property
    def placed(self) -> list[str]:
        """What the summary of the step, and so the report, shows as placed."""
        step = self.context.module.step("prioriteringer")
        assert step is not None
        blocks = step_kind(step.kind).summary(self.context, step)
        return [row[1] for block in blocks if isinstance(block, Figure) for row in block.table.rows]


@pytest.fixture
def kari(sign_in: SignIn) -> Acting:
    return Acting(sign_in("leader", "a"))


@pytest.fixture
def per(sign_in: SignIn) -> Acting:
    return Acting(sign_in("leader", "b"))


def test_another_action_in_the_same_place_is_placed_nowhere(kari: Acting) -> None:
    kari.write({"what": "Rydde i planene"})
    kari.place()
    assert kari.placed == ["Rydde i planene"]
    kari.write(None)
    kari.write({"what": "Ringe naboen"})
    assert kari.placed == []
    kari.place()
    assert kari.placed == ["Ringe naboen"]


def test_it_is_the_same_action_however_it_is_worded(kari: Acting, per: Acting) -> None:
    sent = kari.write({"what": "Rydde"}, base={})
    kari.place()
    first = kari.action
    # Sent again, and by a page that has not heard of its id.
    kari.context.log.append([sent])
    per.write({"what": "Rydde i planene"}, base={"what": "Rydde"})
    per.write({"what": "Rydde i planene", "role": "plansjefen"})
    assert kari.action["id"] == first["id"]
    assert kari.placed == ["Rydde i planene"]


def test_emptied_by_hand_and_written_anew_it_is_another(kari: Acting) -> None:
    kari.write({"what": "Rydde", "effect": "Færre spørsmål"})
    kari.place()
    kari.write({"what": "", "effect": "Færre spørsmål"})
    kari.write({"what": "Rydde opp", "effect": "Færre spørsmål"})
    assert kari.placed == ["Rydde opp"]
    # A theme alone is no action yet.
    kari.write({"what": " ", "facet": THEME})
    assert "id" not in kari.action
    kari.write({"what": "Øve", "facet": THEME})
    assert kari.placed == []


def test_who_goes_on_with_what_another_has_removed_has_it_back_as_it_was(kari: Acting, per: Acting) -> None:
    kari.write({"what": "Øve"})
    kari.place()
    held = kari.action
    kari.write(None)
    per.write({**held, "what": "Øve sammen"}, base=held)
    assert per.placed == ["Øve sammen"]


def test_an_action_from_before_there_were_ids_is_known_by_its_place(kari: Acting, store: Store) -> None:
    context = kari.context
    old = Answer(
        "old-action-1", datetime.now(UTC), context.programme.id, "1", context.module.id, "tiltak", 1, PLACE, "action",
        context.group.id, None, "", {"what": "Rydde"},
    )  # fmt: skip
    with store.writing() as here:
        here.answers.append([old])
    kari.place()
    kari.write({"what": "Rydde i planene"}, base={"what": "Rydde"})
    assert kari.placed == ["Rydde i planene"]
    assert "id" not in kari.action
    kari.write(None)
    kari.write({"what": "Ringe naboen"})
    assert kari.placed == []


def test_what_is_no_id_is_refused(kari: Acting) -> None:
    for id in ("", "2", "XXXXXXXX", 12345678, None, "0123456789"):
        with pytest.raises(InvalidAnswer, match="no id"):
            kari.write({"what": "Øve", "id": id})
    kari.write({"what": "Øve", "id": "01234567"})
    kari.write({"what": "Øve", "id": "76543210"})
    assert kari.action["id"] == "01234567"


def test_points_and_reviews_name_an_action_by_its_id(kari: Acting) -> None:
    context = kari.context
    step = context.module.step("prioriteringer")
    assert step is not None
    content = priorities.Content(
        instrument=step.content.instrument, ways=(priorities.Way(form="points", over="actions"),)
    )
    over_actions: Step = step.model_copy(update={"content": content})
    key = key_of(PLACE, with_id({"what": "Øve"}, None, answer="draft-000001"))
    named = priorities.ACTION.format(key=key)
    assert validate(over_actions, context.instrument, "", "points", {named: 60, "action.1": 40}) == {
        named: 60,
        "action.1": 40,
    }
    for other in ("action.2-xyz", f"{named}0", "action.21-01234567"):
        with pytest.raises(InvalidAnswer, match="no option"):
            validate(over_actions, context.instrument, "", "points", {other: 100})
    said = review.validate(over_actions, None, review.SUBJECT.format(module="modul-1", key=key), "review", {})
    assert said == {}
