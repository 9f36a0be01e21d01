"""A group of three leaders and a contact in a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup, Programme
from kompetanse.sections.context import GroupContext

SignIn = Callable[[Role, str], GroupContext]


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as opened:
        opened.put_group(LeadershipGroup(id="fauske", name="Fauske", invited=4, municipalities=("1841",), made_up=True))
        yield opened


@pytest.fixture
def sign_in(store: Store, programme: Programme) -> SignIn:
    """Opens the group's context for a role and a participant's number; the operator has neither."""

    def context(role: Role, name: str = "") -> GroupContext:
        group = store.group("fauske")
        assert group is not None
        answering = role in {"leader", "contact"}
        session = Session(
            role=role,
            programme=programme.id if answering else "",
            group=group.id if answering else None,
            participant=f"p-{name * 20}"[:22] if answering else None,
            language="nb",
            expires=None,
        )
        instrument = programme.instrument_of_module(programme.modules[0])
        assert instrument is not None
        return GroupContext(
            programme=programme,
            module=programme.modules[0],
            instrument=instrument,
            group=group,
            language="nb",
            session=session,
            log=AnswerLog(session, store, programme),
        )

    return context


def answer_everything(context: GroupContext, today: int, ahead: int) -> None:
    """The short form, with the same levels for every theme."""
    module = context.module.id
    context.log.append(
        draft
        for facet in context.instrument.facets
        for draft in (
            Draft(
                id=f"{context.session.participant}-{facet.code}-now",
                module=module,
                step=str(facet.axis),
                subject=context.instrument.short_items(facet)[0].id,
                aspect="as-is",
                value=today,
            ),
            Draft(
                id=f"{context.session.participant}-{facet.code}-then",
                module=module,
                step=str(facet.axis),
                subject=facet.id,
                aspect="to-be",
                value=ahead,
            ),
        )
    )
