"""A whole report of made-up answers, as a notebook would show it: ten pages with everything a report can hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kompetanse.figures.blocks import (
    Block,
    Callout,
    Column,
    Cover,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    List,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Table,
    bullets,
    paragraph,
)
from kompetanse.figures.rendering import svg
from kompetanse.figures.theme import chart_colours
from kompetanse.reports.meta import ReportMeta

CAPABILITY = (
    ("Omverdensblikk", 3, 4, "ganske likt"),
    ("Felles retning", 3, 4, "noe ulikt"),
    ("Lærende kultur", 3, 4, "ganske likt"),
    ("Utprøving", 2, 3, "noe ulikt"),
    ("Prioritering og gevinst", 2, 4, "ulikt"),
    ("Brukerdrevne tjenester", 3, 4, "ganske likt"),
    ("Samarbeid utad", 4, 4, "ganske likt"),
    ("Kompetanse og roller", 3, 4, "noe ulikt"),
    ("Endring som varer", 2, 3, "noe ulikt"),
)
MATURITY = (
    ("Digitale innbyggertjenester", 3, 4, "ganske likt"),
    ("Digitale arbeidsprosesser og automatisering", 2, 3, "noe ulikt"),
    ("Data som grunnlag", 2, 4, "noe ulikt"),
    ("Trygg og bærekraftig grunnmur", 4, 4, "ganske likt"),
    ("Styring og ledelse", 3, 4, "ganske likt"),
    ("Ansattes digitale hverdag", 3, 4, "noe ulikt"),
    ("Kunstig intelligens i bruk", 1, 2, ":"),
)
THEMES = CAPABILITY + MATURITY


@pytest.fixture
def fauske() -> ReportMeta:
    """What Fauske's report says about itself: a draft of made-up answers."""
    return ReportMeta(
        title="Her er vi – og hit vil vi",
        name="Fauske – Fuossko",
        programme="Kompetanseløft i digital transformasjon · Nordland",
        module="Modul 1: Organisasjonen og digital transformasjon",
        language="nb",
        date=date(2026, 12, 18),
        draft=True,
        made_up=True,
        author="Ledergruppa i Fauske",
    )


@pytest.fixture(scope="session")
def fauske_blocks() -> tuple[Block, ...]:
    """The whole report."""
    return (*_opening(), *_axes(), *_talked(), *_plan(), *_method())


@pytest.fixture(scope="session")
def hostile_texts() -> tuple[str, ...]:
    """What people may write, by mistake or on purpose."""
    return (
        '#read("/etc/passwd")',
        "\\input{x}",
        "{{7*7}}",
        "<img src=x onerror=alert(1)>",
        '=HYPERLINK("http://x")',
        "x" * 20_000,
        "a[b]" * 400,
        "שלום עולם abc",
        "👍🏽 👩\u200d💻 🇳🇴 ☺\ufe0f",
        "a\x07b\x00c\u202ed\ue000",
        "\ud800",
        "e\u0301" * 60,
        "linje 1\nlinje 2\n\nlinje 4",
        "$x$ *b* _c_ @d <e> ~ -- 'q' \\",
        "",
        "\u200d",
    )


@pytest.fixture(scope="session")
def hostile_blocks(hostile_texts: tuple[str, ...]) -> tuple[Block, ...]:
    """Every text in every place that a text can stand."""
    columns = (Column(title="a"), Column(title="b", align="right"), Column(title="c"))
    blocks: list[Block] = [Heading(level=1, text="Alt")]
    for text in hostile_texts:
        blocks += [
            Heading(level=2, text=text[:500]),
            Paragraph(runs=(Run(text=text, strong=True), Run(text=text[:90], emphasis=True, href=text[:90]))),
            bullets(text),
            Quote(text=text, note=text[:90]),
            Callout(kind="talk", title=text[:90], paragraphs=(text,)),
            Table(caption=text[:90], columns=columns, rows=((text, text, text), ("b", ":", text)), note=text[:90]),
            KeyFigures(items=(KeyFigure(value=text[:30], label=text[:90], note=text[:90]),)),
        ]
    return tuple(blocks)


