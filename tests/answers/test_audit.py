"""The audit log: one entry for what was done, in the same transaction, and never changed afterwards."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from kompetanse.answers.audit_listing import listing
from kompetanse.answers.log import Draft
from kompetanse.answers.store import Store
from kompetanse.answers.store.audit import LONGEST_DETAIL
from kompetanse.answers.store.database import Database
from kompetanse.answers.store.migrate import migrate
from kompetanse.answers.store.upgrading import _config
from kompetanse.errors import StoreError
from tests.answers.conftest import participant

MODULE = "modul-1"
ITEM = "endringer-rundt-oss"


def test_what_is_written_is_read_in_order(store: Store) -> None:
    store.audit("sign_in", "leader", group="fauske", programme="kompetanseloft-nordland")
    store.audit("export", "operator", "3 answers")
    first, second = store.audit_log()
    assert (first.kind, first.role, first.group, first.programme) == (
        "sign_in", "leader", "fauske", "kompetanseloft-nordland",
    )  # fmt: skip
    assert (second.kind, second.group, second.detail) == ("export", None, "3 answers")
    assert timedelta() <= datetime.now(UTC) - first.time < timedelta(minutes=1)
    assert store.audit_log(kinds=["export"]) == [second]
    assert store.audit_log(since=second.time) == [second]


@pytest.mark.parametrize("statement", ["UPDATE audit SET detail = 'x'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_past(store: Store, statement: str) -> None:
    store.audit("export", "operator", "3 answers")
    with pytest.raises(StoreError, match="only ever added to"), store._database.writing() as connection:
        connection.exec_driver_sql(statement)
    assert [each.detail for each in store.audit_log()] == ["3 answers"]


def test_what_fails_leaves_no_entry(store: Store) -> None:
    with suppress(RuntimeError), store.writing() as here:
        here.audit.add("export", "operator")
        raise RuntimeError
    assert store.audit_log() == []


def test_no_token_and_no_code_gets_in(store: Store) -> None:
    token, code = participant("kari"), store.create_code("facilitator")
    store.audit("sign_in", "leader", f"{token} with\n{code}\x1b[31m", group="fauske", participant=token)
    store.audit("sign_in", "leader", group="fauske", participant=token)
    store.audit("sign_in", "leader", "x" * 1000, group="fauske", participant=participant("per"))
    kari, again, per = store.audit_log()
    assert kari.detail == "… with … [31m"
    assert kari.participant == again.participant != per.participant
    assert kari.participant not in token
    assert len(per.detail) == LONGEST_DETAIL


def test_an_erasure_is_told_without_whose_it_was(logs: Any, draft: Callable[..., Draft], store: Store) -> None:
    logs.of().append([draft(ITEM, 2)])
    logs.of().own_erase()
    (entry,) = store.audit_log()
    assert (entry.kind, entry.role, entry.group, entry.participant) == ("erasure", "leader", "fauske", None)
    assert entry.detail == "one participant, answers: 1"


def test_operations_of_an_older_home_become_entries(home: Path, database_url: str | None) -> None:
    home.mkdir()
    database = Database(home, database_url)
    with database.writing() as connection:
        command.upgrade(_config(connection), "0002")
        connection.exec_driver_sql(
            "INSERT INTO operation (time, what, role, group_id, module, counts) VALUES "
            "('2026-01-02T03:04:05.000000+00:00', 'approve', 'contact', 'fauske', 'modul-1', '{\"answered\":5}')"
        )
    migrate(database)
    database.close()
    with Store.open(home, database_url) as store:
        (entry,) = store.audit_log()
    assert (entry.kind, entry.role, entry.group) == ("approval", "contact", "fauske")
    assert entry.detail == "module modul-1, answered: 5"
    assert entry.time == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_wrong_codes_of_an_older_home_become_entries(home: Path, database_url: str | None) -> None:
    home.mkdir()
    database = Database(home, database_url)
    with database.writing() as connection:
        command.upgrade(_config(connection), "0002")
        connection.exec_driver_sql("INSERT INTO wrong_code (hour, attempts) VALUES ('2026-01-02T03', 17)")
    migrate(database)
    database.close()
    with Store.open(home, database_url) as store:
        (entry,) = store.audit_log()
    assert (entry.kind, entry.role, entry.detail) == ("wrong_codes", "nobody", "17 in an hour")
    assert entry.time == datetime(2026, 1, 2, 3, tzinfo=UTC)


def test_operator_reads_it_as_table_csv_and_json(home: Path) -> None:
    with Store.open(home) as store:
        store.audit("raw_data_approval", "operator", "=HYPERLINK(1)")
        store.audit("sign_in", "leader", group="fauske")
        entries = store.audit_log()

    def printed(*arguments: str) -> str:
        line = [sys.executable, "-m", "kompetanse", "audit", "--home", str(home), *arguments]
        return subprocess.run(line, capture_output=True, text=True, check=True).stdout

    header, first, second = printed().splitlines()
    assert header.split() == ["time", "kind", "role", "group", "detail"]
    assert "raw_data_approval  operator" in first
    assert second.split()[1:] == ["sign_in", "leader", "fauske"]
    assert [row["kind"] for row in json.loads(printed("--format", "json"))] == ["raw_data_approval", "sign_in"]
    assert [row["detail"] for row in csv.DictReader(listing(entries, "csv").splitlines())] == ["'=HYPERLINK(1)", ""]
    assert printed("--kind", "export", "backup") == "Nothing in the audit log.\n"
    assert printed("--since", "2999-01-01") == "Nothing in the audit log.\n"
