"""A poll: words are filled in here; what the room answers together is answered on the phone."""

from __future__ import annotations

from kompetanse.figures.blocks import Block, paragraph
from kompetanse.language import translate
from kompetanse.programme.kinds.poll import LONGEST_WORD
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.component import Component
from kompetanse.widgets.words import WordsWidget


def component(context: GroupContext, step: Step) -> Component | None:
    """The words, the private notes, and whether the group may see the words; None for what the room answers."""
    content, language = step.content, context.language
    if content.form != "words":
        return None
    return WordsWidget(
        content={
            "prompt": content.prompt.to(language),
            "answers": content.answers,
            "words": content.words,
            "longest": LONGEST_WORD,
            "notes": [
                {"id": note.id, "text": note.text.to(language), "longest": note.longest} for note in content.notes
            ],
        },
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=language,
    )


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """Nothing: one's own words change only by one's own hand."""


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """A sentence: who sees the words, or where one answers."""
    if step.content.form != "words":
        return (
            paragraph(step.content.prompt.to(context.language)),
            paragraph(
                translate(
                    "Denne svarer alle på samtidig, på telefonen. Adressen og koden står på skjermen når den starter.",
                    context.language,
                )
            ),
        )
    return (
        paragraph(
            translate("Ord vises bare når minst tre ledere fra minst tre kommuner har skrevet dem.", context.language)
        ),
    )
