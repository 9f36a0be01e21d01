"""What the browser may send, and what it is told back."""

from __future__ import annotations

from typing import Any

import pytest

from kompetanse.errors import AccessDenied, InvalidAnswer, StoreError
from kompetanse.widgets.prompts import PromptsWidget
from kompetanse.widgets.saving import MOST_DRAFTS, OnDrafts, Saved, WidgetDraft

CONTENT = {"prompts": [{"id": "hvorfor", "text": "Hvorfor?", "longest": 600}]}


def draft(number: int, value: object = "fordi") -> dict[str, Any]:
    return {"id": f"draft-{number:04}", "subject": f"hvorfor-{number}", "aspect": "answer", "value": value}


def widget(on_drafts: OnDrafts | None) -> PromptsWidget:
    return PromptsWidget(content=CONTENT, on_drafts=on_drafts, scope="fauske/1", step="hvorfor")


@pytest.fixture
def saved() -> list[WidgetDraft]:
    return []


@pytest.fixture
def keeping(saved: list[WidgetDraft]) -> PromptsWidget:
    def save(drafts: list[WidgetDraft]) -> Saved:
        saved.extend(drafts)
        return Saved(time="14.03")

    return widget(save)


def test_drafts_are_handed_over_and_acknowledged(line, saved, keeping) -> None:
    line.says(keeping, {"type": "answers", "drafts": [draft(1), draft(2)]})
    assert saved == [draft(1), draft(2)]
    assert line.custom == [{"type": "saved", "ids": ["draft-0001", "draft-0002"], "time": "14.03"}]


def test_saved_values_become_the_answers(line, keeping) -> None:
    line.says(keeping, {"type": "answers", "drafts": [draft(1), draft(2)]})
    line.says(keeping, {"type": "answers", "drafts": [draft(2, None)]})
    assert keeping.answers == {"hvorfor-1|answer": "fordi"}


def test_fields_that_a_draft_does_not_have_are_left_behind(line, saved, keeping) -> None:
    line.says(keeping, {"type": "answers", "drafts": [{**draft(1), "participant": "en annen"}]})
    assert saved == [draft(1)]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "answers",
        7,
        [],
        {},
        {"type": "answers"},
        {"type": "answers", "drafts": "alle"},
        {"type": "answers", "drafts": {"id": "draft-0001"}},
        {"type": "answers", "drafts": []},
        {"type": "slett", "drafts": [draft(1)]},
    ],
)
def test_messages_that_mean_nothing_are_passed_over(line, saved, keeping, message) -> None:
    line.says(keeping, message)
    assert saved == []
    assert line.custom == []


@pytest.mark.parametrize(
    "malformed",
    [
        {"id": "draft-0009", "subject": "x", "aspect": "answer"},
        {"id": "draft-0009", "subject": 7, "aspect": "answer", "value": 1},
        {"id": "draft-0009", "subject": "x", "aspect": None, "value": 1},
        {"id": "draft-0009", "subject": "x" * 201, "aspect": "answer", "value": 1},
    ],
)
def test_a_malformed_draft_is_refused_and_the_others_are_saved(line, saved, keeping, malformed) -> None:
    line.says(keeping, {"type": "answers", "drafts": [malformed, draft(1)]})
    assert saved == [draft(1)]
    assert line.custom == [
        {"type": "refused", "ids": ["draft-0009"], "message": "Svaret kunne ikke leses"},
        {"type": "saved", "ids": ["draft-0001"], "time": "14.03"},
    ]


@pytest.mark.parametrize("bad_id", [None, 7, "", "kort", "x" * 65, "draft 0001", "draft-0001\n"])
def test_a_draft_without_a_proper_id_is_passed_over(line, saved, keeping, bad_id) -> None:
    line.says(keeping, {"type": "answers", "drafts": [{**draft(1), "id": bad_id}]})
    assert saved == []
    assert line.custom == []


def test_too_many_drafts_are_refused(line, saved, keeping) -> None:
    line.says(keeping, {"type": "answers", "drafts": [draft(number) for number in range(MOST_DRAFTS + 1)]})
    assert saved == []
    assert line.custom[0]["type"] == "refused"
    assert len(line.custom[0]["ids"]) == MOST_DRAFTS


def test_a_message_that_is_too_large_is_refused(line, saved, keeping) -> None:
    line.says(keeping, {"type": "answers", "drafts": [draft(1, "å" * 100_001)]})
    assert saved == []
    assert line.custom == [{"type": "refused", "ids": ["draft-0001"], "message": "Svaret kunne ikke leses"}]


def test_half_a_character_does_not_stop_the_message(line, saved, keeping) -> None:
    line.says(keeping, {"type": "answers", "drafts": [draft(1, "\ud83d")]})
    assert len(saved) == 1


@pytest.mark.parametrize("error", [InvalidAnswer("For langt."), AccessDenied("Svarene er låst.")])
def test_a_refused_draft_does_not_take_the_others_with_it(line, error) -> None:
    def save(drafts: list[WidgetDraft]) -> Saved:
        if any(draft["value"] == "nei" for draft in drafts):
            raise error
        return Saved(time="14.03")

    component = widget(save)
    line.says(component, {"type": "answers", "drafts": [draft(1), draft(2, "nei"), draft(3)]})
    assert line.custom == [
        {"type": "saved", "ids": ["draft-0001", "draft-0003"], "time": "14.03"},
        {"type": "refused", "ids": ["draft-0002"], "message": str(error)},
    ]
    assert set(component.answers) == {"hvorfor-1|answer", "hvorfor-3|answer"}


def test_drafts_that_the_caller_refuses_are_refused_one_by_one(line) -> None:
    component = widget(lambda drafts: Saved(time="14.03", refused={"draft-0002": "Rollen, ikke navnet."}))
    line.says(component, {"type": "answers", "drafts": [draft(1), draft(2)]})
    assert line.custom == [
        {"type": "saved", "ids": ["draft-0001"], "time": "14.03"},
        {"type": "refused", "ids": ["draft-0002"], "message": "Rollen, ikke navnet."},
    ]


@pytest.mark.parametrize("error", [StoreError("Disken er full."), RuntimeError("noe uventet")])
def test_an_error_in_saving_is_not_an_acknowledgement(line, error) -> None:
    def save(drafts: list[WidgetDraft]) -> Saved:
        raise error

    component = widget(save)
    line.says(component, {"type": "answers", "drafts": [draft(1)]})
    assert line.custom == [{"type": "unsaved", "ids": ["draft-0001"]}]
    assert component.answers == {}


def test_nothing_is_acknowledged_without_someone_to_save(line) -> None:
    line.says(widget(None), {"type": "answers", "drafts": [draft(1)]})
    assert line.custom == [{"type": "unsaved", "ids": ["draft-0001"]}]
