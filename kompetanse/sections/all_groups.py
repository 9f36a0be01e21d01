"""All groups as their facilitator sees them: the day, who to call, participation and reports, in the order of names.

No level is on it, and nothing to sort by.
"""

from __future__ import annotations

from collections.abc import Sequence

from kompetanse.answers.overview import GroupStatus, ReportState
from kompetanse.figures.blocks import Block, Column, Heading, List, Paragraph, Run, Table, paragraph
from kompetanse.language import Language, day, translate
from kompetanse.sections.compass import Where, by_name, hints, is_stuck, is_under_half, place_of

#: The parts of the facilitator's workbook: each is the id of a cell.
PARTS = ("dagen", "plenum", "avstemninger", "gruppene", "rapportene", "kommunene-samlet")


def part_titles(language: Language) -> dict[str, str]:
    """What each part of the facilitator's workbook is called, in order."""
    titles = (
        translate("Dagen", language),
        translate("Plenum", language),
        translate("Avstemninger og ord", language),
        translate("Gruppene", language),
        translate("Rapportene", language),
        translate("Kommunene samlet", language),
    )
    return dict(zip(PARTS, titles, strict=True))


def answered_words(status: GroupStatus, language: Language) -> str:
    """«6 av 8 har svart»; without a size only how many."""
    if status.group.invited is None:
        return translate("{answered} har svart", language, answered=status.answered)
    return translate("{answered} av {total} har svart", language, answered=status.answered, total=status.group.invited)


def _counted(status: GroupStatus, language: Language) -> str:
    """The same in a table: 6 av 8."""
    if status.group.invited is None:
        return str(status.answered)
    return translate("{answered} av {invited}", language, answered=status.answered, invited=status.group.invited)


def reasons(where: Where, status: GroupStatus) -> tuple[str, ...]:
    """Why the facilitator should call this group, if at all."""
    language, preparation = where.language, where.phase("preparation")
    begun = status.group.made_up or (preparation is not None and where.today >= preparation.opens)
    found = (
        (is_stuck(status), translate("har stått stille i {minutes} minutter", language, minutes=status.still_minutes)),
        (status.group.contact is None, translate("ingen kontakt", language)),
        (status.group.invited is None, translate("ingen størrelse", language)),
        (status.group.gathering_date is None, translate("ingen dato", language)),
        (begun and is_under_half(status), translate("under halvparten har svart", language)),
    )
    return tuple(words for is_so, words in found if is_so)


def compass_blocks(where: Where) -> tuple[Block, ...]:
    """What is worth doing now, each with where to do it."""
    found = hints(where)
    if not found:
        return (paragraph(translate("Ingenting haster nå.", where.language)),)
    lines = (
        (Run(text=hint.text), *((Run(text=" "), Run(text=hint.action, href=hint.href)) if hint.href else ()))
        for hint in found
    )
    return (List(items=tuple(lines)),)


def date_blocks(where: Where, part: str) -> tuple[Block, ...]:
    """The module's dates with how many groups each has: the one that the page is about, and links to the others.

    part: where on the page of another date one comes to. Nothing where there is no other.
    """
    language, dates = where.language, where.overview.dates
    if set(dates) <= {where.day}:
        return ()
    lines = []
    for each in dates:
        count = len(where.overview.on(each))
        text = translate("{day} (grupper: {count})", language, day=day(each, language), count=count)
        href = f"/arbeidsbok/fasilitator?dato={each.isoformat()}#steg-{part}"
        lines.append((Run(text=text, strong=True),) if each == where.day else (Run(text=text, href=href),))
    return paragraph(translate("Velg dato:", language)), List(items=tuple(lines))


def day_blocks(where: Where) -> tuple[Block, ...]:
    """Today's gathering or the next, and its groups: which have seen their answers, and which stand still."""
    language = where.language
    if where.day is None:
        return (paragraph(translate("Ingen samling er igjen.", language)),)
    when = day(where.day, language)
    if where.day == where.today:
        title = translate("I dag, {day}", language, day=when)
    elif where.day == where.overview.day:
        title = translate("Neste samling: {day}", language, day=when)
    else:
        title = translate("Samlingen {day}", language, day=when)
    rows = tuple(
        (place_of(each), _counted(each, language), _room(each, language))
        for each in by_name(where.overview.on(where.day))
    )
    return (
        Heading(level=3, text=title),
        Table(
            caption=translate("Gruppene som samles", language),
            columns=_columns(
                translate("Gruppe", language), translate("Svart", language), translate("Rommet", language)
            ),
            rows=rows,
        ),
    )


