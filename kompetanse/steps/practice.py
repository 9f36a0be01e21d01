"""Practice cards: the group's own, those of others by theme, and whom to ask about what the group wants to do."""

from __future__ import annotations

from typing import Any

from kompetanse.answers.crossing import Card
from kompetanse.errors import InvalidAnswer
from kompetanse.figures.blocks import Block, Heading, Quote, paragraph
from kompetanse.language import Language, day, translate
from kompetanse.programme.kinds.practice import NEEDED, TEXTS
from kompetanse.programme.models import Facet, Instrument, Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps.saving import saver, scope
from kompetanse.steps.sharing import Part, heading, lines_of, read, text
from kompetanse.widgets.component import Component
from kompetanse.widgets.exchange import ExchangeWidget
from kompetanse.widgets.practice import PracticeWidget

#: So many themes are asked about: as many as a group is to choose.
MOST_THEMES = 3


def component(context: GroupContext, step: Step) -> tuple[Component, ...]:
    """The group's cards, and below them what it shares and what others do."""

    def do(name: str, value: str) -> str:
        said = _do(context, step, name)
        others.show(_parts(context, step, _cards(context, others)))
        return said

    cards = PracticeWidget(
        content={"most": step.content.most, "lengths": dict(TEXTS), "themes": _themes(context, step)},
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=context.language,
    )
    others = ExchangeWidget(content={"parts": []}, on_deed=do, language=context.language)
    others.show(_parts(context, step, _cards(context, others)))
    return cards, others


def refresh(context: GroupContext, step: Step, components: tuple[Component, ...]) -> None:
    """What somebody else in the group has written or shared, and the cards of other groups."""
    for each in components:
        if isinstance(each, PracticeWidget):
            each.set_trait("answers", context.answers(step))
        elif isinstance(each, ExchangeWidget):
            each.show(_parts(context, step, _cards(context, each)))


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The group's own cards."""
    instrument, language = context.programme.instruments[step.content.instrument], context.language
    blocks: list[Block] = []
    for place, card in sorted(_own(context, step).items()):
        facet = instrument.facet(str(card.get("facet", "")))
        blocks.append(Heading(level=3, text=_card_title(place, facet, language)))
        for label, said in lines_of({name: str(card.get(name, "")) for name in TEXTS}, _titles(language)):
            if said.strip():
                blocks += [paragraph(label), Quote(text=said)]
    return tuple(blocks) or (paragraph(translate("Ikke skrevet ennå.", language)),)


def ask_about(context: GroupContext, instrument: Instrument) -> tuple[Facet, ...]:
    """The themes that the group has chosen; else those with the longest way between its own agreed values."""
    chosen = {facet for facet, value in context.group_answers("priority").items() if value is True}
    if chosen:
        return tuple(facet for facet in instrument.facets if facet.id in chosen)[:MOST_THEMES]
    now, then = context.group_answers("agreed"), context.group_answers("agreed-to-be")
    distances = {each.id: then[each.id] - now[each.id] for each in instrument.facets if {each.id} <= {*now} & {*then}}
    far = [facet for facet in instrument.facets if distances.get(facet.id, 0) > 0]
    return tuple(sorted(far, key=lambda facet: -distances[facet.id])[:MOST_THEMES])


def _own(context: GroupContext, step: Step) -> dict[str, dict[str, Any]]:
    statements = context.group_statements(step)
    return {subject: value for (aspect, subject), value in statements.items() if aspect == "card"}


def _do(context: GroupContext, step: Step, name: str) -> str:
    language, module = context.language, context.module.id
    deed, _, place = name.partition(" ")
    if deed == "back":
        context.log.take_back(module, step.id, place)
        return translate("Tatt tilbake. Bare gruppa ser kortet nå.", language)
    try:
        context.log.share(module, step.id, place)
    except InvalidAnswer as error:
        words = translate("Kortet må ha tema, det dere gjorde, og en rolle å spørre før det kan deles.", language)
        raise InvalidAnswer(words) from error
    return translate("Delt. Alle gruppene kan lese kortet.", language)


def _cards(context: GroupContext, others: ExchangeWidget) -> list[Card]:
    """The cards of other groups, asked for again only once somebody has shared something: there may be many."""
    shown = context.log.exchange(context.module.id).shown
    if others.basis is None or others.basis[0] != shown:
        others.basis = (shown, context.log.cards())
    cards: list[Card] = others.basis[1]
    return cards


def _parts(context: GroupContext, step: Step, cards: list[Card]) -> list[Part]:
    instrument = context.programme.instruments[step.content.instrument]
    return [*_sharing(context, step, instrument), *_ahead(context, instrument, cards), *_finding(context, step, cards)]


