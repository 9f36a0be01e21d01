"""The attack of `attack.py`: it wins where a rule is left out, and nowhere with all of them."""

from __future__ import annotations

import os

import pytest

from tests.analysis.attack import Rules, attack

#: A thousand regions in the soak, and a twentieth of them in every run.
REGIONS = 1000 if os.environ.get("KOMPETANSE_SOAK") == "1" else 50


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
    wins = attack(range(REGIONS // 8), Rules(erasures=False, releases=False))

    with capsys.disabled():
        print(f"\nwithout comparing releases, {REGIONS // 8} regions: {wins.sentence}")
    assert wins.linear > 0
    assert wins.linear_for_insiders > 0
    assert wins.erased_answers > 0
