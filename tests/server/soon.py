"""A demo whose gatherings are to come, whenever its test runs."""

from __future__ import annotations

from datetime import date, timedelta

from kompetanse.answers.store import Store


def gathering_soon(store: Store) -> None:
    """Moves the first date to in three days, and each of the others a day on."""
    dates = sorted({each.gathering_date for each in store.groups() if each.gathering_date})
    for group in store.groups():
        if group.gathering_date:
            soon = date.today() + timedelta(days=3 + dates.index(group.gathering_date))
            store.put_group(group.model_copy(update={"gathering_date": soon}))


def first_date(store: Store) -> date:
    """The first date of any group."""
    return min(each.gathering_date for each in store.groups() if each.gathering_date)
