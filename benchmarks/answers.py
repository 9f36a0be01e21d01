"""100,000 answers in and out, against pandas for reading and one INSERT a row for saving."""

from __future__ import annotations

import csv
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kompetanse.answers.store import Store
from kompetanse.importers.plain_csv import export_answers, import_answers
from kompetanse.programme.content import load_programme

ROWS = 100_000


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, in seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def write_rows(path: Path) -> None:
    """A file of random answers to every statement, from as many people as it takes."""
    programme = load_programme()
    instrument = programme.instrument_of_module(programme.modules[0])
    assert instrument is not None
    items = [item.code for facet in instrument.facets for item in facet.items]
    chance = random.Random(2026)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["municipality", "participant", "item", "aspect", "value"])
        rows.writerows(
            ["1841", f"person-{number // len(items)}", items[number % len(items)], "as-is", chance.randint(1, 5)]
            for number in range(ROWS)
        )


def row_by_row(source: Path, database: Path) -> None:
    """What one would write first: pandas reads, and each row is inserted by itself, without any check."""
    frame = pd.read_csv(source, dtype=str)
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE answer (municipality, participant, item, aspect, value)")
        for row in frame.itertuples(index=False):
            connection.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?)", tuple(row))


def main() -> None:
    """Print both, and the ratio between them."""
    programme = load_programme()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "answers.csv")
        write_rows(source)
        by_hand = seconds(lambda: row_by_row(source, Path(folder, "by-hand.sqlite")))
        with Store.open(Path(folder, "home")) as store:
            ours = seconds(lambda: import_answers(source, store, programme))
            out = seconds(lambda: export_answers(store, Path(folder, "out.csv")))
    print(f"pandas and INSERT, unchecked         {by_hand:6.2f} s")
    print(f"import_answers, every row checked    {ours:6.2f} s   {ours / by_hand:.1f} times that")
    print(f"export_answers                       {out:6.2f} s")


if __name__ == "__main__":
    main()
