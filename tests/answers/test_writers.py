"""Many writers at once: each answer once, and no lower seq appears after a higher one has been seen."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from kompetanse.answers.store import Answer, Store


def test_no_seq_appears_behind_one_that_was_seen(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(25):
            store.append(
                [
                    Answer(
                        id=f"{name}-{number:06d}",
                        time=datetime.now(UTC),
                        programme="nordland",
                        version="1",
                        module="modul-1",
                        step="evne",
                        round=1,
                        subject=f"item-{number}",
                        aspect="as-is",
                        group="fauske",
                        municipality=None,
                        participant=f"p-{name}",
                        value=number,
                    )
                ]
            )

    writers = [threading.Thread(target=write, args=(f"writer{number}",)) for number in range(6)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    while any(writer.is_alive() for writer in writers):
        # A page that asks only for what is new since its last look must not miss anything.
        seen.extend(answer.seq or 0 for answer in store.changed_since(seen[-1] if seen else 0))
    seen.extend(answer.seq or 0 for answer in store.changed_since(seen[-1] if seen else 0))
    for writer in writers:
        writer.join()
    assert seen == sorted(set(seen))
    assert len(seen) == 150
    assert seen == [answer.seq for answer in store.changed_since(0)]
