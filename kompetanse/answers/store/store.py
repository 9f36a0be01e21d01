"""A home folder and its database: opened once, read and written in transactions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

from sqlalchemy import Connection

from kompetanse.answers.answer import Answer, Which
from kompetanse.answers.keys import Keys
from kompetanse.answers.release import Audience, Release
from kompetanse.answers.session import Role
from kompetanse.answers.store.answers import Answers
from kompetanse.answers.store.audit import Actor, Audit, AuditEntry, Kind
from kompetanse.answers.store.codes import Codes, Entry, IssuedCode
from kompetanse.answers.store.copying import Part, parts
from kompetanse.answers.store.database import FILE, Database, make_private
from kompetanse.answers.store.devices import Device, Devices
from kompetanse.answers.store.erasing import Erasing
from kompetanse.answers.store.exchanges import Exchanges
from kompetanse.answers.store.gatherings import Gatherings
from kompetanse.answers.store.groups import Groups
from kompetanse.answers.store.ledger import Ledger
from kompetanse.answers.store.lock import ServeLock
from kompetanse.answers.store.migrate import migrate
from kompetanse.answers.store.moments import Moments
from kompetanse.answers.store.polls import Polls
from kompetanse.answers.store.releases import Releases
from kompetanse.answers.store.replies import Replies
from kompetanse.answers.store.schema import answer, metadata, poll_answer, poll_event
from kompetanse.answers.store.snapshots import Snapshots
from kompetanse.errors import StoreError
from kompetanse.programme.models import LeadershipGroup

#: What people have written into polls, and what was done with it.
POLL_TABLES = (poll_answer.name, poll_event.name)

#: A file that says that the home is in its place, and its database perhaps not yet.
UNFINISHED = "restore-unfinished"


@dataclass(frozen=True)
class Transaction:
    """Everything in the store, as one reader or the one writer sees it."""

    answers: Answers
    groups: Groups
    codes: Codes
    devices: Devices
    polls: Polls
    releases: Releases
    moments: Moments
    replies: Replies
    gatherings: Gatherings
    exchanges: Exchanges
    ledger: Ledger
    snapshots: Snapshots
    audit: Audit
    erasing: Erasing

    def approval_in_force(self, group: str, module: str) -> Release | None:
        """The newest approval of a group's report; None once the group has written something since."""
        approved = self.releases.newest(group, module, "report")
        if approved is None:
            return None
        written = self.answers.changed_since(approved.as_of, group=group, module=module, participant="")
        return None if written else approved


