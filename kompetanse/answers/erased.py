"""What an erasure takes away, in numbers: never whose it was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Erased:
    """What goes, in numbers. groups: all that lose something; gone: those that are not there any more.

    statements: what the groups have said themselves.
    """

    groups: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    participants: int = 0
    answers: int = 0
    statements: int = 0
    codes: int = 0

    def __add__(self, other: Erased) -> Erased:
        return Erased(
            groups=self.groups | other.groups,
            gone=self.gone | other.gone,
            participants=self.participants + other.participants,
            answers=self.answers + other.answers,
            statements=self.statements + other.statements,
            codes=self.codes + other.codes,
        )

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to erase."""
        return not (self.gone or self.participants or self.answers or self.statements or self.codes)

    @property
    def sentence(self) -> str:
        """The numbers, without those that are 0."""
        numbers = {
            "group": len(self.gone),
            "participant": self.participants,
            "answer": self.answers,
            "statement of the group": self.statements,
            "code": self.codes,
        }
        said = [f"{number} {_plural(what, number)}" for what, number in numbers.items() if number]
        return ", ".join(said) or "nothing"


def _plural(what: str, number: int) -> str:
    first, *rest = what.split(" ")
    return what if number == 1 else " ".join([f"{first}s", *rest])
