"""Single answers for an analyst: only with a named approval, which is written down, and with new ids each time."""

from __future__ import annotations

import csv
import secrets
from dataclasses import dataclass
from pathlib import Path

from kompetanse.analysis.frames import ANSWER_COLUMNS
from kompetanse.answers.answer import Answer, to_json
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.importers.private_file import private_file
from kompetanse.importers.table import guarded
from kompetanse.programme.models import Programme

LONGEST_NAME, LONGEST_REASON = 80, 150


@dataclass(frozen=True)
class Approval:
    """Who has approved that single answers are handed to an analyst, and why."""

    by: str
    reason: str

    def check(self) -> None:
        """InputError where one of them is missing, or longer than the audit log has room for."""
        if not self.by.strip() or not self.reason.strip():
            raise InputError(
                "Single answers are handed out only with a named approval: say who has given it with --approved-by, "
                "and what the answers are needed for with --reason."
            )
        for option, text, most in (
            ("--approved-by", self.by, LONGEST_NAME),
            ("--reason", self.reason, LONGEST_REASON),
        ):
            if len(text) > most:
                raise InputError(
                    f"{option} has {len(text)} characters; write at most {most}, they go into the audit log."
                )


@dataclass(frozen=True)
class RawSummary:
    """What was written, and where."""

    path: Path
    answers: int
    participants: int

    @property
    def sentence(self) -> str:
        """The summary in one sentence."""
        return (
            f"Wrote {self.answers} answers of {self.participants} participants to {self.path}, under ids that are in "
            "no other file. A colleague may still guess whose they are: hand the file to nobody else, and delete it "
            "when the work is done."
        )


def export_raw(store: Store, programme: Programme, path: Path, approval: Approval) -> RawSummary:
    """Writes what may leave its writers, in the columns of `answer_frame`, with the value as JSON; file mode 0600.

    Without those who keep their answers out, private notes and comments that are not shared; without times, and in an
    order that says nothing of them. A participant's id is made for this file alone, so two files cannot be joined.
    """
    approval.check()
    session = Session(role="operator", programme="", group=None, participant=None, language="nb", expires=None)
    with store.together() as one:
        log = AnswerLog(session, one, programme)
        answers = [answer for module in programme.modules for answer in log.everything(module.id)]
        ids = {answer.participant: f"x-{secrets.token_hex(8)}" for answer in answers if answer.participant}
        summary = RawSummary(path, len(answers), len(ids))
        one.audit(
            "raw_data_approval",
            "operator",
            f"{len(answers)} answers of {len(ids)} participants, approved by {approval.by}: {approval.reason}",
            programme=programme.id,
        )
        with private_file(path) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(ANSWER_COLUMNS)
            writer.writerows(sorted(_cells(answer, ids.get(answer.participant, "")) for answer in answers))
    return summary


def _cells(answer: Answer, participant: str) -> list[str]:
    given = {column: getattr(answer, column) for column in ANSWER_COLUMNS}
    plain = {**given, "participant": participant, "municipality": given["municipality"] or ""}
    return [to_json(plain[name]) if name in {"value", "made_up"} else guarded(str(plain[name])) for name in plain]
