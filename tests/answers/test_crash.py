"""What was acknowledged is there after a kill, once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from kompetanse.answers.store import Store
from kompetanse.programme.models import LeadershipGroup

WRITER = """
import sys, uuid
from pathlib import Path
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme

programme = load_programme()
session = Session(
    role="leader", programme=programme.id, group="fauske", participant="p-" + "a" * 20, language="nb", expires=None
)
log = AnswerLog(session, Store.open(Path(sys.argv[1])), programme)
while True:
    drafts = [
        Draft(id=uuid.uuid4().hex, module="modul-1", step="evne", subject=subject, aspect="as-is", value=3)
        for subject in ("A1-1", "A1-2", "A2-3")
    ]
    receipt = log.append(drafts)
    print(" ".join(receipt.ids), flush=True)
"""


def test_every_acknowledged_answer_survives_a_kill_and_is_there_once(home: Path, fauske: LeadershipGroup) -> None:
    with Store.open(home) as store:
        store.put_group(fauske)
    acknowledged: list[list[str]] = []
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(home)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        with writer:
            acknowledged.append(writer.stdout.readline().split())
            time.sleep(random.uniform(0.05, 0.4))
            writer.kill()
            # The last line may be cut off by the kill; a cut line was not read by anybody.
            acknowledged.extend(line.split() for line in writer.stdout if line.endswith("\n"))
    with Store.open(home) as store:
        there = Counter(answer.id for answer in store.changed_since(0))
    assert len(acknowledged) > 10
    assert set(there.values()) == {1}
    assert {each for ids in acknowledged for each in ids} <= set(there)
    # The three of a message are saved together or not at all.
    assert len(there) % 3 == 0