class Store:
    """A home: its answers, groups, codes and releases. Any number of processes may open it at once."""

    def __init__(self, home: Path, database: Database, lock: ServeLock | None = None):
        self.home = home
        self.keys = Keys(home)
        self._database = database
        self._lock = lock

    @classmethod
    def open(cls, home: Path, url: str | None = None, *, exclusive: bool = False, must_exist: bool = False) -> Store:
        """The store in `home`, which is made where it is missing, with its schema brought up to date.

        url: a PostgreSQL database instead of the file in the home. exclusive: for the server, one per home.
        must_exist: for commands that only make sense where there are answers.
        """
        home = Path(home).absolute()
        if (home / UNFINISHED).exists():
            raise StoreError(f"The restore of {home} was ended before it was done; run it again, with --replace.")
        if must_exist and url is None and not (home / FILE).is_file():
            raise StoreError(f"There is no home in {home}; name another with --home, or try `kompetanse demo`.")
        _make_home(home, with_file=url is None)
        lock = ServeLock(home) if exclusive else None
        database = Database(home, url)
        try:
            migrate(database)
        except BaseException:
            database.close()
            if lock:
                lock.release()
            raise
        return cls(home, database, lock)

    def close(self) -> None:
        """Closes the database, and lets another server have the home."""
        self._database.close()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One state of the store, whatever others write meanwhile."""
        with self._database.reading() as connection:
            yield self._transaction(connection)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """The one writer: all of it is saved when the block ends, or nothing if it raises."""
        with self._database.writing() as connection:
            yield self._transaction(connection)

    @contextmanager
    def one_look(self) -> Iterator[Store]:
        """The store as it is at one moment, for many who read."""
        with self._database.reading() as connection:
            yield _OneLook(self.home, self._database, connection)

    @contextmanager
    def together(self, *, alone: bool = True) -> Iterator[Store]:
        """One transaction for many writers: the store that each writes to, all saved when the block ends.

        Each `writing` in it sees what those before it have written.
        alone: each is all or nothing by itself, and only a StoreError spoils the whole, so that the block must raise,
        too. Without it any error does, none may write what is known about a group, and each costs less.
        """
        with self._database.writing() as connection:
            yield _Together(self.home, self._database, connection, alone=alone)

    def check_writable(self) -> None:
        """Goes the way of a write to the disk and changes nothing; StoreError where nothing can be saved."""
        with self._database.writing() as connection:
            self._database.touch(connection)

    def append(self, answers: Iterable[Answer]) -> list[Answer]:
        """Saves answers and returns those that were new; one that is there already, with the same content, is not."""
        with self.writing() as here:
            new = here.answers.not_there(answers)
            here.answers.append(new)
            return new

    def current(self, as_of: int | None = None, **which: Unpack[Which]) -> list[Answer]:
        """The latest answer of each key until `as_of`, in the order they were given; withdrawn ones are left out."""
        with self.reading() as here:
            return here.answers.current(as_of, **which)

    def changed_since(self, seq: int, **which: Unpack[Which]) -> list[Answer]:
        """What has been added after `seq`, in order."""
        with self.reading() as here:
            return here.answers.changed_since(seq, **which)

    def latest(self) -> int:
        """The highest seq ever given; 0 before the first."""
        with self.reading() as here:
            return here.answers.latest()

    def newest_time(self) -> datetime | None:
        """When the newest answer was given; None before the first."""
        with self.reading() as here:
            return here.answers.newest_time()

    def revision(self) -> int:
        """A number that rises with every answer, release and erasure; only good for telling whether to look again."""
        with self.reading() as here:
            return here.answers.revision()

    def groups(self) -> list[LeadershipGroup]:
        """All groups that take part, by id; practice groups are not among them."""
        with self.reading() as here:
            return here.groups.all()

    def group(self, group_id: str) -> LeadershipGroup | None:
        """The group with this id."""
        with self.reading() as here:
            return here.groups.get(group_id)

    def put_group(self, group: LeadershipGroup) -> None:
        """Adds a group, or replaces what is known about it."""
        with self.writing() as here:
            here.groups.put(group)

    def create_code(self, role: Role, group: str | None = None, *, expires: datetime | None = None) -> str:
        """A new access code, told only now. Every leader of a group uses the same one; the contact has their own."""
        with self.writing() as here:
            return here.codes.create(role, group=group, expires=expires)

    def create_return_code(self, group: str, participant: str, role: Role = "leader") -> str:
        """A new code that brings one participant back, on any device; earlier ones go on working."""
        with self.writing() as here:
            return here.codes.create(role, group=group, participant=participant)

    def find_code(self, code: str) -> IssuedCode | None:
        """What is known about a code; None for a wrong one."""
        with self.reading() as here:
            return here.codes.find(code)

    def enter(self, code: str) -> Entry | None:
        """Whom the code lets in; None for one that is wrong, used, expired or revoked."""
        with self.writing() as here:
            return here.codes.enter(code)

    def revoke_code(self, code: str) -> bool:
        """Makes a code useless from now on; whether it was of use before."""
        with self.writing() as here:
            return here.codes.revoke(code)

    def devices(self, ids: Sequence[str]) -> dict[str, Device]:
        """Those of the devices with these ids that are signed in."""
        with self.reading() as here:
            return here.devices.get(ids)

    def device(self, device_id: str) -> Device | None:
        """The device with this id, if it is signed in."""
        return self.devices([device_id]).get(device_id)

    def sign_out(
        self, *, role: Role | None = None, group: str | None = None, participant: str | None = None
    ) -> list[str]:
        """Signs out all devices of this role, group or participant, or all there are; the ids of those that were in."""
        with self.writing() as here:
            return here.devices.remove_all(role=role, group=group, participant=participant)

    def release(self, group: str, module: str, audience: Audience, as_of: int, hash: str, *, round: int = 1) -> Release:
        """Writes down that all answers until `as_of` have been shown to an audience."""
        with self.writing() as here:
            return here.releases.add(group, module, audience, as_of=as_of, hash=hash, round=round)

    def releases(
        self, group: str | None = None, module: str | None = None, audience: Audience | None = None
    ) -> list[Release]:
        """What has been shown, oldest first."""
        with self.reading() as here:
            return here.releases.all(group=group, module=module, audience=audience)

    def approval_in_force(self, group: str, module: str) -> Release | None:
        """The newest approval of a group's report; None once the group has written something since."""
        with self.reading() as here:
            return here.approval_in_force(group, module)

    def approvals_in_force(self, module: str) -> dict[str, Release]:
        """The approvals of all groups, by group, as `approval_in_force` would give each."""
        with self.reading() as here:
            newest = {each.group: each for each in here.releases.all(module=module, audience="report")}
            written = here.answers.newest_statements(module)
        return {group: each for group, each in newest.items() if each.as_of >= written.get(group, 0)}

    def snapshots(self, module: str) -> dict[str, str]:
        """By group, a hash of all that a report about it may read: the same as long as nothing of it has changed."""
        with self.reading() as here:
            return here.snapshots.of_module(module)

    def audit(
        self,
        kind: Kind,
        role: Actor,
        detail: str = "",
        *,
        group: str | None = None,
        programme: str = "",
        participant: str | None = None,
    ) -> None:
        """Writes into the audit log; what is done in a transaction is written in the same one, by its `audit`."""
        with self.writing() as here:
            here.audit.add(kind, role, detail, group=group, programme=programme, participant=participant)

    def audit_log(self, *, since: datetime | None = None, kinds: Collection[Kind] = ()) -> list[AuditEntry]:
        """What was done, oldest first; since a time, of some kinds only."""
        with self.reading() as here:
            return here.audit.entries(since=since, kinds=kinds)

    @contextmanager
    def copying(self) -> Iterator[Iterator[Part]]:
        """All rows as they are at this moment, in parts."""
        with self._database.reading() as connection:
            yield parts(connection)

    def forget_erased(self, *, thoroughly: bool = False) -> bool:
        """Makes sure that erased answers do not linger in the database's own files; whether nothing was in the way.

        thoroughly: every table, and a file made anew; for what the operator erases, in a process of its own.
        """
        tables = [table.name for table in metadata.sorted_tables] if thoroughly else [answer.name, *POLL_TABLES]
        return self._database.forget_erased(tables, thoroughly=thoroughly)

    def _transaction(self, connection: Connection) -> Transaction:
        return Transaction(
            answers=Answers(connection),
            groups=Groups(connection),
            codes=Codes(connection, self.keys.code_key),
            devices=Devices(connection),
            polls=Polls(connection, self.keys),
            releases=Releases(connection),
            moments=Moments(connection),
            replies=Replies(connection),
            gatherings=Gatherings(connection),
            exchanges=Exchanges(connection),
            ledger=Ledger(connection),
            snapshots=Snapshots(connection),
            audit=Audit(connection, self.keys),
            erasing=Erasing(connection, self.keys.code_key),
        )


