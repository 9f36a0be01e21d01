"""The words of a poll out of the log: a group's own, and those of all groups once they are released."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from kompetanse.analysis.disclosure import SAID_COLUMNS, Audience, ProtectedWords, frozen_words, protect_words
from kompetanse.analysis.words import shown_words
from kompetanse.answers.log import AnswerLog
from kompetanse.figures.blocks import Block, Heading, paragraph
from kompetanse.figures.word_cloud import word_cloud
from kompetanse.language import translate
from kompetanse.programme.models import LeadershipGroup, Step
from kompetanse.sections.context import GroupContext

#: One person's words: their group, a name for them that says nothing, and what they wrote.
Person = tuple[str, str, list[str]]


def own_words(context: GroupContext, step: Step) -> ProtectedWords:
    """The words that members share with their group, for its own room."""
    written = context.log.shared_words(context.module.id, step.id, context.group.id)
    said = _said((context.group.id, str(number), words) for number, words in enumerate(written))
    return protect_words(said, Audience.ROOM)


def words_now(
    log: AnswerLog, module: str, step: str, *, banned: Collection[str] = (), merged: Mapping[str, str] = {}
) -> ProtectedWords:
    """The words of all groups as they would be released now: the operator's."""
    return _counted(log, module, step, banned=banned, merged=merged)[0]


def words_rest_on(log: AnswerLog, module: str, step: str) -> object:
    """What `words_now` follows from, told without any word: equal to another for as long as the words are the same."""
    released = log.released_words(module, step)
    as_of = released.as_of if released else None
    return as_of, log.poll_extent(module, step, as_of=as_of), _units(log)


def release_words(
    log: AnswerLog,
    module: str,
    step: str,
    *,
    banned: Collection[str] = (),
    merged: Mapping[str, str] = {},
    by: AnswerLog | None = None,
) -> ProtectedWords:
    """Releases the words of all groups after somebody has looked them through; the same words again change nothing.

    log: the operator's, which counts. by: of who releases, where that is the facilitator. The first release says which
    answers count. Released again, with other words banned or merged, it counts the same ones: what came between two
    releases would otherwise tell what a few have written.
    """
    protected, as_of = _counted(log, module, step, banned=banned, merged=merged)
    before, words = log.released_words(module, step), protected.rows()
    if before is None or list(before.words) != words:
        (by or log).release_words(module, step, as_of=as_of, words=words, hidden=len(protected.hidden))
    return protected


def words_of_all(context: GroupContext, step: Step) -> ProtectedWords | None:
    """The words of all groups as they were released; None before that."""
    released = context.log.released_words(context.module.id, step.id)
    return None if released is None else frozen_words(released.words)


def word_blocks(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The words of the group itself, in its room, and those of all groups."""
    language = context.language
    in_the_room = context.session.role in {"leader", "contact", "room"}
    own = word_cloud(own_words(context, step), language, title=step.content.prompt.to(language)) if in_the_room else ()
    released = words_of_all(context, step)
    threshold = translate("Et ord er med når minst tre ledere fra minst tre kommuner har skrevet det.", language)
    everyone = (
        word_cloud(released, language, title=step.content.prompt.to(language), note=threshold) if released else ()
    )
    return (
        Heading(level=3, text=translate("Ordene i gruppa vår", language)),
        *(own or (paragraph(_no_words(in_the_room, context)),)),
        Heading(level=3, text=translate("Ordene fra alle gruppene", language)),
        *(
            everyone
            or (
                paragraph(
                    translate("Ordene fra alle gruppene vises når prosesslederen har sett gjennom dem.", language)
                    if released is None
                    else threshold
                ),
            )
        ),
    )


def _no_words(in_the_room: bool, context: GroupContext) -> str:
    if in_the_room:
        return translate("Ingen har delt ord med gruppa ennå. Det gjør hver enkelt i forarbeidet.", context.language)
    return translate("Gruppas egne ord vises bare for gruppa selv.", context.language)


def _counted(
    log: AnswerLog, module: str, step: str, *, banned: Collection[str], merged: Mapping[str, str]
) -> tuple[ProtectedWords, int]:
    """The words, and the answer up to which they are counted."""
    released = log.released_words(module, step)
    answers, as_of = log.poll_answers(module, step, as_of=released.as_of if released else None)
    words = [(each.group, each.participant, each.value) for each in answers if isinstance(each.value, list)]
    said = _said(words, banned=banned, merged=merged)
    return protect_words(said, Audience.REGION, units=_units(log)), as_of


def _units(log: AnswerLog) -> dict[str, str]:
    return {group.id: _unit(group) for group in log.groups()}


def _unit(group: LeadershipGroup) -> str:
    """The municipality that a group counts as: two groups of one are one, and so is one group of two."""
    return min(group.municipalities, default=group.id)


def _said(persons: Iterable[Person], *, banned: Collection[str] = (), merged: Mapping[str, str] = {}) -> pd.DataFrame:
    """A row for each person and word; the answers of all are counted together, for forms and typing errors."""
    rows = [(group, person, answer) for group, person, answers in persons for answer in answers]
    shown = shown_words((answer for _, _, answer in rows), banned=banned, merged=merged)
    said: list[dict[str, Any]] = [
        {"word": word, "group": group, "participant": f"{group}/{person}"}
        for (group, person, _), words in zip(rows, shown, strict=True)
        for word in words
    ]
    return pd.DataFrame(said, columns=SAID_COLUMNS)