def _sharing(context: GroupContext, step: Step, instrument: Instrument) -> list[Part]:
    language, own = context.language, _own(context, step)
    given = {
        each.subject: each.changed for each in context.log.exchange(context.module.id).given if each.step == step.id
    }
    who = translate(
        "Deler dere et kort, kan ledergruppene i alle kommunene i programmet lese det, med navnet på gruppa deres. "
        "Skriv rolle og ikke navn. Dere kan ta det tilbake når som helst.",
        language,
    )
    parts = [heading("share", translate("Del det dere har fått til", language)), text("who", who)]
    for place, card in sorted(own.items()):
        title = _card_title(place, instrument.facet(str(card.get("facet", ""))), language)
        parts += _card_deeds(
            place, title, card, shared=place in given, changed=given.get(place, False), language=language
        )
    return parts


def _card_deeds(
    place: str, title: str, card: dict[str, Any], *, shared: bool, changed: bool, language: Language
) -> list[Part]:
    if not shared and not all(str(card.get(name, "")).strip() for name in NEEDED):
        words = translate(
            "{card}: skriv tema, hva dere gjorde, og en rolle å spørre. Da kan det deles.", language, card=title
        )
        return [text(f"state {place}", words, soft=True)]
    share = {
        "id": f"share {place}",
        "is": "deed",
        "name": f"share {place}",
        "label": translate("Del kort {number} med alle gruppene", language, number=place),
        "quiet": True,
        "confirm": translate(
            "Alle ledergruppene i programmet får lese kortet slik det står nå, med navnet på gruppa deres. Står det "
            "navn på noen der? Er gruppa enig?",
            language,
        ),
        "yes": translate("Ja, del kortet", language),
    }
    if not shared:
        return [text(f"state {place}", translate("{card}: bare gruppa ser det.", language, card=title)), share]
    words = translate("{card}: delt med alle gruppene.", language, card=title)
    if changed:
        words += " " + translate("Dere har skrevet mer siden, og det ser de ikke.", language)
    back = {
        "id": f"back {place}",
        "is": "deed",
        "name": f"back {place}",
        "label": translate("Ta tilbake kort {number}", language, number=place),
        "quiet": True,
    }
    again = {**share, "label": translate("Del kort {number} slik det står nå", language, number=place)}
    return [text(f"state {place}", words), *([again] if changed else []), back]


def _ahead(context: GroupContext, instrument: Instrument, cards: list[Card]) -> list[Part]:
    """«Spør noen som er litt foran»: cards about what the group wants to do something with, by the groups' names."""
    language, themes = context.language, ask_about(context, instrument)
    parts = [heading("ahead", translate("Spør noen som er litt foran", language))]
    if not themes:
        words = translate(
            "Når dere har valgt temaer eller blitt enige om dem, finner dere her hvem dere kan spørre.", language
        )
        return [*parts, text("no-themes", words, soft=True)]
    how = translate(
        "Kortene gjelder temaene dere vil gjøre noe med. Gruppene har delt dem selv, og de står etter navn.", language
    )
    parts.append(text("how-ahead", how, soft=True))
    for facet in themes:
        title = facet.title.to(language)
        found = [card for card in cards if card.facet == facet.id]
        if not found:
            words = translate("{theme}: Ingen har delt et kort om dette ennå.", language, theme=title)
            parts.append(text(f"none {facet.id}", words))
        parts += [
            {**_card(card, title, language), "id": f"ahead {facet.id} {number}"} for number, card in enumerate(found)
        ]
    return parts


def _finding(context: GroupContext, step: Step, cards: list[Card]) -> list[Part]:
    language, themes = context.language, _themes(context, step)
    titles = {theme["id"]: theme["title"] for theme in themes}
    return [
        heading("all", translate("Finn kort etter tema", language)),
        {
            "id": "find",
            "is": "find",
            "label": translate("Tema", language),
            "choose": translate("Velg tema", language),
            "all": translate("Alle temaer", language),
            "options": [(theme["id"], theme["title"]) for theme in themes],
            "none": translate("Ingen har delt et kort om dette ennå.", language),
            "items": [{**_card(card, titles.get(card.facet, ""), language), "theme": card.facet} for card in cards],
        },
    ]


def _card(card: Card, theme: str, language: Language) -> Part:
    meta = translate("{theme} · delt {day}", language, theme=theme, day=day(card.time.astimezone().date(), language))
    return read("", card.group, lines_of(card.texts, _titles(language)), meta=meta)


def _card_title(place: str, facet: Facet | None, language: Language) -> str:
    words = translate("Kort {number}", language, number=place)
    return f"{words} ({facet.title.to(language)})" if facet else words


def _themes(context: GroupContext, step: Step) -> list[dict[str, str]]:
    facets = context.programme.instruments[step.content.instrument].facets
    return [{"id": facet.id, "title": facet.title.to(context.language)} for facet in facets]


def _titles(language: Language) -> list[tuple[str, str]]:
    """What stands above each text of a card that others read."""
    return [
        ("did", translate("Hva vi gjorde", language)),
        ("took", translate("Hva det krevde", language)),
        ("differently", translate("Hva vi ville gjort annerledes", language)),
        ("role", translate("Spør", language)),
    ]
