"""The group's picture: each part as a sentence, a figure with its table, and what to talk about first."""

from __future__ import annotations

from kompetanse.analysis.findings import (
    ThemePicture,
    headline,
    in_order_of_talk,
    level_words,
    little_known,
)
from kompetanse.figures.blocks import Block, Callout, Figure, Heading, List, Quote, Run, paragraph
from kompetanse.figures.charts import distance_chart
from kompetanse.figures.rendering import svg
from kompetanse.language import translate
from kompetanse.programme.models import Axis
from kompetanse.sections.material import Material
from kompetanse.sections.numbers import beside_others, picture_table, theme_line, who_answered


def axis_picture(material: Material, axis: Axis | None) -> tuple[Block, ...]:
    """The figure of one axis (or of all themes where there are no axes), titled by what it shows."""
    pictures = material.pictures_of(axis.id if axis else None)
    language = material.language
    chart = {
        width: svg(
            distance_chart(
                material.protected, material.instrument, axis=axis.id if axis else None, language=language, width=width
            ).to_dict(validate=False),  # checking it against Vega-Lite's schema takes as long as drawing it
            language=language,
        )
        for width in ("wide", "narrow")
    }
    return (
        Figure(
            title=headline(pictures, language, voice=material.voice),
            svg=chart["wide"],
            svg_narrow=chart["narrow"],
            alt=_in_words(pictures, material),
            table=picture_table(pictures, material),
            note=_legend(material, pictures),
        ),
    )


def _in_words(pictures: tuple[ThemePicture, ...], material: Material) -> str:
    scale = material.instrument.scale
    start = translate(
        "I dag og om to år på skalaen {low} til {high}:", material.language, low=scale.low, high=scale.high
    )
    themes = [
        translate(
            "{theme} {today} og {ahead}",
            material.language,
            theme=picture.facet.title.to(material.language),
            today=level_words(picture.today, material.language, whole=picture.decided),
            ahead=level_words(picture.ahead, material.language, whole=picture.decided),
        )
        for picture in pictures
    ]
    return f"{start} {'; '.join(themes)}."


def _legend(material: Material, pictures: tuple[ThemePicture, ...]) -> str:
    language = material.language
    parts = [translate("Sirkel: i dag. Åpen rute (◇): godt nok om to år.", language)]
    if any(picture.dots for picture in pictures):
        parts.append(translate("Små prikker: ett svar hver, uten navn.", language))
    parts.append(translate("{answered} har svart.", language, answered=who_answered(material)))
    if any(picture.today is None for picture in pictures):
        parts.append(translate("«:» betyr ikke vist (få svar, eller av hensyn til dem som har svart).", language))
    return " ".join(parts)


def talk_first(material: Material, *, most: int = 5) -> tuple[Block, ...]:
    """The themes to talk about first, each with why, and the first one's question."""
    language = material.language
    known = [
        p for p in in_order_of_talk(material.pictures, material.instrument) if p.today is not None or p.many_dont_know
    ]
    if not known:
        return ()
    first = known[0]
    return (
        Callout(
            kind="talk",
            title=translate("Snakk om dette først", language),
            paragraphs=(
                "".join(run.text for run in theme_line(first, material)),
                translate("Hva kan ligge bak et høyt svar, og hva kan ligge bak et lavt?", language),
            ),
        ),
        Heading(level=3, text=translate("Så dette", language)),
        List(ordered=True, items=tuple(theme_line(picture, material) for picture in known[1:most])),
    )


def unknown_themes(material: Material, *, level: int = 2) -> tuple[Block, ...]:
    """«Dette vet vi lite om»: the themes that many could not answer; nothing when there are none."""
    unknown = little_known(material.pictures)
    if not unknown:
        return ()
    names = tuple((Run(text=picture.facet.title.to(material.language)),) for picture in unknown)
    return (
        Heading(level=level, text=translate("Dette vet vi lite om", material.language)),
        paragraph(translate("Her svarte mange «vet ikke». Det er nyttig å vite.", material.language)),
        List(ordered=False, items=names),
    )


def municipalities_beside(material: Material) -> tuple[Block, ...]:
    """The municipalities together beside the group's own levels; nothing before they are released."""
    table = beside_others(material)
    if table is None:
        return ()
    return Heading(level=3, text=translate("Kommunene samlet", material.language)), table


def shared_comments(material: Material) -> tuple[Block, ...]:
    """What members have let the group see, theme by theme and without names; nothing when nobody has."""
    blocks: list[Block] = []
    for picture in material.pictures:
        texts = material.comments.of(picture.facet.id) if material.comments else ()
        if texts:
            blocks += [Heading(level=4, text=picture.facet.title.to(material.language)), *map(_comment, texts)]
    if not blocks:
        return ()
    return Heading(level=3, text=translate("Kommentarer som er delt, uten navn", material.language)), *blocks


def _comment(text: str) -> Quote:
    return Quote(text=text)
