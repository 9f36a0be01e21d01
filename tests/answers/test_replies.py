"""What was done with a module's feedback: the newest holds, everybody may read it, and it goes with its programme."""

from __future__ import annotations

from typing import Any

import pytest

from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from tests.answers.conftest import MODULE, session
from tests.answers.serving import Serving


def write(store: Store, text: str, *, programme: str = "kompetanseloft-nordland", module: str = MODULE) -> None:
    with store.writing() as here:
        here.replies.add(programme, module, text)


def test_newest_reply_of_a_module_holds(store: Store, logs: Any) -> None:
    assert logs.of().reply(MODULE) is None
    write(store, "Vi flyttet samlingen.")
    write(store, "Vi flyttet samlingen og kortet den ned.")
    write(store, "Noe annet", module="modul-2")
    write(store, "Et annet program", programme="annet")
    assert logs.of().reply(MODULE).text == "Vi flyttet samlingen og kortet den ned."
    write(store, "")
    assert logs.of().reply(MODULE) is None


@pytest.mark.parametrize("role", ["leader", "contact", "facilitator", "operator"])
def test_every_role_may_read_it(store: Store, logs: Any, role: Role) -> None:
    write(store, "Vi flyttet samlingen.")
    group = "fauske" if role in {"leader", "contact"} else None
    assert logs.of(role, group=group).reply(MODULE).text == "Vi flyttet samlingen."


def test_kernel_reads_it_through_the_socket_and_can_write_none(serving: Serving, store: Store) -> None:
    write(store, "Vi flyttet samlingen.")
    log = serving.log(session())
    assert log.reply(MODULE).text == "Vi flyttet samlingen."
    assert not hasattr(log, "write_reply")


def test_it_goes_with_its_programme(store: Store) -> None:
    write(store, "Vi flyttet samlingen.")
    write(store, "Et annet program", programme="annet")
    with store.writing() as here:
        for rows in here.erasing.of_programme("kompetanseloft-nordland"):
            here.erasing.delete(rows)
    with store.reading() as here:
        assert here.replies.of("kompetanseloft-nordland", MODULE) is None
        assert here.replies.of("annet", MODULE) is not None
