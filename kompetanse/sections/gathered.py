"""Material out of the log: the one place where answers become a protected picture."""

from __future__ import annotations

from collections import Counter
from datetime import date

from kompetanse.analysis.disclosure import (
    GROUP_POLICIES,
    Audience,
    Protected,
    ProtectedRegion,
    ProtectedTexts,
    beside_own,
    protect,
    protect_texts,
)
from kompetanse.analysis.findings import ThemePicture, theme_pictures
from kompetanse.analysis.frames import item_frame, level_frame
from kompetanse.answers.answer import Answer
from kompetanse.answers.release import Edition
from kompetanse.errors import InputError
from kompetanse.programme.municipality import place_title
from kompetanse.sections.carried import carried_over
from kompetanse.sections.context import GroupContext
from kompetanse.sections.material import Material, Statements
from kompetanse.sections.regional import released_region


def material(context: GroupContext, *, edition: Edition) -> Material:
    """What a page or report about the group is made from.

    In the room it is what the group itself may see after it showed its answers, and the shared edition of a report is
    made from the answers that the group approved; InputError while there is no approval.
    """
    log, module = context.log, context.module.id
    in_the_room = context.session.role in {"leader", "contact", "room"}
    newest = log.approval(module, context.group.id)
    approval = newest if edition == "shared" else log.approval_in_force(module, context.group.id)
    if edition == "shared" and approval is None:
        raise InputError(
            f"{context.group.name} has not approved its report, so there is no shared edition; "
            "make the group's draft with --edition group."
        )
    as_of = approval.as_of if edition == "shared" and approval else None

    def stated(module: str) -> list[Answer]:
        if in_the_room:
            return log.of_group(module, context.group.id)
        return [each for each in log.everything(module, context.group.id, as_of=as_of) if not each.participant]

    statements = stated(module)
    # Until a group has shown itself its answers nobody sees anything made from them, not even in a draft.
    revealed = log.revealed(module, group=context.group.id)
    answers = [*(revealed or []), *statements]
    participation = log.participation(module, context.group.id, as_of=as_of)
    audience = Audience.ROOM if in_the_room else Audience.REPORT
    protected = _protected(answers, context, audience, invited=participation.invited)
    if edition == "shared" and context.session.role == "operator":
        log.note_hidden(module, context.group.id, Counter(each.rule for each in protected.hidden))
    return Material(
        programme=context.programme,
        module=context.module,
        instrument=context.instrument,
        group=context.group,
        place=place_title(context.group.municipalities, otherwise=context.group.name),
        protected=protected,
        statements=Statements.of(answers),
        answered=participation.answered,
        invited=participation.invited,
        language=context.language,
        edition=edition,
        dated=context.group.gathering_date or date.today(),
        approved=approval.time.date() if approval else None,
        shown=revealed is not None,
        comments=_comments(answers, audience),
        region=_region(context, audience) if revealed is not None else None,
        carried=carried_over(context.programme, context.module, stated, all=False),
    )


def pictures_of_round(context: GroupContext, answers: list[Answer]) -> tuple[ThemePicture, ...]:
    """Every theme as the answers of one round alone show it, as the room may see it."""
    protected = _protected(answers, context, Audience.ROOM, invited=context.group.invited)
    return theme_pictures(protected, context.instrument)


def _region(context: GroupContext, audience: Audience) -> ProtectedRegion | None:
    """The region beside the group's own picture where the policy allows it: in its room, once it is released."""
    policy = GROUP_POLICIES[audience]
    released = released_region(context.log, context.module, Audience.REGION)
    return None if released is None or policy.region_beside_from is None else beside_own(released, policy)


def _comments(answers: list[Answer], audience: Audience) -> ProtectedTexts:
    """The comments that their writers share with the group, by theme; in a report there are none."""
    written = ((each.subject, str(each.value)) for each in answers if each.aspect == "comment" and each.participant)
    return protect_texts(written, audience, released=audience is Audience.ROOM)


def _protected(answers: list[Answer], context: GroupContext, audience: Audience, *, invited: int | None) -> Protected:
    own = [answer for answer in answers if answer.group == context.group.id]
    return protect(
        level_frame(own, context.instrument),
        audience,
        items=item_frame(own, context.instrument),
        invited=invited,
        erased_since_release=context.log.erased_since_approval(context.module.id, context.group.id),
    )
