"""Texts under prompts: what the kinds question, case and exchange have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kompetanse.figures.blocks import Block, Heading, Quote, paragraph
from kompetanse.language import translate
from kompetanse.programme.kinds.fields import Prompt
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.prompts import PromptsWidget


def texts(context: GroupContext, step: Step, prompts: Sequence[Prompt], *, note: str, in_report: bool) -> PromptsWidget:
    """A text area under each prompt."""
    content: dict[str, Any] = {
        "note": note,
        "prompts": [
            {"id": prompt.id, "text": prompt.text.to(context.language), "help": "", "longest": prompt.longest}
            for prompt in prompts
        ],
        "in_report": in_report,
    }
    return PromptsWidget(
        content=content,
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=context.language,
    )


def written(context: GroupContext, step: Step, prompts: Sequence[Prompt]) -> tuple[Block, ...]:
    """What the group has written under each prompt."""
    answers = context.group_statements(step)
    blocks: list[Block] = []
    for prompt in prompts:
        blocks.append(Heading(level=3, text=prompt.text.to(context.language)))
        text = str(answers.get(("answer", prompt.id), "")).strip()
        blocks.append(Quote(text=text) if text else paragraph(translate("Ikke skrevet ennå.", context.language)))
    return tuple(blocks)
