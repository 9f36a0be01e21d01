"""All rows of a database in parts, and a database made from them: the same on SQLite and PostgreSQL, and across them.

The parts are JSON: for each table its columns and some of its rows, and at last the highest number that each table has
given out, which is not always that of a row that is left.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, insert, select, text

from kompetanse.answers.answer import to_json
from kompetanse.answers.keys import Keys
from kompetanse.answers.store.audit import Audit
from kompetanse.answers.store.database import Database
from kompetanse.answers.store.schema import metadata
from kompetanse.answers.store.schema_version import schema_version
from kompetanse.errors import StoreError

NUMBERS = "numbers"

#: A part is written when it has come to so many bytes.
PART_BYTES = 1_000_000

_AT_ONCE = 500


@dataclass(frozen=True)
class Part:
    """Some rows of a table, or the numbers at last."""

    table: str
    content: bytes


def parts(connection: Connection) -> Iterator[Part]:
    """All rows, in an order that their tables allow; never many of them in memory at once."""
    for table in metadata.sorted_tables:
        names, lines, size = [column.name for column in table.columns], list[str](), 0
        found = connection.execution_options(yield_per=_AT_ONCE).execute(select(table).order_by(*table.primary_key))
        for row in found:
            lines.append(to_json(list(row)))
            size += len(lines[-1])
            if size >= PART_BYTES:
                yield _part(table, names, lines)
                lines, size = [], 0
        if lines:
            yield _part(table, names, lines)
    yield Part(NUMBERS, to_json(_numbers(connection)).encode())


def put_back(
    home: Path,
    url: str | None,
    schema: str,
    given: Iterable[Part],
    *,
    replace: bool,
    told: str,
    before_commit: Callable[[], None],
) -> None:
    """Makes all tables as they were at this schema, fills them and brings them up to date: all of it or nothing.

    replace: in place of those that are there, which is refused else. told: what the audit log says of it.
    StoreError for parts that do not fit the schema, or a schema of a newer Kompetanse.
    """
    # Only here: Alembic is a quarter of a second that nobody else needs.
    upgrading = import_module("kompetanse.answers.store.upgrading")
    database = Database(home, url)
    with closing(database), database.writing() as connection:
        if schema_version(connection) is not None and not replace:
            place = database.place[0].upper() + database.place[1:]
            raise StoreError(f"{place} holds a home already; take an empty one, or replace what is there by --replace.")
        upgrading.make_schema(connection, database, schema, tables=[table.name for table in metadata.sorted_tables])
        tables = MetaData()
        tables.reflect(connection)
        for part in given:
            _put(connection, tables, part)
        upgrading.upgrade(connection)
        Audit(connection, Keys(home)).add("restore", "operator", told)
        before_commit()


def _put(connection: Connection, tables: MetaData, part: Part) -> None:
    try:
        content = json.loads(part.content)
        if part.table == NUMBERS:
            _set_numbers(connection, tables, content)
            return
        rows = [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]
        connection.execute(insert(tables.tables[part.table]), rows)
    except (LookupError, TypeError, ValueError):
        raise StoreError(f"The rows of {part.table!r:.80} do not fit the schema that the backup names.") from None


def _part(table: Table, names: list[str], lines: list[str]) -> Part:
    return Part(table.name, f'{{"columns":{to_json(names)},"rows":[{",".join(lines)}]}}'.encode())


def _numbered() -> Iterator[tuple[str, str]]:
    """The tables that number their rows, with the column that holds the number."""
    for table in metadata.sorted_tables:
        if table.autoincrement_column is not None:
            yield table.name, table.autoincrement_column.name


def _numbers(connection: Connection) -> dict[str, int]:
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {row.name: row.seq for row in found}
    numbers = {}
    for table, column in _numbered():
        sequence = _sequence(connection, table, column)
        last, is_called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()
        numbers[table] = last if is_called else 0
    return numbers


def _set_numbers(connection: Connection, tables: MetaData, numbers: dict[str, int]) -> None:
    for name, number in numbers.items():
        if name not in tables.tables or not number:
            continue
        if connection.dialect.name == "sqlite":
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
            connection.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), {"name": name, "seq": number}
            )
        else:
            (column,) = tables.tables[name].primary_key.columns
            sequence = _sequence(connection, name, column.name)
            connection.execute(text("SELECT setval(:sequence, :number)"), {"sequence": sequence, "number": number})


def _sequence(connection: Connection, table: str, column: str) -> str:
    wanted = text("SELECT pg_get_serial_sequence(:table, :column)")
    found: str = connection.execute(wanted, {"table": table, "column": column}).scalar_one()
    return found
