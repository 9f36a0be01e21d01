"""A poll answered by each person: so far a word cloud."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.fields import Prompt, prompt_text, yes_or_no
from kompetanse.programme.models import Definition, Instrument, Step, Text
from kompetanse.programme.plain_text import plain_text

ASPECTS = frozenset({"answer", "note", "shared"})
GROUP_ASPECTS: frozenset[str] = frozenset()
LONGEST_WORD = 40


class Content(Definition):
    """How many answers of how many words, and private notes beside them."""

    form: Literal["words"] = "words"
    prompt: Text
    answers: int = Field(default=3, ge=1, le=10)
    words: int = Field(default=2, ge=1, le=10)
    #: Private sentences; only their writer ever sees them.
    notes: tuple[Prompt, ...] = ()


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A list of short answers, a private note, or whether the answers are shared with the group."""
    if aspect == "shared":
        return yes_or_no(value)
    if aspect == "note":
        return prompt_text(step.content.notes, step, subject, value)
    return _answers(step.content, value)


def _answers(content: Content, value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > content.answers:
        raise InvalidAnswer(f"Expected a list of at most {content.answers} answers, got {value!r:.80}.")
    answers = [" ".join(plain_text(answer, longest=LONGEST_WORD).split()) for answer in value]
    for answer in answers:
        if len(answer.split()) > content.words:
            raise InvalidAnswer(f"{answer!r} has too many words; write at most {content.words}.")
    return answers
