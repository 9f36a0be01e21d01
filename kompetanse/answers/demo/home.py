"""A home of made-up answers, with the truth and the codes to try beside them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kompetanse.answers.demo.expected import expected_figures
from kompetanse.answers.demo.making import Making
from kompetanse.answers.demo.truth import FINISHED_SIZES, TO_TRY, Truth, make_truth
from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.programme.models import Instrument, Module, Programme
from kompetanse.programme.municipality import Municipality, municipalities

TRUTH_FILE = "truth.json"
CODES_FILE = "demo-codes.json"

#: An object of JSON with nothing but single values in it.
_SMALL = re.compile(r"\{[^{}\[\]]*\}")


@dataclass(frozen=True)
class Codes:
    """The codes to try: for a leader and the contact of one group, and for the facilitator."""

    leader: str
    contact: str
    facilitator: str


@dataclass(frozen=True)
class Demo:
    """A home of made-up answers. `group` is the one to fill in for; `finished` the groups to make reports of."""

    codes: Codes
    group: str
    finished: tuple[str, ...]
    truth: dict[str, Any]
    #: Whether it was made now, rather than found.
    made: bool


def make_demo(store: Store, programme: Programme, *, seed: int = 2026) -> Demo:
    """The demo in this home: made if it is not there, and else left as it is."""
    groups = store.groups()
    if any(not group.made_up for group in groups):
        raise InputError(f"The home {store.home} holds real groups; make the demo in another one with --home DIR.")
    module = programme.modules[0]
    instrument = _assessed(programme, module)
    made = not groups
    if made:
        truth = _truth(instrument, programme, seed)
        with store.writing() as here:
            # Another process may have made it since we looked.
            if not here.groups.all():
                Making(here, programme, module, instrument, truth).everything()
        _state(truth, instrument, store.home / TRUTH_FILE)
    tried = _to_try(store)
    return Demo(
        codes=_codes(store, tried),
        group=tried,
        finished=_finished(store, module),
        truth=_stated(store, instrument, programme, seed),
        made=made,
    )


def make_one_group(store: Store, programme: Programme, *, seed: int = 2026) -> str:
    """One group of made-up answers that has come all the way, in an empty home; its id.

    For a process that only wants to try everything once: InputError where the programme has no assessment.
    """
    module = programme.modules[0]
    instrument = _assessed(programme, module)
    truth = _truth(instrument, programme, seed)
    finished = {id_: group for id_, group in truth.groups.items() if group.stage == "finished"} or truth.groups
    group = max(finished, key=lambda id_: finished[id_].answered)
    with store.writing() as here:
        Making(here, programme, module, instrument, replace(truth, groups={group: truth.groups[group]})).everything()
    return group


def _assessed(programme: Programme, module: Module) -> Instrument:
    instrument = programme.instrument_of_module(module)
    if instrument is None:
        raise InputError(f"Module {module.id!r} has no assessment, so there is nothing to make up answers to.")
    return instrument


def _truth(instrument: Instrument, programme: Programme, seed: int) -> Truth:
    places = _places(programme)
    return make_truth(instrument, places, _ids(places), seed=seed)


def _state(truth: Truth, instrument: Instrument, path: Path) -> None:
    """Write what the answers are drawn from, and under «expected» what follows from it."""
    figures = {facet: stated.as_json() for facet, stated in expected_figures(truth, instrument).items()}
    _write(path, {**truth.as_json(), "expected": figures})


def _places(programme: Programme) -> list[Municipality]:
    return [
        place
        for place in municipalities().values()
        if not programme.counties or place.county_number in programme.counties
    ]


def _ids(places: Sequence[Municipality]) -> list[str]:
    """A group's id is its municipality's slug, with the number where two have the same."""
    slugs = [place.slug for place in places]
    return [place.slug if slugs.count(place.slug) == 1 else f"{place.slug}-{place.number}" for place in places]


def _to_try(store: Store) -> str:
    groups = store.groups()
    return next((group.id for group in groups if TO_TRY in group.municipalities), groups[0].id)


def _finished(store: Store, module: Module) -> tuple[str, ...]:
    """The groups to make reports of: those of 3, 5 and 8, else any three that have approved theirs."""
    wanted = [group.id for group in store.groups() if set(group.municipalities) & set(FINISHED_SIZES)]
    approved = [release.group for release in store.releases(module=module.id, audience="report")]
    return tuple(dict.fromkeys([*(group for group in wanted if group in approved), *approved]))[:3]


def _stated(store: Store, instrument: Instrument, programme: Programme, seed: int) -> dict[str, Any]:
    path = store.home / TRUTH_FILE
    if not path.is_file():
        # The process may have been killed between the commit and the file.
        _state(_truth(instrument, programme, seed), instrument, path)
    stated: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stated


def _codes(store: Store, group: str) -> Codes:
    """The codes of this home, kept in the open beside it: they only lead to made-up answers."""
    path = store.home / CODES_FILE
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    wanted: dict[str, tuple[Role, str | None]] = {
        "leader": ("leader", group), "contact": ("contact", group), "facilitator": ("facilitator", None),
    }  # fmt: skip
    # Whoever tries the contact's page makes a new code for the leaders, and the one that was printed ends.
    codes = {
        name: known[name] if name in known and _is_open(store, known[name]) else store.create_code(role, of)
        for name, (role, of) in wanted.items()
    }
    if codes != known:
        _write(path, codes)
    return Codes(**codes)


def _is_open(store: Store, code: str) -> bool:
    found = store.find_code(code)
    return found is not None and found.state == "open"


def _write(path: Path, content: dict[str, Any]) -> None:
    own = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(_SMALL.sub(_on_one_line, json.dumps(content, ensure_ascii=False, indent=1)))
    os.replace(own, path)


def _on_one_line(small: re.Match[str]) -> str:
    """A row of a few figures, as in a table."""
    line = " ".join(small.group().split())
    return line if len(line) <= 120 else small.group()
