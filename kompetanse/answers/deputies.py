"""Deputies: they answer how it is today in a place that no leader takes, and give it up where the leader answers."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kompetanse.answers.answer import Answer
from kompetanse.answers.counting import LOCKED, who_answered
from kompetanse.errors import AccessDenied
from kompetanse.language import Language, translate
from kompetanse.programme.models import LeadershipGroup, Module, Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction

#: What a deputy is not asked for.
NOT_ASKED = frozenset({"to-be", "importance"})


def check_deputy(
    here: Transaction, new: Collection[Answer], *, group: LeadershipGroup, participant: str, language: Language
) -> None:
    """AccessDenied for what a deputy is not asked for, and where all places of the group are taken."""
    asked = [each for each in new if each.aspect in LOCKED or each.aspect == "form"]
    if not asked or not here.groups.is_deputy(participant):
        return
    if any(each.aspect in NOT_ASKED or (each.aspect == "form" and each.value == "long") for each in asked):
        raise AccessDenied(translate("Som vikar svarer du bare på hvordan det er i dag.", language))
    for module in {each.module for each in asked if each.aspect == "as-is" and each.round == 1}:
        there = who_answered(here, module=module, group=group.id)
        places = group.invited is None or len(there.leaders) + len(there.deputies) < group.invited
        if participant not in there.deputies and not places:
            words = translate(
                "Alle plassene i gruppa er tatt. Du kan være med på samlingen uten å svare på kartleggingen.", language
            )
            raise AccessDenied(words)


def keep_out(
    here: Transaction, deputies: Collection[str], *, module: Module, group: LeadershipGroup, programme: Programme
) -> None:
    """Their answers are not among those that the group is about to see, and no later change of its size brings them in.

    What is kept out stays theirs to see, as with «Hold mine svar utenfor».
    """
    steps = [step for step in module.steps if step.kind == "assessment"]
    here.answers.append(
        Answer(
            id=f"vikar-{secrets.token_hex(12)}",
            time=datetime.now(UTC),
            programme=programme.id,
            version=programme.version,
            module=module.id,
            step=steps[-1].id,
            round=1,
            subject=steps[-1].id,
            aspect="withheld",
            group=group.id,
            municipality=group.municipalities[0] if len(group.municipalities) == 1 else None,
            participant=participant,
            value=True,
            made_up=group.made_up,
        )
        for participant in (deputies if steps else ())
    )
