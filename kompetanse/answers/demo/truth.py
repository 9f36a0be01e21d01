"""What is true in the made-up answers: it is stated first, and the answers are drawn from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Literal

from kompetanse.programme.models import Instrument
from kompetanse.programme.municipality import Municipality

#: How far a group has come: nothing yet, on its way, agreed in the room, approved its report.
Stage = Literal["invited", "answering", "gathered", "finished"]

#: The group that a visitor fills in for: nothing is shown yet.
TO_TRY = "1841"

#: Groups of 3, 5 and 8 that have finished, small enough to show how little is needed for a whole report.
FINISHED_SIZES = {"1835": 3, "1818": 5, "1820": 8}

_FINISHED = (*FINISHED_SIZES, "1811", "1813", "1824", "1833", "1848", "1860", "1870")
_GATHERED = ("1804", "1832", "1840", "1865", "1868")
_INVITED = ("1827", "1839", "1856", "1857", "1874")

#: Up to this many inhabitants, so many are invited.
_INVITED_BY_POPULATION = ((700, 3), (1200, 4), (2000, 5), (3000, 6), (5000, 7), (10_000, 8), (20_000, 10), (30_000, 12))
_MOST_INVITED = 14

#: On a scale from 1 to 5: level today, distance to two years ahead, spread between persons, share who choose it.
_FACETS = {
    "omverdensblikk": (2.7, 0.9, 0.7, 0.20),
    "felles-retning": (2.5, 1.2, 0.8, 0.40),
    "laerende-kultur": (3.4, 0.6, 0.8, 0.30),
    "utproving": (2.6, 0.9, 0.8, 0.20),
    "prioritering-og-gevinst": (2.0, 1.5, 1.1, 0.60),
    "handlekraft": (2.3, 1.3, 0.7, 0.55),
    "samarbeid-utad": (3.6, 0.5, 0.6, 0.20),
    "organisering-og-roller": (2.6, 1.1, 0.9, 0.35),
    "kompetanse-og-medvirkning": (2.9, 1.0, 0.7, 0.45),
    "styring-og-prosess": (2.5, 1.1, 0.7, 0.30),
    "brukerdrevne-tjenester": (2.6, 1.1, 0.9, 0.35),
    "sammenhengende-og-framoverlent": (1.9, 1.3, 0.7, 0.30),
    "data-som-grunnlag": (2.4, 1.2, 0.8, 0.30),
    "felles-byggeklosser": (3.2, 0.7, 0.7, 0.15),
    "apenhet-og-tillit": (2.9, 0.8, 0.9, 0.15),
    "trygg-grunnmur": (3.5, 0.6, 0.7, 0.25),
}
_DONT_KNOW = {"apenhet-og-tillit": 0.15, "data-som-grunnlag": 0.12, "sammenhengende-og-framoverlent": 0.10}


@dataclass(frozen=True)
class FacetTruth:
    """One theme across all groups, in levels of the scale; shares are of 1."""

    as_is: float
    to_be: float
    spread: float
    chosen: float
    dont_know: float
    not_relevant: float


@dataclass(frozen=True)
class PersonTruth:
    """How persons of one group differ: standard deviations of normal draws, each as a share of the theme's spread.

    bias: the person's own eye for levels, the same in every theme. centre: the person's level of one theme.
    item: one item around that level. ahead: the level in two years around that level and the theme's distance.
    begun: the share, in groups that are still answering, who have only done between a fifth and nine tenths.
    """

    bias: float = 0.3
    centre: float = 0.8
    item: float = 0.5
    ahead: float = 0.4
    begun: float = 0.25


@dataclass(frozen=True)
class GroupTruth:
    """One group: who is in it, how far it has come, and its own level of each theme."""

    municipality: str
    invited: int
    answered: int
    stage: Stage
    as_is: dict[str, float]


@dataclass(frozen=True)
class Truth:
    """Everything the answers are drawn from.

    A person's level of an item is drawn around the group's level of its theme with the theme's spread, and rounded to
    the scale. `between` is the spread of the groups around the theme's level, `missing` the share of questions left
    out, `long_form` the share of persons who took the long form. What follows from it stands in `expected`.
    """

    seed: int
    between: float
    missing: float
    long_form: float
    persons: PersonTruth
    facets: dict[str, FacetTruth]
    groups: dict[str, GroupTruth]

    def as_json(self) -> dict[str, Any]:
        """The truth as plain values."""
        return asdict(self)


def make_truth(instrument: Instrument, places: Sequence[Municipality], ids: Sequence[str], *, seed: int) -> Truth:
    """The truth for these municipalities, whose groups have these ids."""
    facets = {facet.id: _facet(facet.id, instrument, seed) for facet in instrument.facets}
    between = 0.1 * (instrument.scale.high - instrument.scale.low)
    groups = {
        group: _group(place, number, facets, instrument, Random(f"{seed}:{group}"), between)
        for number, (group, place) in enumerate(zip(ids, places, strict=True))
    }
    return Truth(
        seed=seed,
        between=between,
        missing=0.02,
        long_form=0.15,
        persons=PersonTruth(),
        facets=facets,
        groups=groups,
    )


def _facet(facet: str, instrument: Instrument, seed: int) -> FacetTruth:
    random = Random(f"{seed}:{facet}")
    as_is, distance, spread, chosen = _FACETS.get(facet) or (
        random.uniform(1.8, 3.6),
        random.uniform(0.5, 1.5),
        0.8,
        0.3,
    )
    step = (instrument.scale.high - instrument.scale.low) / 4
    low = instrument.scale.low
    return FacetTruth(
        as_is=round(low + (as_is - 1) * step, 2),
        to_be=round(low + (as_is + distance - 1) * step, 2),
        spread=round(spread * step, 2),
        chosen=chosen,
        dont_know=_DONT_KNOW.get(facet, 0.03),
        not_relevant=0.04 if facet == "apenhet-og-tillit" else 0.01,
    )


def _group(
    place: Municipality,
    number: int,
    facets: dict[str, FacetTruth],
    instrument: Instrument,
    random: Random,
    between: float,
) -> GroupTruth:
    stage = _stage(place.number, number)
    low, high = instrument.scale.low, instrument.scale.high
    invited = FINISHED_SIZES.get(place.number) or _invited(place.population)
    shift = random.gauss(0, 0.6 * between)
    as_is = {
        name: round(min(max(facet.as_is + shift + random.gauss(0, 0.8 * between), low), high), 2)
        for name, facet in facets.items()
    }
    return GroupTruth(
        municipality=place.number,
        invited=invited,
        answered=_answered(place.number, invited, stage, random),
        stage=stage,
        as_is=as_is,
    )


def _stage(municipality: str, number: int) -> Stage:
    """As listed for Nordland; elsewhere a mixture, so that any programme's pages look alive."""
    if municipality == TO_TRY:
        return "answering"
    listed: dict[Stage, tuple[str, ...]] = {"finished": _FINISHED, "gathered": _GATHERED, "invited": _INVITED}
    for stage, municipalities in listed.items():
        if municipality in municipalities:
            return stage
    if municipality.startswith("18"):
        return "answering"
    return ("finished", "answering", "gathered", "answering", "answering", "invited")[number % 6]


def _invited(population: int) -> int:
    return next((invited for most, invited in _INVITED_BY_POPULATION if population < most), _MOST_INVITED)


def _answered(municipality: str, invited: int, stage: Stage, random: Random) -> int:
    if municipality == TO_TRY:
        return invited - 2
    match stage:
        case "invited":
            return 0
        case "answering":
            return random.randint(invited // 4, invited - 1)
        case _:
            return invited if invited < 8 else invited - random.randint(1, max(1, invited // 8))
