"""The report's pages on what comes next: priorities and actions, and the way forward."""

from __future__ import annotations

from kompetanse.analysis.findings import in_order_of_talk
from kompetanse.figures.blocks import Block, Heading, List, PageBreak, Quote, Run, paragraph
from kompetanse.language import Language, day, translate
from kompetanse.sections.actions import action_table
from kompetanse.sections.carried import carried_table
from kompetanse.sections.comparing import compared
from kompetanse.sections.material import Material

#: How many themes the way forward names for the next meeting.
NEXT_THEMES = 3


def priorities_and_actions(material: Material) -> tuple[Block, ...]:
    """Page 8: the themes the group chose, and what it will do about them."""
    language = material.language
    chosen = tuple((Run(text=facet.title.to(language)),) for facet in material.priorities)
    nothing = paragraph(translate("Gruppa har ikke valgt temaer ennå.", language))
    return (
        PageBreak(),
        Heading(level=1, text=translate("Det vi gjør først", language)),
        Heading(level=2, text=translate("Temaene vi har valgt", language)),
        List(ordered=True, items=chosen) if chosen else nothing,
        *compared(*material.placed, language),
        Heading(level=2, text=translate("Tiltak", language)),
        *action_table(material.actions, language),
        *_carried(material),
        *_reviewed(material),
    )


def _carried(material: Material) -> tuple[Block, ...]:
    """What has become of the actions of earlier modules."""
    table = carried_table(material.carried, material.programme, material.language)
    title = translate("Tiltak fra tidligere moduler", material.language)
    return (Heading(level=2, text=title), *table) if table else ()


def _reviewed(material: Material) -> tuple[Block, ...]:
    if not material.actions:
        return ()
    language, review = material.language, material.module.review_date
    if review is None:
        return (paragraph(translate("Vi går gjennom tiltakene på nytt når neste modul åpner.", language)),)
    words = translate(
        "{day} går vi gjennom tiltakene på nytt, og de åpner neste modul.", language, day=day(review, language)
    )
    return (paragraph(words),)


def way_forward(material: Material) -> tuple[Block, ...]:
    """Questions for the next meeting, and what depends on others; on the actions' page as far as there is room."""
    language = material.language
    released = material.statements.released()
    chosen = {facet.id for facet in material.priorities}
    others = [p for p in in_order_of_talk(material.pictures, material.instrument) if p.facet.id not in chosen]
    blocks: list[Block] = [
        Heading(level=1, text=translate("Veien videre", language)),
        Heading(level=2, text=translate("Spørsmål til neste ledermøte", language)),
        List(ordered=True, items=tuple((Run(text=question),) for question in _questions(language))),
        Heading(level=2, text=translate("Temaer å ta fram igjen", language)),
        List(ordered=False, items=tuple((Run(text=p.facet.title.to(language)),) for p in others[:NEXT_THEMES])),
    ]
    if depends := released.get("avhenger-av-andre"):
        blocks += [Heading(level=2, text=translate("Dette kommer an på andre", language)), Quote(text=depends)]
    if why := _why(material):
        blocks += [Heading(level=2, text=translate("Vårt hvorfor", language)), *why]
    return tuple(blocks)


def _questions(language: Language) -> tuple[str, ...]:
    return (
        translate("Hva har vi lært siden samlingen, og hva overrasket oss?", language),
        translate("Hvilket tiltak trenger hjelp nå, og fra hvem?", language),
        translate("Hva slutter vi med for å få tid til det vi har valgt?", language),
        translate("Hvem utenfor ledergruppa bør få si hva de mener?", language),
    )


def _why(material: Material) -> tuple[Block, ...]:
    """The group's «hvorfor», prompt by prompt, only where the group itself released it."""
    released = material.statements.released()
    prepared = [step for phase in material.module.phases if phase.kind == "preparation" for step in phase.steps]
    prompts = [prompt for step in prepared if step.kind == "question" for prompt in step.content.prompts]
    return tuple(
        Quote(text=released[prompt.id], note=prompt.text.to(material.language))
        for prompt in prompts
        if prompt.id in released
    )
