"""The report's method: how each figure is made, in plain words and in formulas, what is not shown, and reservations."""

from __future__ import annotations

from kompetanse.analysis.disclosure import Protected
from kompetanse.analysis.disclosure.rounding import SMALLEST_SPREAD, word_from
from kompetanse.analysis.findings import NOT_SHOWN, ThemePicture, level_words
from kompetanse.analysis.frames.talk import ALIKE_FROM, SOMEWHAT_FROM
from kompetanse.figures.blocks import Block, Column, Heading, Table, paragraph
from kompetanse.language import Language, number, translate
from kompetanse.programme.models import Scale
from kompetanse.sections.material import Material
from kompetanse.sections.numbers import picture_table
from kompetanse.sections.opening import made_up_notice

#: On a scale of so few levels no word says how alike a group sees a theme, and none is explained.
FEWEST_LEVELS = 2


def method(material: Material) -> tuple[Block, ...]:
    """How the figures are made, reservations, what is not shown, all numbers, versions."""
    language = material.language
    detailed = any(picture.detail for picture in material.pictures)
    return (
        Heading(level=1, text=translate("Metode og forbehold", language)),
        paragraph(
            translate(
                "Nivåene i rapporten er hele tall som gruppa selv har satt. De oppsummerer en samtale og er ikke en "
                "måling. De egner seg som utgangspunkt for samtale, ikke til å sammenligne kommuner, og delene blir "
                "aldri lagt sammen til ett tall.",
                language,
            )
        ),
        *((paragraph(made_up_notice(material)),) if material.group.made_up else ()),
        *_validation(material),
        paragraph(
            translate(
                "Versjoner: program {programme}, kartlegging {instrument}.",
                language,
                programme=material.programme.version,
                instrument=material.instrument.version,
            )
        ),
        _rules(material, detailed=detailed),
        _all_numbers(material, detailed=detailed),
    )


def _rules(material: Material, *, detailed: bool) -> Table:
    """How each kind of figure is made, a row each as far as the report has it, and what is not shown."""
    language, scale = material.language, material.instrument.scale
    rows = [
        (
            translate("Nivå", language),
            translate(
                "Spørsmålene i et tema teller likt. Et svar teller når minst halvparten av dem har fått et nivå; «vet "
                "ikke» og «ikke relevant» er ikke nivåer. Den felles vurderingen er det gruppa ble enig om, eller det "
                "midterste svaret, og mellom to nivåer det laveste.",
                language,
            ),
        )
    ]
    if len(scale.levels) > FEWEST_LEVELS:
        rows.append((translate("Hvor likt", language), _alike(scale, language)))
        rows.append(
            (
                translate("Snakk om først", language),
                translate(
                    "D = andel som valgte temaet · (½ · avstand / {span} + ½ · (1 − r*)). Regelen er vår egen.",
                    language,
                    span=scale.high - scale.low,
                ),
            )
        )
    if detailed:
        rows.append((translate("Ti eller flere", language), _about_detail(scale, language)))
    rows.append((translate("Ikke vist, og hvorfor", language), not_shown(material.protected, scale, language)))
    return Table(
        caption=translate("Slik er tallene regnet ut, og dette er ikke vist", language),
        columns=(
            Column(title=translate("Tall", language)),
            Column(title=translate("Slik blir det til", language)),
        ),
        rows=tuple(rows),
        row_headers=True,
    )


def _alike(scale: Scale, language: Language) -> str:
    return translate(
        "r* = 1 − s² / σ². s² er variansen mellom svarene (n − 1), i snitt over spørsmålene, og σ² = (A² − 1) / 12 er "
        "den vi ville fått om alle A = {levels} nivåer var like sannsynlige (James, Demaree og Wolf 1984; Lindell og "
        "Brandt 1999). Fra {alike}: ganske likt; fra {somewhat}: noe ulikt. Når fem eller færre har svart, må svarene "
        "også ligge tett, for da kan likhet lett være tilfeldig.",
        language,
        levels=len(scale.levels),
        alike=number(ALIKE_FROM, language, decimals=1),
        somewhat=number(SOMEWHAT_FROM, language, decimals=1),
    )


def _about_detail(scale: Scale, language: Language) -> str:
    return translate(
        "s er spredningen (standardavviket). Fra–til er M ± t · s / √n · √(1 − n / N): I 95 av 100 slike grupper "
        "ligger gjennomsnittet for alle N der. Tilfeldig er andelen grupper som svarer helt på måfå, og likevel er "
        "minst så enige. Gjennomsnittet er holdt unna endene av skalaen, spredningen vises ikke mindre enn {least}, "
        "og resten av tabellen er regnet ut fra disse to slik de står.",
        language,
        least=number((scale.high - scale.low) * SMALLEST_SPREAD, language, decimals=1),
    )


def _all_numbers(material: Material, *, detailed: bool) -> Table:
    """Every number of the report, and for ten or more the figures that only stand here."""
    table = picture_table(material.pictures, material)
    return _with_detail(table, material) if detailed else table


def _with_detail(table: Table, material: Material) -> Table:
    """The table with more figures, and without the distance: a narrow page has no room for what can be subtracted."""
    language = material.language
    theme, today, ahead, _, alike = table.columns
    titles = (translate("Snitt", language), translate("Fra–til", language), "s", "r*")
    last = (translate("Tilfeldig", language), "D")
    return table.model_copy(
        update={
            "columns": (
                theme,
                today,
                ahead,
                alike,
                *(Column(title=title, align="right") for title in (*titles, *last)),
            ),
            "rows": tuple(
                (*row[:3], row[4], *_detail_row(picture, language))
                for row, picture in zip(table.rows, material.pictures, strict=True)
            ),
        }
    )


def _detail_row(picture: ThemePicture, language: Language) -> tuple[str, ...]:
    detail = picture.detail
    if detail is None:
        return (NOT_SHOWN,) * 6
    ends = [number(end, language, decimals=1) for end in detail.interval or ()]
    return (
        level_words(detail.mean, language, whole=False),
        "–".join(ends) or NOT_SHOWN,
        number(detail.spread, language, decimals=1),
        number(detail.index, language, decimals=1),
        _percent(detail.chance, language),
        number(detail.priority, language, decimals=2),
    )


def _percent(share: float, language: Language) -> str:
    if share < 0.005:
        return translate("< 1 %", language)
    return translate("{percent} %", language, percent=number(100 * share, language))


def not_shown(protected: Protected, scale: Scale, language: Language) -> str:
    """What this audience does not see and why, in words."""
    policy = protected.policy
    wanted = word_from(len(scale.levels), policy.agreement_from)
    never = translate("Enkeltsvar, og hvem som har svart hva, blir aldri vist.", language)
    mean = translate(
        "Gjennomsnitt vises ikke når færre enn {mean} har svart.",
        language,
        mean="" if policy.mean_from is None else policy.mean_from,
    )
    if wanted is None:
        word = translate("Hvor likt gruppa ser på et tema, vises ikke når det bare er to nivåer.", language)
    else:
        word = translate(
            "Ord for hvor likt gruppa ser på et tema, vises ikke når færre enn {agreement} har svart.",
            language,
            agreement=wanted,
        )
    return " ".join((never, mean, word, translate("Ellers kunne noen regne seg tilbake til enkeltsvar.", language)))


def _validation(material: Material) -> tuple[Block, ...]:
    """How far the instrument has been tested, as its own content says; nothing where it says nothing."""
    words = material.instrument.validation
    if words is None:
        return ()
    title = translate("Hvor langt kartleggingen er prøvd", material.language)
    return Heading(level=2, text=title), paragraph(words.to(material.language))
