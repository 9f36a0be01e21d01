"""The report's first pages: cover, in short, and how it was made."""

from __future__ import annotations

from datetime import date

from kompetanse.analysis.findings import ThemePicture, largest_distances, strengths
from kompetanse.figures.blocks import (
    Block,
    Callout,
    Column,
    Cover,
    Heading,
    KeyFigure,
    KeyFigures,
    List,
    PageBreak,
    Run,
    Table,
    paragraph,
)
from kompetanse.language import day, month, translate
from kompetanse.sections.material import Material
from kompetanse.sections.numbers import theme_line, who_answered


def cover(material: Material) -> tuple[Block, ...]:
    """Page 1: whose it is, what it is, when, and whether it is approved."""
    language = material.language
    if material.approved:
        state = translate("Godkjent av ledergruppa {day}", language, day=day(material.approved, language))
    else:
        state = translate("Utkast – ikke godkjent av ledergruppa", language)
    notices = (made_up_notice(material),) if material.group.made_up else ()
    return (
        Cover(
            programme=f"{material.programme.title.to(language)} · {material.programme.region}",
            name=material.place,
            subtitle=translate("Her er vi – og hit vil vi", language),
            lines=(
                translate(
                    "Modul {number}: {title}",
                    language,
                    number=material.module.number,
                    title=material.module.title.to(language),
                ),
                translate("Ledergruppas kartlegging, {month}", language, month=month(material.dated, language)),
                state,
            ),
            notices=notices,
        ),
    )


def made_up_notice(material: Material) -> str:
    """The sentence that no made-up answer may be shown without."""
    if material.group.practice is not None:
        return translate(
            "Øving – oppdiktede svar. Rapporten er laget for å øve, og sier ingenting om noen kommune.",
            material.language,
        )
    return translate(
        "Øvingsdata. Svarene er laget for demonstrasjon og sier ingenting om {place}.",
        material.language,
        place=material.place,
    )


def in_short(material: Material) -> tuple[Block, ...]:
    """Page 2, «Kort fortalt»: a mayor reads this in three minutes."""
    language = material.language
    discussed, themes = len(material.discussed), len(material.pictures)
    return (
        PageBreak(),
        Heading(level=1, text=translate("Kort fortalt", language)),
        paragraph(
            translate(
                "Ledergruppa har vurdert {themes} temaer: hvordan det er i dag, og hva som er godt nok om to år. "
                "Dette er ledergruppas egen vurdering, ikke et tilsyn.",
                language,
                themes=themes,
            )
        ),
        KeyFigures(
            items=(
                KeyFigure(value=who_answered(material), label=translate("har svart", language), note=_when(material)),
                KeyFigure(
                    value=translate("{discussed} av {themes}", language, discussed=discussed, themes=themes),
                    label=translate("temaer drøftet", language),
                    note=translate("resten godtatt", language) if _all_agreed(material) else "",
                ),
                KeyFigure(value=str(len(material.actions)), label=translate("tiltak valgt", language)),
            )
        ),
        *_themes(translate("Her står vi sterkest", language), strengths(material.pictures), material),
        *_themes(translate("Her er avstanden størst", language), largest_distances(material.pictures), material),
        *_actions(material),
        *_request(material),
    )


def _when(material: Material) -> str:
    """The day of the gathering, once it has been; made-up groups know no calendar."""
    gathered = material.group.gathering_date
    if gathered is None or (gathered > date.today() and not material.group.made_up):
        return ""
    return day(gathered, material.language)


def _all_agreed(material: Material) -> bool:
    return all(picture.decided for picture in material.pictures)


def _themes(title: str, pictures: tuple[ThemePicture, ...], material: Material) -> tuple[Block, ...]:
    if not pictures:
        return ()
    return (
        Heading(level=2, text=title),
        List(ordered=True, items=tuple(theme_line(picture, material) for picture in pictures)),
    )


def _actions(material: Material) -> tuple[Block, ...]:
    if not material.actions:
        return ()
    return (
        Heading(level=2, text=translate("Dette gjør vi", material.language)),
        List(ordered=True, items=tuple((Run(text=action.what),) for action in material.actions[:3])),
    )


def _request(material: Material) -> tuple[Block, ...]:
    words = material.statements.released().get("til-politikerne")
    if not words:
        return ()
    title = translate("Dette vil vi gjerne høre hva politikerne mener om", material.language)
    return (Callout(kind="note", title=title, paragraphs=(words,)),)


def _how_far(material: Material) -> str:
    """What the group has done so far, and nothing that it has not."""
    language = material.language
    answered = who_answered(material)
    if not material.shown:
        return translate(
            "{answered} i ledergruppa har svart hver for seg, uten navn. Gruppa har ikke sett på svarene sammen ennå, "
            "så ingen tall her bygger på dem.",
            language,
            answered=answered,
        )
    if not _all_agreed(material):
        return translate(
            "{answered} i ledergruppa svarte hver for seg, uten navn. Deretter så gruppa på bildet sammen. Så langt "
            "har den satt en felles vurdering for {agreed} av {themes} temaer.",
            language,
            answered=answered,
            agreed=sum(picture.decided for picture in material.pictures),
            themes=len(material.pictures),
        )
    return translate(
        "{answered} i ledergruppa svarte hver for seg, uten navn. Deretter så gruppa på bildet sammen, drøftet "
        "temaene som det var viktigst å snakke om, og satte en felles vurdering for hvert tema. Der gruppa ikke "
        "drøftet, godtok den det midterste svaret.",
        language,
        answered=answered,
    )


def how_it_was_made(material: Material) -> tuple[Block, ...]:
    """Page 3: who answered, how, and how to read the levels."""
    language = material.language
    scale = material.instrument.scale
    return (
        PageBreak(),
        Heading(level=1, text=translate("Slik ble det til", language)),
        paragraph(_how_far(material)),
        Heading(level=2, text=translate("Slik leser du nivåene", language)),
        paragraph(
            translate(
                "Nivåene går fra {low} til {high}. Det høyeste nivået er ikke målet for alle: Gruppa har valgt det "
                "som er godt nok for kommunen om to år. Avstanden er forskjellen mellom slik det er i dag, og det som "
                "er godt nok om to år.",
                language,
                low=scale.low,
                high=scale.high,
            )
        ),
        Table(
            caption=translate("Nivåene", language),
            columns=tuple(Column(title=title) for title in _level_columns(material)),
            rows=tuple(_level_row(level, material) for level in scale.levels),
            row_headers=True,
        ),
        *_about_agreement(material),
    )


def _about_agreement(material: Material) -> tuple[Block, ...]:
    """What the words for agreement say; nothing where none is shown, as on a scale of two levels."""
    if not any(picture.agreement for picture in material.pictures):
        return ()
    words = translate(
        "Hvor likt gruppa ser på et tema, står med ord: ganske likt, noe ulikt eller ulikt. Det er ikke "
        "feil å svare ulikt. Ulike svar kommer ofte av at lederne ser ulike deler av kommunen.",
        material.language,
    )
    return (paragraph(words),)


def _level_columns(material: Material) -> tuple[str, ...]:
    """The level, its name, and what it means for each kind of statement."""
    language = material.language
    titles = (family.title.to(language) for family in material.instrument.families.values())
    return translate("Nivå", language), translate("Navn", language), *titles


def _level_row(level: int, material: Material) -> tuple[str, ...]:
    language = material.language
    means = (family.levels[level].to(language) for family in material.instrument.families.values())
    return str(level), material.instrument.scale.names[level].to(language), *means