def _room(status: GroupStatus, language: Language) -> str:
    if is_stuck(status):
        return translate("har stått stille i {minutes} minutter", language, minutes=status.still_minutes)
    if status.is_locked:
        return translate("låst", language)
    if status.is_revealed:
        return translate("har vist svarene", language)
    return translate("følger plenum", language) if status.follows else translate("ikke vist ennå", language)


def call_blocks(where: Where) -> tuple[Block, ...]:
    """The groups that should get a call, and why."""
    found = [(each, reasons(where, each)) for each in by_name(where.overview.groups)]
    lines = tuple(
        (Run(text=place_of(each), strong=True), Run(text=f": {', '.join(why)}")) for each, why in found if why
    )
    shown: Block = List(items=lines) if lines else paragraph(translate("Ingen akkurat nå.", where.language))
    return Heading(level=3, text=translate("Bør få en telefon", where.language)), shown


def participation_blocks(where: Where) -> tuple[Block, ...]:
    """How many have answered in each group, as it was last night."""
    language = where.language
    rows = tuple(
        (place_of(each), _counted(each, language), _date(each, language)) for each in by_name(where.overview.groups)
    )
    return (
        Heading(level=3, text=translate("Alle gruppene, etter navn", language)),
        Table(
            caption=translate("Hvor mange som har svart", language),
            columns=_columns(
                translate("Gruppe", language), translate("Svart", language), translate("Samling", language)
            ),
            rows=rows,
            note=translate("Tallene er fra i går kveld, så ingen kan følge svarene ett for ett.", language),
        ),
    )


def _date(status: GroupStatus, language: Language) -> str:
    gathers = status.group.gathering_date
    return day(gathers, language) if gathers else translate("Ikke valgt ennå", language)


def queue_blocks(where: Where) -> tuple[Block, ...]:
    """The reports in three heaps: those to make, those that a group has, and those that are approved."""
    language = where.language
    heaps: tuple[tuple[str, tuple[ReportState, ...], str], ...] = (
        (translate("Utkast kan lages", language), ("draft",), "/rapporter"),
        (translate("Hos gruppa", language), ("with-group",), ""),
        (translate("Godkjent, ikke sluppet", language), ("approved",), "/slipp"),
        (translate("Godkjent og sluppet", language), ("shared",), ""),
    )
    blocks: list[Block] = []
    for title, states, href in heaps:
        groups = by_name(each for each in where.overview.groups if each.report in states)
        blocks.append(Heading(level=3, text=f"{title} ({len(groups)})"))
        blocks.append(_names(groups, language))
        if groups and href:
            blocks.append(Paragraph(runs=(Run(text=_there(href, language), href=href),)))
    return tuple(blocks)


def _names(groups: Sequence[GroupStatus], language: Language) -> Paragraph:
    names = ", ".join(map(place_of, groups))
    return paragraph(names or translate("Ingen akkurat nå.", language))


def _there(href: str, language: Language) -> str:
    return translate("Lag rapporter", language) if href == "/rapporter" else translate("Slipp", language)


def poll_blocks(where: Where) -> tuple[Block, ...]:
    """The polls that have been started for all groups or for the day's, and where others are."""
    language = where.language
    polls = [each for each in where.overview.polls if each.gathering_date in {None, where.day}]
    lines = tuple(
        (
            Run(text=each.question, href=f"/avstemning/{each.code}"),
            Run(text=f" ({each.code}, {_poll_state(each.is_open, each.is_shown, language)})"),
        )
        for each in polls
    )
    return (
        Heading(level=3, text=translate("Avstemninger", language)),
        List(items=lines) if lines else paragraph(translate("Ingen er startet for denne dagen.", language)),
        Paragraph(runs=(Run(text=translate("Start en avstemning", language), href="/avstemning"),)),
    )


def _poll_state(is_open: bool, is_shown: bool, language: Language) -> str:
    if not is_open:
        return translate("låst", language)
    return translate("resultatet vises", language) if is_shown else translate("skjult", language)


def _columns(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(title=title) for title in titles)
