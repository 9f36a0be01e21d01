"""The report's pages about the themes: each axis, what stands out, and what the group talked about."""

from __future__ import annotations

from kompetanse.analysis.findings import (
    ThemePicture,
    agreement_words,
    largest_distances,
    level_words,
    sentence,
    strengths,
)
from kompetanse.figures.blocks import Block, Heading, List, PageBreak, Quote, Run, paragraph
from kompetanse.language import Language, translate
from kompetanse.programme.models import Axis
from kompetanse.sections.material import Material
from kompetanse.sections.numbers import theme_line
from kompetanse.sections.picture import axis_picture, unknown_themes


def all_axes(material: Material) -> tuple[Block, ...]:
    """A page for each axis, or one for all themes where the instrument has no axes."""
    axes: tuple[str | None, ...] = tuple(axis.id for axis in material.instrument.axes) or (None,)
    return tuple(block for axis in axes for block in axis_page(material, axis))


def axis_page(material: Material, axis_id: str | None) -> tuple[Block, ...]:
    """One axis (None: an instrument without axes): its figure, then a sentence a theme."""
    language = material.language
    axis: Axis | None = next((axis for axis in material.instrument.axes if axis.id == axis_id), None)
    title = axis.title.to(language) if axis else material.instrument.title.to(language)
    return (
        PageBreak(),
        Heading(level=1, text=title),
        *axis_picture(material, axis),
        List(ordered=False, items=tuple(theme_line(picture, material) for picture in material.pictures_of(axis_id))),
    )


def what_stands_out(material: Material) -> tuple[Block, ...]:
    """Page 6: what works, where the distance is largest, and what the group knows little about."""
    language = material.language
    return (
        PageBreak(),
        Heading(level=1, text=translate("Det vi legger merke til", language)),
        Heading(level=2, text=translate("Dette kan vi bygge på", language)),
        List(ordered=False, items=tuple(_in_words(p, material, today=True) for p in strengths(material.pictures))),
        Heading(level=2, text=translate("Her er avstanden størst", language)),
        List(
            ordered=False,
            items=tuple(_in_words(p, material, today=False) for p in largest_distances(material.pictures)),
        ),
        *unknown_themes(material),
    )


def _in_words(picture: ThemePicture, material: Material, *, today: bool) -> tuple[Run, ...]:
    """A theme, and what its levels mean in the words of the statement that stands for it."""
    language = material.language
    item = material.instrument.short_items(picture.facet)[0]
    levels = material.instrument.families[item.family].levels
    name = Run(text=f"{picture.facet.title.to(language)}. ", strong=True)
    if picture.today is None:
        return name, Run(text=sentence(picture, material.instrument, language))
    words = {"statement": item.text.to(language), "today": _quoted(levels[round(picture.today)].to(language), language)}
    if today or picture.ahead is None:
        return name, Run(text=translate("{statement} I dag: {today}.", language, **words))
    ahead = _quoted(levels[round(picture.ahead)].to(language), language)
    return name, Run(text=translate("{statement} Fra {today} til {ahead}.", language, **words, ahead=ahead))


def _quoted(words: str, language: Language) -> str:
    begin, end = "“”" if language == "en" else "«»"
    return f"{begin}{words[:1].lower()}{words[1:]}{end}"


def discussed_themes(material: Material) -> tuple[Block, ...]:
    """Each theme the group talked about, with its value, the reason and another view.

    It goes on where the page before ended, so that long reasons do not push the report beyond ten pages.
    """
    language = material.language
    if not material.discussed:
        return ()
    reasons = material.statements.by_subject("rationale")
    others = material.statements.by_subject("other-view")
    blocks: list[Block] = [
        Heading(level=1, text=translate("Temaene vi drøftet", language)),
        paragraph(translate("Gruppa har skrevet teksten selv.", language)),
    ]
    for picture in material.discussed:
        blocks += [
            Heading(level=2, text=picture.facet.title.to(language)),
            paragraph(_values(picture, material)),
        ]
        if reason := reasons.get(picture.facet.id, "").strip():
            blocks.append(Quote(text=reason, note=translate("Gruppas begrunnelse", language)))
        if other := others.get(picture.facet.id, "").strip():
            blocks.append(Quote(text=other, note=translate("Et annet syn i gruppa", language)))
    return tuple(blocks)


def _values(picture: ThemePicture, material: Material) -> str:
    language = material.language
    words = translate(
        "I dag {today}, om to år {ahead}.",
        language,
        today=level_words(picture.today, language, whole=picture.decided),
        ahead=level_words(picture.ahead, language, whole=picture.decided),
    )
    if picture.agreement is None:
        return words
    alike = translate(
        "Før samtalen så gruppa {alike} på det.", language, alike=agreement_words(picture.agreement, language)
    )
    return f"{words} {alike}"
