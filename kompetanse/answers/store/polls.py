"""Runs of polls, what was done with them, and what devices have answered: only ever added to.

An answer is filed under a keyed mark of the run and the device's random token: nobody can find a person by it, nor what
the same device has answered in another poll. A poll of several groups knows no group and no municipality at all.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select

from kompetanse.answers.answer import to_json, to_text
from kompetanse.answers.keys import Keys
from kompetanse.answers.poll_run import Deed, PollEvent, PollRun, PollState
from kompetanse.answers.store.codes import LETTERS
from kompetanse.answers.store.schema import leadership_group, poll_answer, poll_event, poll_run
from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.poll_content import Content

#: Letters of a join code: 2^30 of them, short enough to read at ten metres. It opens one question and no answers.
CODE_LENGTH = 6

#: So many answers are taken in one round: more than any hall gives, and few enough for any disk.
MOST_ANSWERS = 20_000
#: How often a device may change its answer in one round.
MOST_CHANGES = 50


@dataclass(frozen=True)
class PollAnswer:
    """What a device has answered; the value is None where it has taken its answer back."""

    seq: int
    device: str
    value: object


class Polls:
    """The polls as one transaction sees them."""

    def __init__(self, connection: Connection, keys: Keys):
        self._connection = connection
        self._keys = keys

    def start(
        self,
        content: Content,
        *,
        programme: str,
        module: str,
        step: str | None = None,
        group: str | None = None,
        gathering_date: date | None = None,
        moderated: bool = False,
    ) -> PollRun:
        """A new run, open and hidden, with a join code that no other ever had."""
        run = PollRun(
            id=secrets.token_hex(16),
            code=self._new_code(),
            time=datetime.now(UTC),
            programme=programme,
            module=module,
            content=content,
            step=step,
            group=group,
            gathering_date=gathering_date,
            moderated=moderated,
        )
        row = {
            "id": run.id,
            "code": run.code,
            "time": to_text(run.time),
            "programme": programme,
            "module": module,
            "step": step,
            "group_id": group,
            "gathering_date": gathering_date.isoformat() if gathering_date else None,
            "content": content.model_dump_json(exclude_unset=True),
            "moderated": moderated,
        }
        self._connection.execute(insert(poll_run).values(row))
        return run

    def find(self, code: str) -> PollRun | None:
        """The run with this join code."""
        row = self._connection.execute(select(poll_run).where(poll_run.c.code == code)).first()
        return _run(row) if row else None

    def all(self, programme: str, module: str, *, group: str | None) -> list[PollRun]:
        """The runs of one group, or those of several groups together, the newest first."""
        of_group = poll_run.c.group_id.is_(None) if group is None else poll_run.c.group_id == group
        query = select(poll_run).where(poll_run.c.programme == programme, poll_run.c.module == module, of_group)
        return [_run(row) for row in self._connection.execute(query.order_by(poll_run.c.time.desc()))]

    def state(self, run: PollRun) -> PollState:
        """How the run stands."""
        query = select(poll_event).where(poll_event.c.run == run.id).order_by(poll_event.c.seq)
        found = self._connection.execute(query)
        return PollState.of(PollEvent(row.deed, tuple(json.loads(row.texts)), row.as_of) for row in found)

    def asked(self, run: PollRun) -> datetime:
        """When the run last began to take answers: when it was started, opened again or reset."""
        begun = (poll_event.c.run == run.id, poll_event.c.deed.in_(("open", "reset")))
        found = self._connection.execute(select(func.max(poll_event.c.time)).where(*begun)).scalar()
        return datetime.fromisoformat(found) if found else run.time

    def do(self, run: PollRun, deed: Deed, texts: tuple[str, ...] = ()) -> None:
        """Notes that something was done with the run."""
        row = {
            "run": run.id,
            "group_id": run.group,
            "time": to_text(datetime.now(UTC)),
            "deed": deed,
            "texts": to_json(list(texts)),
            "as_of": self.latest(run),
        }
        self._connection.execute(insert(poll_event).values(row))

    def answer(self, run: PollRun, round: int, token: str, id: str, value: object) -> bool:
        """Adds what a device answers now; false where the same form was sent before. InvalidAnswer where it is full.

        id: made with the form, so that sending it twice is answering once.
        """
        device = self.device(run, token)
        # No other device can have made it: whoever forges another's id only gets one of their own.
        own_id = f"{device} {id}"
        of_round = (poll_answer.c.run == run.id, poll_answer.c.round == round)
        ids = self._connection.execute(select(poll_answer.c.id).where(*of_round, poll_answer.c.device == device))
        own = list(ids.scalars())
        if own_id in own:
            return False
        if len(own) >= MOST_CHANGES:
            raise InvalidAnswer("This answer has been changed too often.")
        counted = select(func.count()).select_from(poll_answer).where(*of_round)
        if self._connection.execute(counted).scalar_one() >= MOST_ANSWERS:
            raise InvalidAnswer("This poll is full.")
        row = {
            "id": own_id,
            "run": run.id,
            "group_id": run.group,
            "round": round,
            "time": to_text(datetime.now(UTC)),
            "device": device,
            "value": to_json(value),
        }
        self._connection.execute(insert(poll_answer).values(row))
        return True

    def own(self, run: PollRun, round: int, token: str) -> object:
        """What a device has answered in a round; None for nothing."""
        query = select(poll_answer.c.value).where(
            poll_answer.c.run == run.id, poll_answer.c.round == round, poll_answer.c.device == self.device(run, token)
        )
        found = self._connection.execute(query.order_by(poll_answer.c.seq.desc()).limit(1)).scalar()
        return None if found is None else json.loads(found)

    def answers(self, run: PollRun, round: int, *, since: int = 0, until: int | None = None) -> list[PollAnswer]:
        """What was answered in a round after an answer and until another, in order."""
        query = select(poll_answer.c.seq, poll_answer.c.device, poll_answer.c.value).where(
            poll_answer.c.run == run.id, poll_answer.c.round == round, poll_answer.c.seq > since
        )
        if until is not None:
            query = query.where(poll_answer.c.seq <= until)
        found = self._connection.execute(query.order_by(poll_answer.c.seq))
        return [PollAnswer(row.seq, row.device, json.loads(row.value)) for row in found]

    def devices(self, run: PollRun, round: int) -> int:
        """How many devices have answered in a round."""
        query = select(func.count(poll_answer.c.device.distinct()))
        found: int = self._connection.execute(
            query.where(poll_answer.c.run == run.id, poll_answer.c.round == round)
        ).scalar_one()
        return found

    def latest(self, run: PollRun) -> int:
        """The newest answer of a run; 0 before the first."""
        found = self._connection.execute(select(func.max(poll_answer.c.seq)).where(poll_answer.c.run == run.id))
        return found.scalar() or 0

    def version(self, run: PollRun) -> str:
        """Another one whenever something was answered or done."""
        deeds = select(func.max(poll_event.c.seq)).where(poll_event.c.run == run.id)
        return f"{self._connection.execute(deeds).scalar() or 0}-{self.latest(run)}"

    def first_times(self, programme: str) -> dict[str, datetime]:
        """When the first poll of each module was put to those who take part; practice groups do not count."""
        practising = select(leadership_group.c.id).where(leadership_group.c.practice.is_not(None))
        counts = or_(poll_run.c.group_id.is_(None), poll_run.c.group_id.not_in(practising))
        query = select(poll_run.c.module, func.min(poll_run.c.time)).where(poll_run.c.programme == programme, counts)
        found = self._connection.execute(query.group_by(poll_run.c.module))
        return {module: datetime.fromisoformat(time) for module, time in found}

    def device(self, run: PollRun, token: str) -> str:
        """What stands for a device in one run, and in no other."""
        return self._keys.hashed("poll", f"{run.id} {token}").hex()[:32]

    def _new_code(self) -> str:
        while True:
            code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
            if self.find(code) is None:
                return code


def _run(row: Row[Any]) -> PollRun:
    return PollRun(
        id=row.id,
        code=row.code,
        time=datetime.fromisoformat(row.time),
        programme=row.programme,
        module=row.module,
        content=Content.model_validate_json(row.content),
        step=row.step,
        group=row.group_id,
        gathering_date=date.fromisoformat(row.gathering_date) if row.gathering_date else None,
        moderated=row.moderated,
    )
