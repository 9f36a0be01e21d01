"""The policy: one object per audience that says from how many answers each figure may be shown, and its floors."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from kompetanse.errors import KompetanseError


class Audience(StrEnum):
    """Who will see a figure."""

    ROOM = "room"
    REPORT = "report"
    REGION = "region"
    PUBLIC = "public"


class PolicyError(KompetanseError):
    """A policy that would show more than its floors allow, or a figure asked for that no policy allows."""


class _Policy(BaseModel):
    """Numbers from which figures may be shown; None is never. Below its floors it is refused (S1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: Audience

    @model_validator(mode="after")
    def _not_below_the_floors(self) -> Self:
        floors = FLOORS[self.audience]
        low = [name for name, floor in floors.items() if _lower(getattr(self, name), floor)]
        if low:
            told = ", ".join(f"{name} at least {'never' if floors[name] is None else floors[name]}" for name in low)
            raise PolicyError(f"This policy for {self.audience} shows too much; set {told}.")
        return self


Chosen = TypeVar("Chosen", bound=_Policy)


def _lower(value: float | None, floor: float | None) -> bool:
    return value is not None and (floor is None or value < floor)


class GroupPolicy(_Policy):
    """What one group's picture shows, in its own room or in its report."""

    #: The dots of a theme, one per person and without names.
    dots_from: int | None
    #: The answers to one item of a theme.
    items_from: int | None
    #: The mean of a theme, in tenths of a level.
    mean_from: int | None
    #: The word for agreement.
    agreement_from: int
    #: From how many answers the mean and the word may stand side by side; with fewer the mean stands alone (S2).
    side_by_side_from: int
    #: Spread, agreement index, interval, chance level and the priority figure.
    detail_from: int | None
    #: How many said «vet ikke»; as a count, or as many / few.
    dont_know_from: int
    dont_know_as_count: bool
    #: How many chose the theme as one of the most important.
    importance_from: int
    #: How many other municipalities there must be before the region stands beside the group's own picture.
    region_beside_from: int | None
    #: Whether means near the ends of the scale are kept away from them (S3).
    code_ends: bool

    @model_validator(mode="after")
    def _coded_outside_the_room(self) -> Self:
        if self.audience is not Audience.ROOM and (not self.code_ends or self.dont_know_as_count):
            raise PolicyError("Outside the room set code_ends to true and dont_know_as_count to false (S3, S1).")
        return self


class RegionPolicy(_Policy):
    """What many groups together show: to those who run the programme, or to everyone."""

    #: How many municipalities a figure needs.
    units_from: int
    #: From how many people on a theme a municipality counts; the second number while there are fewer than `many_units`.
    people_from: int
    people_from_if_few_units: int
    many_units: int
    #: Means are rounded to this step, in levels of a scale from 1 to 5.
    mean_step: float
    #: Half of the municipalities lie between two levels, rounded to this step of a scale from 1 to 5.
    quarters_from: int | None
    quarter_step: float
    #: A bootstrap interval over municipalities.
    interval_from: int | None
    #: The shares that said «vet ikke» and that chose a theme, to the nearest five per cent.
    shares_from: int | None
    #: A word or a choice needs so many people, in so many municipalities.
    word_people_from: int
    word_units_from: int
    #: Two releases differ by no municipality, or by at least so many (S5).
    release_step: int
    #: Whether it waits until the last date of the module has been.
    after_last_date: bool

    @model_validator(mode="after")
    def _public_waits(self) -> Self:
        if self.audience is Audience.PUBLIC and not self.after_last_date:
            raise PolicyError("For the public set after_last_date to true: late answers would come one by one.")
        return self


#: Nobody may set a policy lower than this; None is never.
FLOORS: Mapping[Audience, Mapping[str, float | None]] = {
    Audience.ROOM: {
        "dots_from": 3,
        "items_from": 5,
        "mean_from": 3,
        "agreement_from": 3,
        "side_by_side_from": 3,
        "detail_from": None,
        "dont_know_from": 3,
        "importance_from": 3,
        "region_beside_from": 5,
    },
    Audience.REPORT: {
        "dots_from": None,
        "items_from": None,
        "mean_from": 8,
        "agreement_from": 5,
        "side_by_side_from": 10,
        "detail_from": 10,
        "dont_know_from": 5,
        "importance_from": 10,
        "region_beside_from": 5,
    },
    Audience.REGION: {
        "units_from": 5,
        "people_from": 3,
        "people_from_if_few_units": 5,
        "many_units": 10,
        "mean_step": 0.1,
        "quarters_from": 10,
        "quarter_step": 0.5,
        "interval_from": 15,
        "shares_from": 5,
        "word_people_from": 3,
        "word_units_from": 3,
        "release_step": 5,
    },
    Audience.PUBLIC: {
        "units_from": 10,
        "people_from": 3,
        "people_from_if_few_units": 5,
        "many_units": 10,
        "mean_step": 0.5,
        "quarters_from": None,
        "quarter_step": 0.5,
        "interval_from": None,
        "shares_from": None,
        "word_people_from": 3,
        "word_units_from": 3,
        "release_step": 5,
    },
}

#: The default policy of each audience about one group. In the report the mean waits until 10 answers, because below
#: that it may not stand beside the word for agreement (S2), and the word is the better start of a conversation.
GROUP_POLICIES: Mapping[Audience, GroupPolicy] = {
    Audience.ROOM: GroupPolicy(
        audience=Audience.ROOM,
        dots_from=3,
        items_from=5,
        mean_from=3,
        agreement_from=3,
        side_by_side_from=3,
        detail_from=None,
        dont_know_from=3,
        dont_know_as_count=True,
        importance_from=3,
        region_beside_from=5,
        code_ends=False,
    ),
    Audience.REPORT: GroupPolicy(
        audience=Audience.REPORT,
        dots_from=None,
        items_from=None,
        mean_from=10,
        agreement_from=5,
        side_by_side_from=10,
        detail_from=10,
        dont_know_from=5,
        dont_know_as_count=False,
        importance_from=10,
        region_beside_from=None,
        code_ends=True,
    ),
}

#: The default policy of each audience about many groups together.
REGION_POLICIES: Mapping[Audience, RegionPolicy] = {
    Audience.REGION: RegionPolicy(
        audience=Audience.REGION,
        units_from=5,
        people_from=3,
        people_from_if_few_units=5,
        many_units=10,
        mean_step=0.1,
        # Whoever was told which municipalities a quarter rests on could, once in 200,000 themes, tell a set of answers.
        quarters_from=None,
        quarter_step=0.5,
        interval_from=15,
        shares_from=5,
        word_people_from=3,
        word_units_from=3,
        release_step=5,
        after_last_date=False,
    ),
    Audience.PUBLIC: RegionPolicy(
        audience=Audience.PUBLIC,
        units_from=10,
        people_from=3,
        people_from_if_few_units=5,
        many_units=10,
        mean_step=0.5,
        quarters_from=None,
        quarter_step=0.5,
        interval_from=None,
        shares_from=None,
        word_people_from=3,
        word_units_from=3,
        release_step=5,
        after_last_date=True,
    ),
}


def policy_for(audience: Audience, policy: GroupPolicy | None) -> GroupPolicy:
    """The policy to show one group by; PolicyError for an audience that sees no single group, or another's policy."""
    return _checked(policy or GROUP_POLICIES.get(audience), audience, "one group")


def region_policy_for(audience: Audience, policy: RegionPolicy | None) -> RegionPolicy:
    """The policy to show many groups by; PolicyError for an audience that sees them not, or another's policy."""
    return _checked(policy or REGION_POLICIES.get(audience), audience, "the region")


def _checked(policy: Chosen | None, audience: Audience, what: str) -> Chosen:
    if policy is None:
        raise PolicyError(f"There is no policy that shows {what} to {audience}.")
    if policy.audience is not audience:
        raise PolicyError(f"This policy is for {policy.audience}, not for {audience}.")
    return policy
