"""What groups do with each other, inside one transaction: notes that several write, and what one shows another.

Only a group's own statements can be shown, never what a person has answered: what is read here has participant "".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kompetanse.answers.answer import Answer, Which
from kompetanse.answers.crossing import Card, CrossGroup, Crossing, Exchange, Given, Note, Received, Share
from kompetanse.answers.drafts import Draft, check_base, check_id
from kompetanse.answers.merging import merged
from kompetanse.answers.session import Role
from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.exchange import validate_note
from kompetanse.programme.kinds.practice import NEEDED
from kompetanse.programme.models import LeadershipGroup, Programme, Step

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction

#: By kind of step, what of it a group can show others: its common texts of a case, a card of its own.
SHARED: Final[Mapping[str, str]] = {"case": "answer", "practice": "card"}


def seen_by(here: Transaction, group: LeadershipGroup, programme: str, module: str) -> Exchange:
    """All that this group has with others in a module, and nothing that it is not in."""
    crosses = here.exchanges.of_group(group.id, programme, module)
    names = here.groups.names(made_up=group.made_up)
    current = {each.id: each for each in crosses if group.id in each.members}
    shown = here.exchanges.received(group.id, list(current), programme, module)
    known = [each for each in shown if each.cross is None or each.group in current[each.cross].members]
    return Exchange(
        crossings=tuple(_crossing(here, each, group.id, names) for each in crosses),
        given=tuple(_given(each, names, changed) for each, changed in given_now(here, group.id, programme, module)),
        # Who shares with a group and with a cross group that it is in, is read once: as it stood last.
        received=tuple(
            Received(each.step, names.get(each.group, ""), _texts(here, each))
            for each in {(each.step, each.group): each for each in sorted(known, key=_when)}.values()
        ),
        others=tuple((id, name) for id, name in names.items() if id != group.id),
        shown=here.exchanges.reached().share,
    )


def cards_for(here: Transaction, group: LeadershipGroup, programme: Programme) -> list[Card]:
    """The cards that other groups share with all, by the groups' names; a card that was taken away is not there."""
    names = here.groups.names(made_up=group.made_up)
    shares = [each for each in here.exchanges.shown_to_all(programme.id) if each.group in names.keys() - {group.id}]
    which: Which = {"group": {each.group for each in shares}, "participant": "", "aspect": SHARED["practice"]}
    which |= {"module": {each.module for each in shares}, "step": {each.step for each in shares}, "round": 1}
    current = here.answers.current(**which) if shares else []
    there = {(each.group, each.module, each.step, each.subject): each for each in current}
    found = []
    for share in shares:
        card = there.get((share.group, share.module, share.step, share.subject))
        # Most have not been written in since: then what stands now is what was shared.
        if card is not None and (card.seq or 0) > (share.as_of or 0):
            card = None if _is_emptied(_since(here, share)) else next(iter(_shared(here, share)), None)
        if card is not None:
            texts = {name: str(text) for name, text in card.value.items() if name != "facet"}
            found.append(Card(names[share.group], share.time, str(card.value.get("facet", "")), texts))
    return sorted(found, key=lambda card: (card.group, card.time))


def given_now(here: Transaction, group: str, programme: str, module: str) -> list[tuple[Share, bool]]:
    """What a group shows others now, each with whether it has written more since; an emptied card is shown no more."""
    written = [(each, _since(here, each)) for each in here.exchanges.given(group, programme, module)]
    return [(each, bool(since)) for each, since in written if not (each.subject and _is_emptied(since))]


def shared_now(here: Transaction, share: Share) -> list[Answer]:
    """What would be shown if it were shared now."""
    return _shared(here, replace(share, as_of=None))


def check_shareable(step: Step | None, subject: str, written: Iterable[Answer]) -> None:
    """InvalidAnswer for what cannot be shown, or says nothing yet."""
    if step is None or step.kind not in SHARED or (step.kind == "case") != (subject == ""):
        raise InvalidAnswer("This is nothing that a group can share.")
    given = [each.value for each in written]
    if step.kind == "case" and not any(str(value).strip() for value in given):
        raise InvalidAnswer("There is nothing to share yet.")
    if step.kind == "practice" and not (given and all(str(given[0].get(name, "")).strip() for name in NEEDED)):
        raise InvalidAnswer(f"A card that is shared has {', '.join(NEEDED)}.")


