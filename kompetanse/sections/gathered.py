"""Material out of the log: the one place where answers become a protected picture."""

from __future__ import annotations

from datetime import date

from kompetanse.analysis.disclosure import Audience, Protected, protect
from kompetanse.analysis.frames import level_frame
from kompetanse.answers.store import Answer
from kompetanse.errors import InputError
from kompetanse.programme.municipality import place_title
from kompetanse.sections.context import GroupContext
from kompetanse.sections.material import Edition, Material, Statements


def material(context: GroupContext, *, edition: Edition) -> Material:
    """What a page or report about the group is made from.

    In the room it is what the group itself may see after it showed its answers, and the shared edition of a report is
    made from the answers that the group approved; InputError while there is no approval.
    """
    log, module = context.log, context.module.id
    in_the_room = context.session.role in {"leader", "contact"}
    newest = log.approval(module, context.group.id)
    approval = newest if edition == "shared" else log.approval_in_force(module, context.group.id)
    if edition == "shared" and approval is None:
        raise InputError(
            f"{context.group.name} has not approved its report, so there is no shared edition; "
            "make the group's draft with --edition group."
        )
    as_of = approval.as_of if edition == "shared" and approval else None
    if in_the_room:
        statements = log.of_group(module, context.group.id)
    else:
        statements = [each for each in log.everything(module, context.group.id, as_of=as_of) if not each.participant]
    # Until a group has shown itself its answers nobody sees anything made from them, not even in a draft.
    revealed = log.revealed(module, group=context.group.id)
    answers = [*(revealed or []), *statements]
    participation = log.participation(module, context.group.id, as_of=as_of)
    return Material(
        programme=context.programme,
        module=context.module,
        instrument=context.instrument,
        group=context.group,
        place=place_title(context.group.municipalities, otherwise=context.group.name),
        protected=_protected(answers, context, Audience.ROOM if in_the_room else Audience.REPORT),
        statements=Statements.of(answers),
        answered=participation.answered,
        invited=participation.invited,
        language=context.language,
        edition=edition,
        dated=context.group.gathering_date or date.today(),
        approved=approval.time.date() if approval else None,
        shown=revealed is not None,
        comments=_comments(answers) if in_the_room else {},
    )


def _comments(answers: list[Answer]) -> dict[str, tuple[str, ...]]:
    """The shared comments by theme, in the alphabet's order: who came first would tell who wrote what."""
    written: dict[str, list[str]] = {}
    for answer in answers:
        if answer.aspect == "comment" and answer.participant and str(answer.value).strip():
            written.setdefault(answer.subject, []).append(str(answer.value))
    return {theme: tuple(sorted(texts)) for theme, texts in written.items()}


def _protected(answers: list[Answer], context: GroupContext, audience: Audience) -> Protected:
    of_this_round = [answer for answer in answers if answer.group == context.group.id]
    return protect(level_frame(of_this_round, context.instrument), audience)
