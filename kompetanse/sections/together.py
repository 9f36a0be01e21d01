"""All groups together as they have been released: the words of the preparation, and the region's figures."""

from __future__ import annotations

from datetime import date

from kompetanse.analysis.disclosure import Audience, ProtectedRegion, frozen_words
from kompetanse.analysis.findings import ThemePicture, headline, level_words, region_pictures
from kompetanse.answers.log import AnswerLog
from kompetanse.figures.blocks import Block, Column, Figure, Heading, Paragraph, Run, Table, paragraph
from kompetanse.figures.charts import region_chart
from kompetanse.figures.rendering import svg
from kompetanse.figures.word_cloud import word_cloud
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import Axis, Instrument, Module
from kompetanse.sections.compass import FEWEST_OF_A_DATE, word_polls
from kompetanse.sections.regional import released_region


def words_together(log: AnswerLog, module: Module, language: Language) -> tuple[Block, ...]:
    """The words of the preparation, of all groups: once somebody has looked them through and released them."""
    blocks: list[Block] = []
    for step in word_polls(module):
        prompt, released = step.content.prompt.to(language), log.released_words(module.id, step.id)
        blocks.append(Heading(level=3, text=translate("Ordene fra alle gruppene", language)))
        if released is None:
            words = translate("Ordene til «{prompt}» venter på at du ser gjennom dem.", language, prompt=prompt)
            to = Run(text=translate("Se gjennom og slipp", language), href="/slipp")
            blocks.append(Paragraph(runs=(Run(text=f"{words} "), to)))
            continue
        when = translate("Sluppet {day}.", language, day=day(released.time.astimezone().date(), language))
        blocks += word_cloud(frozen_words(released.words), language, title=prompt, note=when)
    return tuple(blocks)


def region_together(
    log: AnswerLog, module: Module, instrument: Instrument, *, ready: date | None, language: Language
) -> tuple[Block, ...]:
    """The municipalities together as they were released last: a sentence, a figure and its table for each axis.

    Before that, when they can be. ready: the gathering after which they may be released.
    """
    region = released_region(log, module, Audience.REGION)
    if region is None:
        return (_not_yet(ready, language),)
    released = log.region_releases(module.id, "region")[-1].time.astimezone().date()
    who = translate(
        "{units} kommuner og {people} ledere står bak, slik det var {day}.",
        language,
        units=region.units,
        people=region.people,
        day=day(released, language),
    )
    return (
        paragraph(who),
        *(
            block
            for axis in instrument.axes or (None,)
            for block in (
                *((Heading(level=3, text=axis.title.to(language)),) if axis else ()),
                region_figure(region, instrument, axis, language),
            )
        ),
    )


def region_figure(region: ProtectedRegion, instrument: Instrument, axis: Axis | None, language: Language) -> Figure:
    """One axis of a region: what it shows as a sentence, the picture, and the same as a table."""
    wanted = axis.id if axis else None
    pictures = tuple(each for each in region_pictures(region, instrument) if wanted in {None, each.facet.axis})
    chart = {
        width: svg(
            region_chart(region, instrument, axis=wanted, language=language, width=width).to_dict(validate=False),
            language=language,
        )
        for width in ("wide", "narrow")
    }
    return Figure(
        title=headline(pictures, language, voice="you"),
        svg=chart["wide"],
        svg_narrow=chart["narrow"],
        alt=_in_words(pictures, language),
        table=_table(pictures, language),
        note=translate("Sirkel: i dag. Åpen rute (◇): godt nok om to år.", language)
        + " "
        + translate("Alle kommuner teller likt. «:» betyr ikke vist.", language),
    )


def _not_yet(ready: date | None, language: Language) -> Paragraph:
    if ready is not None:
        words = translate("Tallene kan slippes etter samlingen {day}.", language, day=day(ready, language))
        return Paragraph(runs=(Run(text=f"{words} "), Run(text=translate("Se og slipp", language), href="/slipp")))
    return paragraph(
        translate(
            "Ingenting vises før en samling er over og minst {count} av gruppene der har vist svarene sine.",
            language,
            count=FEWEST_OF_A_DATE,
        )
    )


def _in_words(pictures: tuple[ThemePicture, ...], language: Language) -> str:
    return "; ".join(
        translate(
            "{theme} {today} og {ahead}",
            language,
            theme=picture.facet.title.to(language),
            today=level_words(picture.today, language, whole=False),
            ahead=level_words(picture.ahead, language, whole=False),
        )
        for picture in pictures
    )


def _table(pictures: tuple[ThemePicture, ...], language: Language) -> Table:
    return Table(
        caption=translate("Kommunene samlet", language),
        columns=(
            Column(title=translate("Tema", language)),
            Column(title=translate("I dag", language), align="right"),
            Column(title=translate("Om to år", language), align="right"),
        ),
        rows=tuple(
            (
                picture.facet.title.to(language),
                level_words(picture.today, language, whole=False),
                level_words(picture.ahead, language, whole=False),
            )
            for picture in pictures
        ),
    )
