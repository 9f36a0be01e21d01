"""A home with three groups, a server on it, and a visitor for each role."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.programme.models import LeadershipGroup
from tests.server.running import Server, Visitor

GROUPS = (("fauske", "1841", 8), ("bodo", "1804", 14), ("traena", "1835", None))


@dataclass(frozen=True)
class Codes:
    """The codes of a home: one per role, for Fauske where the role has a group."""

    leader: str
    contact: str
    facilitator: str
    analyst: str
    operator: str
    room: str
    other_leader: str


def fill(home: Path) -> Codes:
    """Three groups of made-up municipalities, and codes."""
    with Store.open(home) as store:
        for group, municipality, invited in GROUPS:
            store.put_group(
                LeadershipGroup(
                    id=group,
                    name=group.title(),
                    invited=invited,
                    contact="kontakt" if invited else None,
                    gathering_date=date(2026, 12, 8) if invited else None,
                    municipalities=(municipality,),
                    made_up=True,
                )
            )
        of_fauske: tuple[Role, ...] = ("leader", "contact", "room")
        roles: tuple[Role, ...] = ("leader", "contact", "facilitator", "analyst", "operator", "room")
        codes = {role: store.create_code(role, "fauske" if role in of_fauske else None) for role in roles}
        return Codes(**codes, other_leader=store.create_code("leader", "bodo"))


def own_server(name: str) -> tuple[Any, Any, Any]:
    """Fixtures to assign to `home, codes, server` in a module whose tests change what others would see."""

    def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
        return tmp_path_factory.mktemp(name) / "home"

    def codes(home: Path) -> Codes:
        return fill(home)

    def server(home: Path, codes: Codes) -> Iterator[Server]:
        running = Server(home)
        yield running
        running.stop()

    of_the_module = pytest.fixture(scope="module")
    return of_the_module(home), of_the_module(codes), of_the_module(server)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that the shared server serves."""
    return tmp_path_factory.mktemp("server") / "home"


@pytest.fixture(scope="session")
def codes(home: Path) -> Codes:
    """The codes of that home."""
    return fill(home)


@pytest.fixture(scope="session")
def server(home: Path, codes: Codes) -> Iterator[Server]:
    """A server that tests share; what they change stays with the visitors they make."""
    running = Server(home, idle_minutes=0.5, kernels=64)
    yield running
    if running.process.poll() is None:
        running.stop()


#: Everybody who may come by.
CAST = (
    "nobody", "signed_out", "leader", "other_device", "other_leader", "contact", "facilitator", "analyst", "operator",
    "room",
)  # fmt: skip


@pytest.fixture(scope="module")
def cast(server: Server, codes: Codes) -> dict[str, Visitor]:
    """A visitor for each role, the leader on another device, and somebody with the cookie of one who has signed out."""
    found = {name: Visitor(server) for name in CAST}
    for name in ("leader", "other_leader", "contact", "facilitator", "analyst", "operator", "room"):
        found[name].sign_in(getattr(codes, name))
    found["other_device"].sign_in(found["leader"].own_code())
    leaving = Visitor(server).sign_in(codes.leader)
    for cookie in leaving.cookies:
        found["signed_out"].cookies.set_cookie(copy(cookie))
    assert leaving.post("/ut").status == 303
    return found


@pytest.fixture
def nobody(server: Server) -> Visitor:
    """Someone who is not signed in."""
    return Visitor(server)


@pytest.fixture
def leader(server: Server, codes: Codes) -> Visitor:
    """A new leader of Fauske."""
    return Visitor(server).sign_in(codes.leader)


@pytest.fixture
def other_leader(server: Server, codes: Codes) -> Visitor:
    """A new leader of Bodø."""
    return Visitor(server).sign_in(codes.other_leader)


@pytest.fixture
def contact(server: Server, codes: Codes) -> Visitor:
    """The contact of Fauske."""
    return Visitor(server).sign_in(codes.contact)


@pytest.fixture
def facilitator(server: Server, codes: Codes) -> Visitor:
    """The facilitator."""
    return Visitor(server).sign_in(codes.facilitator)
