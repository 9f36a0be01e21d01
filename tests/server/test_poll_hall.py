"""A hall full of phones: none is lost, and the screen is there within a second. A twentieth; in full by `make soak`."""

from __future__ import annotations

import asyncio
import os

import pytest

from benchmarks.measured import percentile
from benchmarks.polls import PHONES, SECONDS, answered
from kompetanse.answers.store import Store
from tests.server.conftest import Codes
from tests.server.running import Server

SHARE = 1 if os.environ.get("KOMPETANSE_SOAK") else 20
#: Seconds. In `make test` others use the machine meanwhile: there it is looked whether everything arrives, and
#: `make soak` looks how soon.
IN_TIME = 1.0 if SHARE == 1 else 10.0


@pytest.mark.alone
def test_every_phone_of_a_hall_is_heard_and_the_screen_is_told_in_time(server: Server, codes: Codes) -> None:
    phones, seconds = PHONES // SHARE, SECONDS / SHARE
    # Before the doors open somebody tries it out, as one does.
    asyncio.run(answered(server.port, codes.facilitator, phones=10, seconds=0.5))
    hall, code = asyncio.run(answered(server.port, codes.facilitator, phones=phones, seconds=seconds))
    assert hall.refused == []
    with Store.open(server.home) as store, store.reading() as here:
        run = here.polls.find(code)
        assert run is not None
        assert here.polls.devices(run, 1) == phones
    assert percentile(hall.until_seen, 0.95) < IN_TIME
    assert percentile(hall.results, 0.95) < IN_TIME
