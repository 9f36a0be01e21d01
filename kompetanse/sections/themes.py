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
from kompetanse.language import translate
from kompetanse.programme.models import Axis
from kompetanse.sections.material import Material
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
        List(ordered=False, items=tuple(_line(picture, material) for picture in material.pictures_of(axis_id))),
    )


def _line(picture: ThemePicture, material: Material) -> tuple[Run, ...]:
    name = Run(text=f"{picture.facet.title.to(material.language)}. ", strong=True)
    return name, Run(text=sentence(picture, material.instrument, material.language))


def what_stands_out(material: Material) -> tuple[Block, ...]:
    """Page 6: what works, where the distance is largest, and what the group knows little about."""
    language = material.language
    return (
        PageBreak(),
        Heading(level=1, text=translate("Det vi legger merke til", language)),
        Heading(level=2, text=translate("Dette virker", language)),
        List(ordered=False, items=tuple(_with_example(p, material, today=True) for p in strengths(material.pictures))),
        Heading(level=2, text=translate("Her er avstanden størst", language)),
        List(
            ordered=False,
            items=tuple(_with_example(p, material, today=False) for p in largest_distances(material.pictures)),
        ),
        *unknown_themes(material),
    )


def _with_example(picture: ThemePicture, material: Material, *, today: bool) -> tuple[Run, ...]:
    """A theme, its sentence, and what its level means in the words of its first statement."""
    language = material.language
    level = picture.today if today else picture.ahead
    item = material.instrument.short_items(picture.facet)[0]
    family = material.instrument.families[item.family]
    means = family.levels[round(level)].to(language) if level is not None else ""
    lead = translate("Nivået betyr:", language) if today else translate("Godt nok betyr:", language)
    return (
        Run(text=f"{picture.facet.title.to(language)}. ", strong=True),
        Run(text=f"{sentence(picture, material.instrument, language)} "),
        *((Run(text=f"{item.text.to(language)} {lead} {means.lower()}.", emphasis=True),) if means else ()),
    )


def discussed_themes(material: Material) -> tuple[Block, ...]:
    """Page 7: each theme the group talked about, with its value, the reason and another view."""
    language = material.language
    if not material.discussed:
        return ()
    reasons = material.statements.by_subject("rationale")
    others = material.statements.by_subject("other-view")
    blocks: list[Block] = [
        PageBreak(),
        Heading(level=1, text=translate("Temaene vi drøftet", language)),
        paragraph(translate("Teksten er gruppas egen.", language)),
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
