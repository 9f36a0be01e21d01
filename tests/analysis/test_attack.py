"""The attack of `attack.py`: it wins where a rule is left out, and nowhere with all of them."""

from __future__ import annotations

import os

import pytest

from tests.analysis.attack import Rules, attack

SOAK = os.environ.get("KOMPETANSE_SOAK") == "1"

#: A thousand regions in the soak, and a fiftieth of them in every run.
REGIONS = 1000 if SOAK else 20
#: Regions in which it would win if releases were not compared: one in ten is such a one.
OPEN_REGIONS = range(125) if SOAK else (5, 19)


def test_nothing_that_is_published_gives_an_answer_away(capsys: pytest.CaptureFixture[str]) -> None:
    wins = attack(range(REGIONS))

    with capsys.disabled():
        print(f"\n{REGIONS} regions of 41 groups, three releases: {wins.sentence}")
    assert wins.cells > 300 * REGIONS
    assert wins.erasures > 2 * REGIONS
    assert (wins.sets, wins.means, wins.linear, wins.linear_for_insiders, wins.erased_answers) == (0, 0, 0, 0, 0), (
        wins.places
    )


def test_the_attack_wins_where_releases_are_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    wins = attack(OPEN_REGIONS, Rules(erasures=False, releases=False))

    with capsys.disabled():
        print(f"\nwithout comparing releases, {len(OPEN_REGIONS)} regions: {wins.sentence}")
    assert wins.linear > 0
    assert wins.linear_for_insiders > 0
    assert wins.erased_answers > 0