def take_back_emptied(here: Transaction, written: Iterable[Answer], *, role: Role) -> None:
    """Shares no longer what was just emptied, so that it is gone from the pages of others as from the group's own."""
    emptied = [each for each in written if each.aspect == SHARED["practice"] and each.value is None]
    for each in emptied:
        for share in here.exchanges.given(each.group, each.programme, each.module):
            if (share.step, share.subject) == (each.step, each.subject):
                taken = replace(share, as_of=None, time=each.time)
                here.exchanges.add_share(taken)
                note_sharing(here, taken, "emptied", role=role)


def note_sharing(here: Transaction, what: Share, done: str, *, role: Role) -> None:
    """Writes into the audit log what was shared or taken back, and with whom."""
    whom = what.to_group or ("its cross group" if what.cross else "all groups")
    detail = f"module {what.module}, step {what.step}: {done}, {whom}"
    here.audit.add("sharing", role, detail, group=what.group, programme=what.programme)


def save_notes(
    here: Transaction, cross: CrossGroup, group: str, drafts: Iterable[Draft], step: Step, now: datetime
) -> dict[str, str | None]:
    """Writes down what is not there yet, with what others have written meanwhile; what stands now, by id."""
    standing: dict[str, str | None] = {}
    for draft in drafts:
        check_id(draft.id)
        check_base(draft.base)
        value = None if draft.value is None else validate_note(step, draft.subject, draft.value)
        if draft.subject not in {prompt.id for prompt in step.content.notes}:
            raise InvalidAnswer(f"There is nothing to write under {draft.subject!r:.80}.")
        theirs = here.exchanges.newest_note(cross.id, draft.subject)
        known = here.exchanges.known_note(group, draft.id)
        if known is not None:
            if (known.cross, known.subject) != (cross.id, draft.subject):
                raise InvalidAnswer(f"The id {draft.id!r} belongs to another note; send this one with a new id.")
            standing[draft.id] = theirs.value if theirs else known.value
            continue
        if draft.base is not None:
            value = merged(draft.base, theirs.value if theirs else None, value, goes_on=draft.goes_on)
            # Two texts that fit may be too long as one.
            value = None if value is None else validate_note(step, draft.subject, value)
        here.exchanges.add_note(Note(draft.id, now, cross.id, draft.subject, group, value))
        standing[draft.id] = value
    return standing


def step_of(programme: Programme, module: str, step: str) -> Step | None:
    """The step with this id, where there is one."""
    found = programme.module(module)
    return found.step(step) if found else None


def _when(share: Share) -> datetime:
    return share.time


def _crossing(here: Transaction, cross: CrossGroup, group: str, names: Mapping[str, str]) -> Crossing:
    is_member = group in cross.members
    return Crossing(
        id=cross.id,
        step=cross.step,
        groups=tuple(sorted(names.get(each, "") for each in cross.members)),
        code=cross.code if is_member and cross.takes_in(datetime.now(UTC)) else "",
        is_member=is_member,
        notes=here.exchanges.notes(cross.id, until=cross.left.get(group)),
    )


def _given(share: Share, names: Mapping[str, str], changed: bool) -> Given:
    to = names.get(share.to_group or "", "")
    return Given(share.step, share.subject, share.to_group or "", share.cross or "", to, changed)


def _since(here: Transaction, share: Share) -> list[Answer]:
    """What the group has written there since it shared."""
    place: Which = {"group": share.group, "participant": "", "module": share.module, "step": share.step}
    if share.subject:
        place |= {"subject": share.subject}
    return here.answers.changed_since(share.as_of or 0, **place)


def _is_emptied(since: Iterable[Answer]) -> bool:
    """Whether a card was taken away, whatever stands in its place now."""
    return any(each.value is None for each in since)


def _texts(here: Transaction, share: Share) -> dict[str, str]:
    return {each.subject: str(each.value) for each in _shared(here, share)}


def _shared(here: Transaction, share: Share) -> list[Answer]:
    """What a group says itself in what it shares, as it stood then; now where `as_of` is None."""
    found = here.answers.current(share.as_of, group=share.group, participant="", module=share.module, step=share.step)
    return [
        each
        for each in found
        if each.round == 1 and each.aspect in SHARED.values() and share.subject in {"", each.subject}
    ]
