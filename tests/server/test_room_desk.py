"""The pictures of the screens in rooms: the same as the group's own at every moment, and made once in between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kompetanse.answers.erasure import erase_participant
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.sections.context import GroupContext
from kompetanse.sections.gathered import material
from kompetanse.server.room_desk import RoomDesk

PROGRAMME = load_programme()
MODULE = PROGRAMME.modules[0]
#: Eight have answered, and the group has seen it.
GROUP = "alstahaug"


@pytest.fixture
def store(demo_home: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(demo_home, tmp_path / "home")
    with Store.open(tmp_path / "home") as opened:
        yield opened


def log(store: Store, role: Role, participant: str | None = None) -> AnswerLog:
    return AnswerLog(Session(role, PROGRAMME.id, GROUP, participant, "nb", None), store, PROGRAMME)


def test_a_picture_is_made_again_only_when_an_answer_of_it_is_erased(store: Store) -> None:
    desk, instrument, room = RoomDesk(store), PROGRAMME.instrument_of_module(MODULE), log(store, "room")
    group = store.group(GROUP)
    assert group
    assert instrument
    context = GroupContext(PROGRAMME, MODULE, instrument, group, "nb", room.session, room)

    def shown() -> object:
        found = desk.pictures(context)
        assert found == tuple(each.before_agreeing() for each in material(context, edition="group").pictures)
        return found

    first = shown()
    # What the group writes meanwhile, and who answers late, is not in it.
    with store.writing() as here:
        late, contact = here.groups.join(GROUP, "leader"), here.groups.join(GROUP, "contact")
    theme = instrument.facets[0]
    log(store, "contact", contact).append(
        [Draft("draft-agreed-1", MODULE.id, "felles-vurdering", theme.id, "agreed", 5, 1)]
    )
    log(store, "leader", late).append([Draft("draft-late-001", MODULE.id, "evne", theme.items[0].id, "as-is", 5, 1)])
    assert shown() is first
    person = next(each.participant for each in store.current(group=GROUP, module=MODULE.id, step="evne"))
    erase_participant(store, person, role="leader")
    second = shown()
    assert second != first
    assert shown() is second
