"""A finished group of any size, made up for the tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kompetanse.analysis.disclosure import Audience, protect
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup
from kompetanse.sections.material import Material, Statements

Finished = Callable[..., Material]


@pytest.fixture(scope="session")
def finished() -> Finished:
    """Makes the material of a group that has agreed, chosen and written everything."""
    programme = load_programme()
    module = programme.modules[0]
    instrument = programme.instrument_of_module(module)
    assert instrument is not None

    def make(
        answered: int,
        *,
        invited: int = 8,
        words: str = "",
        language: str = "nb",
        audience: Audience = Audience.REPORT,
        seed: int = 0,
    ) -> Material:
        random = np.random.default_rng(seed)
        rows: list[dict[str, Any]] = []
        for facet in instrument.facets:
            common = {"group": "g", "axis": facet.axis, "facet": facet.id, "low": 1, "high": 5, "dont_know": 0}
            for person in range(answered):
                today = float(random.integers(1, 5))
                rows.append(
                    common
                    | {
                        "participant": f"p{person}",
                        "as_is": today,
                        "to_be": today + 1,
                        "asked": 1,
                        "importance": float(random.integers(0, 2)),
                    }
                )
            rows.append(common | {"participant": "", "as_is": 2.0, "to_be": 4.0, "asked": 0, "importance": np.nan})
        names = [facet.id for facet in instrument.facets]
        text = words or "Vi har en liste, men den blir laget på nytt i hvert budsjett."
        values: dict[tuple[str, str, str], Any] = {("felles-vurdering", "discussed", name): True for name in names[:5]}
        values |= {("felles-vurdering", "rationale", name): text for name in names[:5]}
        values |= {("felles-vurdering", "other-view", names[0]): text}
        values |= {("prioriteringer", "priority", name): True for name in names[:3]}
        compared = [*names[:5], *(f"action.{place}" for place in (1, 2, 3))]
        values |= {("prioriteringer", "use", each): 5 - place % 3 for place, each in enumerate(compared)}
        values |= {("prioriteringer", "effort", each): 1 + place % 3 for place, each in enumerate(compared)}
        values |= {
            ("tiltak", "action", str(place)): {"what": text, "effect": text, "role": "Plansjef", "due": "2027-03-01"}
            for place in (1, 2, 3)
        }
        values |= {("hvorfor", "in-report", "hvorfor"): True, ("hvorfor", "answer", "fordi"): text}
        group = LeadershipGroup(id="g", name="Fauske", invited=invited, municipalities=("1841",), made_up=True)
        return Material(
            programme=programme,
            module=module,
            instrument=instrument,
            group=group,
            place="Fauske – Fuossko",
            protected=protect(pd.DataFrame(rows), audience),
            statements=Statements(values),
            answered=answered,
            invited=invited,
            language=language,  # type: ignore[arg-type]  # parametrised as text
            edition="group",
            dated=date(2026, 12, 10),
        )

    return make
