"""What facilitators have said was done with the feedback of a module: added to, and the newest one holds."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from kompetanse.answers.answer import to_text
from kompetanse.answers.reply import Reply
from kompetanse.answers.store.schema import reply


class Replies:
    """The replies as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, programme: str, module: str, text: str) -> None:
        """Writes down what is said from now on; nothing takes back what was said."""
        row = {"time": to_text(datetime.now(UTC)), "programme": programme, "module": module, "text": text}
        self._connection.execute(insert(reply).values(row))

    def of(self, programme: str, module: str) -> Reply | None:
        """What is said of a module; None where nothing is, or it was taken back."""
        wanted = select(reply).where(reply.c.programme == programme, reply.c.module == module)
        row = self._connection.execute(wanted.order_by(reply.c.seq.desc()).limit(1)).first()
        if row is None or not row.text:
            return None
        return Reply(time=datetime.fromisoformat(row.time), module=row.module, text=row.text)
