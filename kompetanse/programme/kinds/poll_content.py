"""What a poll asks: one question, in one of eight forms."""

from __future__ import annotations

from typing import Final, Literal, Self, get_args

from pydantic import Field, model_validator

from kompetanse.programme.kinds.fields import Prompt
from kompetanse.programme.models import Definition, Text

Form = Literal["words", "open", "choice", "scale", "ranking", "points", "grid", "tempo"]
FORMS: tuple[Form, ...] = get_args(Form)

#: The keys that a form takes beside the question.
TAKES: Final[dict[Form, frozenset[str]]] = {
    "words": frozenset({"answers", "words", "notes"}),
    "open": frozenset({"answers", "longest"}),
    "choice": frozenset({"options", "most"}),
    "scale": frozenset({"options", "low", "high"}),
    "ranking": frozenset({"options"}),
    "points": frozenset({"options"}),
    "grid": frozenset({"options"}),
    "tempo": frozenset(),
}
#: How many options a form needs: what is rated may stand alone, what is chosen between may not.
FEWEST: Final[dict[Form, int]] = {"choice": 2, "ranking": 2, "points": 2, "scale": 1, "grid": 1}
#: What fits on a phone without losing sight of the question.
MOST_OPTIONS = 12

#: Forms that people answer in their own words.
WRITTEN: frozenset[Form] = frozenset({"words", "open"})

#: The levels of a scale, and of each side of a grid.
LEVELS = range(1, 6)
#: What one has to give away in the form `points`.
POINTS = 100
#: The answers of a tempo check, the slowest first.
TEMPI = ("for-sakte", "passe", "for-fort")


class Option(Definition):
    """Something to choose, rank, rate or give points."""

    id: str
    text: Text


class Content(Definition):
    """A question and its form; what else stands here depends on the form."""

    form: Form = "words"
    prompt: Text
    #: How many answers a person may give, of how many words or characters each.
    answers: int = Field(default=3, ge=1, le=10)
    words: int = Field(default=2, ge=1, le=10)
    longest: int = Field(default=200, ge=1, le=1000)
    options: tuple[Option, ...] = Field(default=(), max_length=MOST_OPTIONS)
    #: How many options a person may choose.
    most: int = Field(default=1, ge=1)
    #: What the lowest and the highest level of a scale are called.
    low: Text | None = None
    high: Text | None = None
    #: Private sentences; only their writer ever sees them.
    notes: tuple[Prompt, ...] = ()

    @model_validator(mode="after")
    def _keys_of_the_form(self) -> Self:
        """Refuses keys that the form does not take, and too few options."""
        takes = TAKES[self.form]
        if odd := sorted(self.model_fields_set - takes - {"form", "prompt"}):
            known = ", ".join(["form", "prompt", *sorted(takes)])
            raise ValueError(f"A poll of the form {self.form!r} takes no {odd[0]!r}; its keys are {known}.")
        if len(self.options) < FEWEST.get(self.form, 0):
            raise ValueError(
                f"A poll of the form {self.form!r} has {len(self.options) or 'no'} options; "
                f"write at least {FEWEST[self.form]} under 'options', each with 'id' and 'text'."
            )
        if self.form == "choice" and self.most > len(self.options):
            raise ValueError(
                f"'most' is {self.most}, but there are {len(self.options)} options; write at most as many."
            )
        return self

    @property
    def option_ids(self) -> tuple[str, ...]:
        """What may be chosen, ranked or rated; of a tempo check its three answers."""
        return TEMPI if self.form == "tempo" else tuple(option.id for option in self.options)