class _OneLook(Store):
    """The store inside one transaction that reads."""

    def __init__(self, home: Path, database: Database, connection: Connection):
        super().__init__(home, database)
        self._connection = connection
        self._of_all = self._transaction(connection)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        yield self._of_all


class _Together(_OneLook):
    """The store inside one transaction that writes."""

    def __init__(self, home: Path, database: Database, connection: Connection, *, alone: bool):
        super().__init__(home, database, connection)
        self._alone = alone
        #: A gathering that answers at once is many of few groups.
        self._found: dict[str, LeadershipGroup | None] = {}

    def group(self, group_id: str) -> LeadershipGroup | None:
        if self._alone or group_id not in self._found:
            self._found[group_id] = super().group(group_id)
        return self._found[group_id]

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        with self._database.part(self._connection) if self._alone else nullcontext():
            yield self._of_all

    def check_writable(self) -> None:
        with self._database.part(self._connection):
            self._database.touch(self._connection)


def _make_home(home: Path, *, with_file: bool) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if with_file and not (home / FILE).exists():
            make_private(home / FILE)
    except (FileExistsError, NotADirectoryError):
        raise StoreError(f"The home {home} is a file, not a folder; name another with --home.") from None
    except OSError as error:
        raise StoreError(
            f"The home {home} cannot be made or written to ({error.strerror}); "
            "check who owns it, or name another with --home."
        ) from None
