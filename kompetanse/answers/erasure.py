"""Erasing one person's answers: they are gone, and a tombstone says how many there were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kompetanse.answers.session import Role

if TYPE_CHECKING:
    from kompetanse.answers.store import Store


def erase_participant(store: Store, participant: str, *, role: Role) -> int:
    """Deletes every answer of a participant, in all modules, and returns how many there were.

    The releases that rested on them are marked as no longer frozen: their hash cannot be found again. What remains of
    a release is what the others answered, so a picture that is drawn again has one dot less.
    """
    with store.writing() as here:
        rows = here.answers.changed_since(0, participant=participant)
        if not rows:
            return 0
        here.ledger.bury(as_of=here.answers.latest(), participants=1, answers=len(rows))
        here.answers.erase(participant)
        for group in {row.group for row in rows}:
            here.releases.thaw(group, since=min(row.seq or 0 for row in rows if row.group == group))
        for group in sorted({row.group for row in rows}):
            erased = sum(row.group == group for row in rows)
            here.audit.add("erasure", role, f"one participant, answers: {erased}", group=group)
    store.forget_erased()
    return len(rows)