def distance_spec(themes: tuple[tuple[str, int, int, str], ...], *, narrow: bool = False) -> dict[str, Any]:
    """Today and in two years as a chart's specification."""
    colours = chart_colours()
    names = [theme for theme, *_ in themes]
    y: dict[str, Any] = {"field": "theme", "type": "nominal", "sort": names, "axis": None}
    if not narrow:
        y["axis"] = {"title": None, "domain": False, "ticks": False, "labelLimit": 260, "labelFontSize": 13,
                     "labelColor": colours["ink"], "labelPadding": 12}  # fmt: skip
    scale = {"domain": [0.8, 5.2], "nice": False}
    axis = {"values": [1, 2, 3, 4, 5], "title": None, "domain": False, "ticks": False, "gridColor": colours["line"],
            "labelColor": colours["ink_soft"], "labelFontSize": 13, "format": "d"}  # fmt: skip
    x = {"field": "today", "type": "quantitative", "scale": scale, "axis": axis}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "rule", "stroke": colours["ink_soft"], "strokeWidth": 1.5},
         "encoding": {"x": x, "x2": {"field": "ahead"}, "y": y}},
        {"mark": {"type": "circle", "size": 170, "color": colours["as_is"], "opacity": 1},
         "encoding": {"x": x, "y": y}},
        {"mark": {"type": "point", "shape": "diamond", "size": 150, "stroke": colours["to_be"], "strokeWidth": 2.5,
                  "fill": colours["surface"], "opacity": 1},
         "encoding": {"x": {"field": "ahead", "type": "quantitative"}, "y": y}},
    ]  # fmt: skip
    if narrow:
        layers.append({"mark": {"type": "text", "align": "left", "fontSize": 13, "yOffset": -18,
                                "color": colours["ink"]},
                       "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "theme"}}})  # fmt: skip
    values = [{"theme": theme, "today": today, "ahead": ahead} for theme, today, ahead, _ in themes]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": values},
        "width": 290 if narrow else 380,
        "height": (52 if narrow else 32) * len(themes),
        "config": {"font": "Inter", "background": "transparent", "view": {"stroke": None}},
        "layer": layers,
    }


def theme_table(themes: tuple[tuple[str, int, int, str], ...], caption: str) -> Table:
    """The numbers of some themes."""
    return Table(
        caption=caption,
        columns=(
            Column(title="Tema"),
            Column(title="I dag", align="right"),
            Column(title="Om to år", align="right"),
            Column(title="Avstand", align="right"),
            Column(title="Hvor likt gruppa ser på det"),
        ),
        rows=tuple((name, str(now), str(then), str(then - now), alike) for name, now, then, alike in themes),
        note="«:» betyr ikke vist (få svar, eller av hensyn til dem som har svart).",
    )


def distance_figure(title: str, themes: tuple[tuple[str, int, int, str], ...]) -> Figure:
    """A figure with its numbers."""
    said = "; ".join(f"{name} {now} og {then}" for name, now, then, _ in themes)
    return Figure(
        title=title,
        svg=svg(distance_spec(themes), language="nb"),
        svg_narrow=svg(distance_spec(themes, narrow=True), language="nb"),
        alt=f"I dag og om to år på skalaen 1 til 5: {said}.",
        table=theme_table(themes, "Felles vurdering i tall"),
        note="Sirkel: i dag. Åpen rute (◇): godt nok om to år. 7 av 8 har svart.",
    )


def theme_line(name: str, words: str) -> tuple[Run, ...]:
    """A theme with a sentence."""
    return Run(text=f"{name}. ", strong=True), Run(text=words)


def theme_lines(themes: tuple[tuple[str, int, int, str], ...]) -> List:
    """A sentence for each of some themes."""
    return List(items=tuple(theme_line(name, f"I dag: {n}. Godt nok om to år: {t}.") for name, n, t, _ in themes))


def _opening() -> tuple[Block, ...]:
    return (
        Cover(
            programme="Kompetanseløft i digital transformasjon · Nordland",
            name="Fauske – Fuossko",
            subtitle="Her er vi – og hit vil vi",
            lines=(
                "Modul 1: Organisasjonen og digital transformasjon",
                "Ledergruppas kartlegging, desember 2026",
                "Utkast – ikke godkjent av ledergruppa",
            ),
            notices=("Øvingsdata. Svarene er laget for demonstrasjon og sier ingenting om Fauske – Fuossko.",),
        ),
        PageBreak(),
        Heading(level=1, text="Kort fortalt"),
        Paragraph(
            runs=(
                Run(text="Ledergruppa har vurdert 16 temaer: hvordan det er i dag, og hva som er godt nok om to år. "),
                Run(text="Dette er ledergruppas egen vurdering, ikke et tilsyn.", strong=True),
            )
        ),
        KeyFigures(
            items=(
                KeyFigure(value="7 av 8", label="har svart", note="9. desember 2026"),
                KeyFigure(value="5 av 16", label="temaer drøftet", note="resten godtatt"),
                KeyFigure(value="3", label="tiltak valgt", note=""),
            )
        ),
        Heading(level=2, text="Her står vi sterkest"),
        List(
            ordered=True,
            items=(
                theme_line("Trygg og bærekraftig grunnmur", "I dag: 4 (innarbeidet). Her ser dere ganske likt på det."),
                theme_line("Samarbeid utad", "I dag: 4 (innarbeidet). Det er godt nok også om to år."),
                theme_line("Omverdensblikk", "I dag: 3 (avtalt). Godt nok om to år: 4 (innarbeidet)."),
            ),
        ),
        Heading(level=2, text="Her er avstanden størst"),
        List(
            ordered=True,
            items=(
                theme_line(
                    "Prioritering og gevinst",
                    "I dag: 2 (i gang). Godt nok om to år: 4 (innarbeidet). Her ser dere ulikt på det. Hva ligger bak?",
                ),
                theme_line("Data som grunnlag", "I dag: 2 (i gang). Godt nok om to år: 4 (innarbeidet)."),
                theme_line("Endring som varer", "I dag: 2 (i gang). Godt nok om to år: 3 (avtalt)."),
            ),
        ),
        Heading(level=2, text="Dette gjør vi"),
        bullets(
            "Velge tre gevinster vi skal hente ut i 2027, og følge dem i ledermøtet hver måned",
            "Samle data om hjemmetjenesten ett sted, sammen med Sørfold og Saltdal",
            "La to tjenester prøve ut ny arbeidsdeling før sommeren",
            ordered=True,
        ),
        Callout(
            kind="note",
            title="Dette vil vi gjerne høre hva politikerne mener om",
            paragraphs=("Hvor raskt skal vi ta i bruk felles løsninger i Salten, også når egne må vente?",),
        ),
        PageBreak(),
        Heading(level=1, text="Slik ble det til"),
        paragraph(
            "7 av 8 i ledergruppa svarte hver for seg, uten navn. Deretter så gruppa på bildet sammen, drøftet temaene "
            "som det var viktigst å snakke om, og satte en felles vurdering for hvert tema. Temaene som ikke ble "
            "drøftet, fikk det midterste svaret."
        ),
        Heading(level=2, text="Slik leser du nivåene"),
        paragraph("Nivåene går fra 1 til 5. Det høyeste nivået er ikke målet for alle."),
        Table(
            caption="Nivåene",
            columns=(Column(title="Nivå"), Column(title="Navn"), Column(title="For eksempel: gjøres det?")),
            rows=(
                ("1", "Ikke i gang", "Nei, eller bare når enkelte tar initiativ"),
                ("2", "I gang", "Noen gjør det, på hver sin måte"),
                ("3", "Avtalt", "Vi har en avtalt måte, og om lag halvparten følger den"),
                ("4", "Innarbeidet", "De fleste følger den avtalte måten"),
                ("5", "Fornyes", "Alle følger den avtalte måten, og vi forbedrer den jevnlig"),
            ),
        ),
        paragraph("Hvor likt gruppa ser på et tema, står med ord: ganske likt, noe ulikt eller ulikt."),
    )


def _axes() -> tuple[Block, ...]:
    return (
        PageBreak(),
        Heading(level=1, text="Evne til digital transformasjon"),
        distance_figure("Avstanden er størst for «Prioritering og gevinst», og der ser dere ulikt på det.", CAPABILITY),
        theme_lines(CAPABILITY),
        PageBreak(),
        Heading(level=1, text="Digital modenhet"),
        distance_figure("Avstanden er størst for «Data som grunnlag».", MATURITY),
        theme_lines(MATURITY),
    )


def _talked() -> tuple[Block, ...]:
    reason = (
        "Vi har gode eksempler fra byggesak, men vi regner sjelden på hva vi sparer.\n"
        "Det er lettere å starte noe nytt enn å slutte med noe gammelt."
    )
    blocks: list[Block] = [
        PageBreak(),
        Heading(level=1, text="Temaene vi drøftet"),
        Callout(
            kind="talk",
            title="Snakk om dette først",
            paragraphs=(
                "«Prioritering og gevinst» er viktig for dere, langt fra målet, og dere svarer ulikt.",
                "Hva kan ligge bak et høyt svar, og hva kan ligge bak et lavt?",
            ),
        ),
    ]
    for name, now, then, alike in THEMES[:5]:
        blocks += [
            Heading(level=2, text=name),
            paragraph(f"I dag {now}, om to år {then}. Før samtalen så gruppa {alike} på det."),
            Quote(text=reason, note="Gruppas begrunnelse"),
            Quote(text="Helse er kommet lenger enn resten, og det bør synes.", note="Et annet syn i gruppa"),
        ]
    return tuple(blocks)


def _plan() -> tuple[Block, ...]:
    titles = ("Tiltak", "Hva innbyggere eller ansatte skal merke", "Følges opp av", "Frist", "Status")
    return (
        PageBreak(),
        Heading(level=1, text="Det vi gjør først"),
        Heading(level=2, text="Temaene vi har valgt"),
        bullets("Prioritering og gevinst", "Data som grunnlag", "Endring som varer", ordered=True),
        Heading(level=2, text="Tiltak"),
        Table(
            caption="Tiltakene og oppfølgingen",
            columns=tuple(Column(title=title) for title in titles),
            rows=(
                (
                    "Velge tre gevinster vi skal hente ut i 2027, og følge dem i ledermøtet hver måned",
                    "Ansatte i byggesak slipper å føre samme opplysning tre ganger, og svaret kommer innen to uker",
                    "Kommunedirektøren",
                    "1. februar 2027",
                    "planlagt",
                ),
                (
                    "Samle data om hjemmetjenesten ett sted, sammen med Sørfold og Saltdal",
                    "Færre ulike telefonnumre, og vakta vet hvem som bor hvor når noe skjer om natta",
                    "Helse- og omsorgssjefen sammen med digitaliseringsrådgiveren",
                    "15. mars 2027",
                    "i gang",
                ),
                (
                    "La to tjenester prøve ut ny arbeidsdeling",
                    "Mer tid til dem som trenger det mest",
                    "Kommunalsjef oppvekst",
                    "–",
                    "trenger hjelp",
                ),
            ),
        ),
        paragraph("1. februar går vi gjennom tiltakene på nytt, og de åpner neste modul."),
        PageBreak(),
        Heading(level=1, text="Veien videre"),
        Heading(level=2, text="Spørsmål til neste ledermøte"),
        bullets(
            "Hva har vi lært siden samlingen, og hva overrasket oss?",
            "Hvilket tiltak trenger hjelp nå, og fra hvem?",
            "Hva slutter vi med for å få tid til det vi har valgt?",
            ordered=True,
        ),
        Heading(level=2, text="Dette kommer an på andre"),
        Quote(text="Staten må avklare finansieringen av felles journal.\nNaboene må si ja til felles nattjeneste."),
    )


def _method() -> tuple[Block, ...]:
    return (
        PageBreak(),
        Heading(level=1, text="Metode og forbehold"),
        paragraph(
            "Tallene er hele nivåer som gruppa selv har satt. De oppsummerer en samtale og er ikke en måling. "
            "Kartleggingen er ny og ikke ferdig prøvd ut."
        ),
        Heading(level=2, text="Dette er ikke vist, og hvorfor"),
        paragraph("Enkeltsvar, og hvem som har svart hva, blir aldri vist."),
        Heading(level=2, text="Alle tallene"),
        theme_table(THEMES, "Felles vurdering i tall"),
        Paragraph(runs=(Run(text="Versjoner: program 1.0, kartlegging 0.1.0.", emphasis=True),)),
    )
