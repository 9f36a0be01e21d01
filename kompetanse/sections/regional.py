"""A region out of the log: what would be released now, what has been released, and both as blocks."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import cast

from kompetanse.analysis.disclosure import (
    Audience,
    Earlier,
    ProtectedRegion,
    frozen_region,
    protect_public,
    protect_region,
)
from kompetanse.analysis.frames import item_frame, level_frame
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.release import RegionAudience, RegionRelease
from kompetanse.errors import InputError
from kompetanse.programme.models import Instrument, Module

REGION_AUDIENCES = (Audience.REGION, Audience.PUBLIC)


def region_now(log: AnswerLog, module: Module, instrument: Instrument, audience: str) -> ProtectedRegion:
    """What this audience would be shown of all groups if it were released now: the operator's.

    The region is made from groups that have shown themselves their answers, what is public from the region as it was
    released last. InputError before that, PolicyError while nothing may be shown to the public yet.
    """
    name, groups = _name(audience), log.groups()
    if Audience(name) is Audience.PUBLIC:
        released = released_region(log, module, Audience.REGION)
        if released is None:
            raise InputError("Release the region before what is public: that is made from it.")
        # Made-up groups know no calendar.
        today = date.max if all(group.made_up for group in groups) else date.today()
        return protect_public(released, instrument, last_date=max(module.gathering_dates, default=None), today=today)
    answers = log.shown_in_rooms(module.id)
    return protect_region(
        level_frame(answers, instrument),
        items=item_frame(answers, instrument),
        instrument=instrument,
        places={group.id: group.municipalities for group in groups},
        earlier=[_earlier(each) for each in log.region_releases(module.id, name)],
        without_figures=[group.id for group in groups if log.erased_since_approval(module.id, group.id)],
    )


def release_region(
    log: AnswerLog, module: Module, instrument: Instrument, audience: str, *, by: AnswerLog | None = None
) -> ProtectedRegion:
    """Releases the region to this audience: what it sees from now on stays as it is. Nothing new changes nothing.

    log: the operator's, which counts. by: of who releases, where that is the facilitator.
    """
    now, before = region_now(log, module, instrument, audience), log.region_releases(module.id, _name(audience))
    if before and (list(before[-1].figures), before[-1].basis) == (now.rows(), now.basis):
        return now
    (by or log).release_region(
        module.id,
        _name(audience),
        units=now.units,
        people=now.people,
        figures=now.rows(),
        basis=now.basis,
        hidden=Counter(each.rule for each in now.hidden),
    )
    return now


def released_region(log: AnswerLog, module: Module, audience: Audience) -> ProtectedRegion | None:
    """What this audience has been shown of the region last; None before the first release."""
    releases = log.region_releases(module.id, _name(audience))
    return frozen_region(_earlier(releases[-1]), audience) if releases else None


def _earlier(release: RegionRelease) -> Earlier:
    return Earlier(units=release.units, people=release.people, figures=release.figures, basis=release.basis)


def _name(audience: str) -> RegionAudience:
    if audience not in REGION_AUDIENCES:
        raise InputError(f"A region is for the audiences region and public, not for {audience!r:.40}.")
    return cast(RegionAudience, str(audience))
