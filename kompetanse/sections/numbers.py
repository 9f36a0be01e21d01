"""A picture in numbers and sentences, without any figure: light enough for every page."""

from __future__ import annotations

from kompetanse.analysis.findings import (
    ThemePicture,
    Voice,
    agreement_words,
    how_alike,
    level_words,
    may_be_chance,
    sentence,
)
from kompetanse.figures.blocks import Column, Run, Table
from kompetanse.language import Language, translate
from kompetanse.programme.models import Instrument
from kompetanse.sections.material import Material


def who_answered(material: Material) -> str:
    """How many have answered, of how many invited where that is known: 6 av 8."""
    if material.invited is None:
        return str(material.answered)
    return translate("{answered} av {invited}", material.language, answered=material.answered, invited=material.invited)


def picture_table(pictures: tuple[ThemePicture, ...], material: Material) -> Table:
    """The numbers behind a picture, a row per theme."""
    language = material.language
    agreed = any(picture.decided for picture in pictures)
    return Table(
        caption=translate("Felles vurdering i tall", language) if agreed else translate("Bildet i tall", language),
        columns=(
            Column(title=translate("Tema", language)),
            Column(title=translate("I dag", language), align="right"),
            Column(title=translate("Om to år", language), align="right"),
            Column(title=translate("Avstand", language), align="right"),
            Column(title=translate("Hvor likt", language)),
        ),
        rows=tuple(
            (
                picture.facet.title.to(language),
                level_words(picture.today, language, whole=picture.decided),
                level_words(picture.ahead, language, whole=picture.decided),
                level_words(picture.distance, language, whole=picture.decided),
                agreement_words(picture.agreement, language),
            )
            for picture in pictures
        ),
        row_headers=True,
        note=_about_the_sign(pictures, language),
    )


def beside_others(material: Material) -> Table | None:
    """Today's levels of the group and of the municipalities together; None where these may not stand beside it."""
    language, region = material.language, material.region
    others = {row["part"]: row["as_is"] for row in region.rows()} if region else {}
    if not any(level is not None for level in others.values()):
        return None
    return Table(
        caption=translate("I dag, hos dere og i kommunene samlet", language),
        columns=(
            Column(title=translate("Tema", language)),
            Column(title=translate("Dere", language), align="right"),
            Column(title=translate("Kommunene", language), align="right"),
        ),
        rows=tuple(
            (
                picture.facet.title.to(language),
                level_words(picture.today, language, whole=picture.decided),
                level_words(others.get(picture.facet.id), language, whole=False),
            )
            for picture in material.pictures
        ),
        row_headers=True,
        note=translate(
            "Snittet av kommunene som har vist svarene sine, alle med samme vekt. Det er ikke et mål for dere.",
            language,
        ),
    )


def _about_the_sign(pictures: tuple[ThemePicture, ...], language: Language) -> str | None:
    if all(picture.agreement and picture.distance is not None for picture in pictures):
        return None
    return translate("«:» betyr ikke vist (få svar, eller av hensyn til dem som har svart).", language)


def theme_line(picture: ThemePicture, material: Material) -> tuple[Run, ...]:
    """A theme's name and what is to be said about it."""
    name = Run(text=f"{picture.facet.title.to(material.language)}. ", strong=True)
    return name, Run(text=theme_words(picture, material.instrument, material.language, voice=material.voice))


def theme_words(picture: ThemePicture, instrument: Instrument, language: Language, *, voice: Voice) -> str:
    """Where a theme is, what is good enough, and how alike the group sees it."""
    words = [sentence(picture, instrument, language)]
    if picture.many_dont_know:
        words.append(translate("Mange svarte «vet ikke».", language))
    elif (alike := how_alike(picture, language, voice=voice)) is not None:
        words.append(alike)
        if may_be_chance(picture, instrument):
            words.append(translate("Med så få svar kan dette være tilfeldig.", language))
    return " ".join(words)
