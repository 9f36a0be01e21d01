"""Every error a user can meet, as one tree.

KompetanseError             one clear sentence: what is wrong, where, what to do
├── ContentError            the programme's own files: every mistake, with file and line
├── InputError              a file, a parameter or a code given by a person
│   └── ImportFileError     a file of answers: the first bad rows by line number
├── InvalidAnswer           a value that the step does not accept
├── AccessDenied            the session may not do this
├── StoreError              the home, its database, its lock, its disk
└── ReportError             a report that could not be made
    └── RunLost             the machine's doing, not the notebook's: it may well go better another time

The library raises; only the command line prints and exits.
"""

from __future__ import annotations

from dataclasses import dataclass

#: How many mistakes a message spells out before it counts the rest.
SHOWN_MISTAKES = 20


class KompetanseError(Exception):
    """An error whose text is one clear sentence for the person who meets it."""

    exit_code = 1


@dataclass(frozen=True)
class Mistake:
    """One mistake in a file: where it stands, what is wrong and what to write instead."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


class ContentError(KompetanseError):
    """All mistakes found in a programme's content."""

    exit_code = 2

    def __init__(self, mistakes: list[Mistake]):
        self.mistakes = sorted(mistakes, key=lambda m: (m.file, m.line or 0, m.message))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class InputError(KompetanseError):
    """A file, a parameter or a code that cannot be used as given."""

    exit_code = 2


class ImportFileError(InputError):
    """A file of answers that was refused whole; nothing of it was saved."""

    def __init__(self, summary: str, mistakes: list[Mistake], total: int):
        self.mistakes = mistakes[:SHOWN_MISTAKES]
        self.total = total
        lines = [summary, *(f"  {mistake}" for mistake in self.mistakes)]
        if total > len(self.mistakes):
            lines.append(f"  ... and {total - len(self.mistakes)} more bad rows")
        super().__init__("\n".join(lines))


class InvalidAnswer(KompetanseError):
    """A value that a step does not accept, whoever sent it."""


class AccessDenied(KompetanseError):
    """Something the session's role or group does not allow."""

    exit_code = 3


class StoreError(KompetanseError):
    """The home folder or its database cannot be used."""


class ReportError(KompetanseError):
    """A report that could not be made."""


class RunLost(ReportError):
    """The process that ran a notebook did not start or ended in mid-run: trying again may help."""
