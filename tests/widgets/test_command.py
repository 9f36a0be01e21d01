"""A command is done once asked for by its own name, and its outcome is said."""

from __future__ import annotations

import pytest

from kompetanse.errors import AccessDenied
from kompetanse.widgets.command import CommandWidget, OnCommand

CONTENT = {"name": "reveal", "label": "Vis gruppas svar"}
MESSAGE = {"type": "command", "id": "draft-0001", "name": "reveal"}


def button(on_command: OnCommand | None, *, locked: bool = False) -> CommandWidget:
    return CommandWidget(content=CONTENT, on_command=on_command, locked=locked)


def test_a_command_is_done_and_answered(line) -> None:
    done: list[str] = []

    def reveal(name: str) -> str:
        done.append(name)
        return "Gruppas svar vises nå."

    line.says(button(reveal), MESSAGE)
    assert done == ["reveal"]
    assert line.custom == [{"type": "done", "id": "draft-0001", "message": "Gruppas svar vises nå."}]


def test_a_command_that_may_not_be_done_is_refused_with_its_reason(line) -> None:
    def reveal(name: str) -> str:
        raise AccessDenied("Bare gruppekontakten kan vise svarene.")

    line.says(button(reveal), MESSAGE)
    assert line.custom == [{"type": "refused", "id": "draft-0001", "message": "Bare gruppekontakten kan vise svarene."}]


def test_an_unexpected_error_says_no_more_than_to_try_again(line) -> None:
    def reveal(name: str) -> str:
        raise RuntimeError("/home/kompetanse.sqlite")

    line.says(button(reveal), MESSAGE)
    assert line.custom == [{"type": "refused", "id": "draft-0001", "message": "Det gikk ikke. Prøv igjen om litt."}]


@pytest.mark.parametrize("message", [{**MESSAGE, "name": "approve"}, {"type": "answers"}, "reveal", None])
def test_other_messages_do_nothing(line, message) -> None:
    line.says(button(lambda name: "Gjort."), message)
    assert line.custom == []


def test_a_locked_button_does_nothing(line) -> None:
    line.says(button(lambda name: "Gjort.", locked=True), MESSAGE)
    assert line.custom[0]["type"] == "refused"
