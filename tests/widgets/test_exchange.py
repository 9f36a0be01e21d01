"""A deed is done once it is asked for by a name that is on the page, with a text of bounded length."""

from __future__ import annotations

import pytest

from kompetanse.errors import AccessDenied
from kompetanse.widgets.exchange import ExchangeWidget, OnDeed

PARTS = [{"id": "join", "is": "deed", "name": "join", "label": "Bli med"}, {"id": "who", "is": "text", "text": "Hei"}]
MESSAGE = {"type": "deed", "id": "draft-0001", "name": "join", "value": "ABCD-2345"}


def widget(on_deed: OnDeed | None) -> ExchangeWidget:
    return ExchangeWidget(content={"parts": PARTS}, on_deed=on_deed)


def test_a_deed_is_done_with_what_was_typed_and_answered(line) -> None:
    done: list[tuple[str, str]] = []

    def join(name: str, value: str) -> str:
        done.append((name, value))
        return "Dere er med."

    line.says(widget(join), {**MESSAGE, "value": "x" * 1000})
    assert done == [("join", "x" * 200)]
    assert line.custom == [{"type": "done", "id": "draft-0001", "message": "Dere er med."}]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (AccessDenied("Tverrgruppa er full."), "Tverrgruppa er full."),
        (RuntimeError("/home"), "Det gikk ikke. Prøv igjen om litt."),
    ],
)
def test_a_deed_that_fails_says_what_a_person_may_know(line, error: Exception, says: str) -> None:
    def join(name: str, value: str) -> str:
        raise error

    line.says(widget(join), MESSAGE)
    assert line.custom == [{"type": "refused", "id": "draft-0001", "message": says}]


def test_a_deed_that_is_not_on_the_page_is_not_done(line) -> None:
    def refuse(name: str, value: str) -> str:
        raise AssertionError(name)

    line.says(widget(refuse), {**MESSAGE, "name": "leave"})
    assert line.custom[0]["type"] == "refused"


@pytest.mark.parametrize(
    "message", [{**MESSAGE, "value": 3}, {**MESSAGE, "name": None}, {"type": "answers"}, "join", None]
)
def test_other_messages_do_nothing(line, message) -> None:
    line.says(widget(lambda name, value: "Gjort."), message)
    assert line.custom == []


def test_what_is_the_same_is_not_sent_again(line) -> None:
    shown = widget(None)
    line.messages.clear()
    shown.show([dict(part) for part in PARTS])
    assert line.messages == []
    shown.show(PARTS[:1])
    assert len(line.messages) == 1
