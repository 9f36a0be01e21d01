"""A few words from each person: to fill in; never summed up by name or group."""

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
    """The words, the private notes, and whether the group may see the words."""
    content, language = step.content, context.language
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
    """A sentence: words are shown only where at least three people in three municipalities wrote them."""
    return (
        paragraph(
            translate("Ord vises bare når minst tre ledere fra minst tre kommuner har skrevet dem.", context.language)
        ),
    )
