"""Answers from a plain CSV file into a home, and a home's answers into one.

A file of answers: municipality, participant, item, aspect, value; and where they are needed group, module, step,
round, subject, made_up. A file of members: municipality, members; and where they are needed group, name.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from kompetanse.answers.drafts import choices, too_many
from kompetanse.answers.store import Answer, Store, Transaction
from kompetanse.errors import InputError, InvalidAnswer
from kompetanse.importers import answer_rows, member_rows
from kompetanse.importers.answer_rows import RowReader
from kompetanse.importers.mistakes import Mistakes
from kompetanse.importers.places import Places
from kompetanse.importers.private_file import private_file
from kompetanse.importers.table import Layout, Table
from kompetanse.programme.models import LeadershipGroup, Programme


@dataclass(frozen=True)
class ImportSummary:
    """What a file brought: its rows, how many were new, and the groups that were made on the way."""

    kind: Literal["answers", "members"]
    rows: int
    added: int
    new_groups: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The summary in one sentence."""
        if self.kind == "members":
            return f"Set the size of {_count(self.rows, 'group')}{self._made}."
        if self.rows and not self.added:
            return f"Nothing new: {_count(self.rows, 'answer')} in the file, all there already."
        there = f"; {self.rows - self.added} were there already" if self.rows > self.added else ""
        return f"Imported {_count(self.added, 'answer')}{there}{self._made}."

    @property
    def _made(self) -> str:
        return f"; made {_count(len(self.new_groups), 'group')}" if self.new_groups else ""


@dataclass(frozen=True)
class ExportSummary:
    """What was written, and where."""

    path: Path
    answers: int
    members_path: Path
    groups: int

    @property
    def sentence(self) -> str:
        """The summary in one sentence."""
        return (
            f"Wrote {_count(self.answers, 'answer')} to {self.path} and {_count(self.groups, 'group')} to "
            f"{self.members_path}. Both hold what single persons have answered: keep them where only you can read them."
        )


def import_answers(path: Path, store: Store, programme: Programme) -> ImportSummary:
    """Brings a file of answers, or of members, into the home: all of it or nothing.

    ImportFileError names the first bad rows by line; InputError says what is wrong with the file as a whole.
    Bringing the same file twice adds nothing the second time. The locks that hold for persons do not hold here: what
    is imported after a group has shown its answers is saved, but stays out of the picture that was shown.
    """
    table = Table(path)
    if "members" in table.header:
        table.check(member_rows.LAYOUT)
        return _import_members(table, store)
    table.check(answer_rows.LAYOUT)
    return _import_answers(table, store, programme)


def export_answers(store: Store, path: Path) -> ExportSummary:
    """The operator's raw backup: every answer as it was given, and the groups in `<name>-members.csv` beside it.

    Both files have mode 0600 and take the place of older ones only when they are whole. Importing them into an empty
    home and exporting that gives the same two files.
    """
    members_path = path.with_name(f"{path.stem}-members{path.suffix}")
    # One transaction, so that both files show the same moment; writing, because the export itself is written down.
    with store.writing() as here:
        # What was said in practice is nothing to take along.
        groups = here.groups.all()
        taking_part = {group.id for group in groups}
        answers = [answer for answer in here.answers.all() if answer.group in taking_part]
        here.audit.add("export", "operator", f"{_count(len(answers), 'answer')}, {_count(len(groups), 'group')}")
        _write(members_path, member_rows.LAYOUT, map(member_rows.cells_of, groups))
        _write(path, answer_rows.LAYOUT, map(answer_rows.cells_of, answers))
    return ExportSummary(path=path, answers=len(answers), members_path=members_path, groups=len(groups))


def _import_answers(table: Table, store: Store, programme: Programme) -> ImportSummary:
    mistakes, places = Mistakes(table.path), Places(store.groups())
    lines = _read_answers(table, RowReader(programme, places, store.keys, now=datetime.now(UTC)), mistakes)
    _check_choices(lines, programme, mistakes)
    mistakes.refuse()
    with store.writing() as here:
        _put_new(here, places.new)
        new = _not_there(here, lines, mistakes)
        here.answers.append(new)
        brought = f"{_count(len(new), 'answer')}, {_count(len(places.new), 'new group')}"
        here.audit.add("import", "operator", brought, programme=programme.id)
    made = tuple(group.id for group in places.new)
    return ImportSummary(kind="answers", rows=len(lines), added=len(new), new_groups=made)


def _read_answers(table: Table, reader: RowReader, mistakes: Mistakes) -> dict[int, Answer]:
    """The good rows by their line; what is wrong with the others is noted."""
    by_line: dict[int, Answer] = {}
    first_with: dict[Any, int] = {}
    for row in table.rows(mistakes):
        try:
            answer = reader.answer(row)
        except (InputError, InvalidAnswer) as error:
            mistakes.note(row.line, str(error))
            continue
        # With ids of their own the rows are a log, where a later answer takes the place of an earlier one.
        key = answer.id if row.cells.get("id", "").strip() else answer.key
        first = first_with.setdefault(key, row.line)
        if first != row.line:
            mistakes.note(row.line, f"says the same thing again as line {first}; keep one of them")
            continue
        by_line[row.line] = answer
    return by_line


def _check_choices(lines: Mapping[int, Answer], programme: Programme, mistakes: Mistakes) -> None:
    """Notes every writer who has chosen too many themes at once."""
    for module in programme.modules:
        limits = tuple(choices(programme, module))
        aspects = {limit.aspect for limit in limits}
        writers: dict[tuple[str, str, int], dict[int, Answer]] = {}
        for line, answer in lines.items():
            if answer.module == module.id and answer.aspect in aspects:
                writers.setdefault((answer.group, answer.participant, answer.round), {})[line] = answer
        for chosen in writers.values():
            broken = too_many((), chosen.values(), limits)
            if broken is not None:
                last = max(line for line, answer in chosen.items() if answer.aspect == broken.aspect and answer.value)
                mistakes.note(last, f"more than {broken.most} themes are chosen at once; leave some out")


def _not_there(here: Transaction, lines: Mapping[int, Answer], mistakes: Mistakes) -> list[Answer]:
    """The answers that are new to the home; ImportFileError where an id is taken by another answer."""
    there = here.answers.known(answer.id for answer in lines.values())
    for line, answer in lines.items():
        found = there.get(answer.id)
        if found is not None and not answer.says_the_same(found):
            mistakes.note(line, f"id {answer.id} belongs to another answer here; leave id empty")
    mistakes.refuse()
    return [answer for answer in lines.values() if answer.id not in there]


def _put_new(here: Transaction, groups: Iterable[LeadershipGroup]) -> None:
    for group in groups:
        # Somebody may have made it since the file was read; what they know of it is not overwritten.
        if here.groups.get(group.id) is None:
            here.groups.put(group)


def _import_members(table: Table, store: Store) -> ImportSummary:
    mistakes = Mistakes(table.path)
    with store.writing() as here:
        places = Places(here.groups.all())
        by_line: dict[str, int] = {}
        for row in table.rows(mistakes):
            try:
                group = member_rows.group_of(row, places)
            except (InputError, InvalidAnswer) as error:
                mistakes.note(row.line, str(error))
                continue
            first = by_line.setdefault(group.id, row.line)
            if first != row.line:
                mistakes.note(row.line, f"is about the same group as line {first}; keep one")
                continue
            here.groups.put(group)
        mistakes.refuse()
        made = tuple(group.id for group in places.new)
        here.audit.add("import", "operator", f"size of {_count(len(by_line), 'group')}")
    return ImportSummary(kind="members", rows=len(by_line), added=len(by_line), new_groups=made)


def _write(path: Path, layout: Layout, rows: Iterable[Mapping[str, str]]) -> None:
    with private_file(path) as file:
        writer = csv.DictWriter(file, fieldnames=layout.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
