"""The questions about the module: to fill in; seen only for all groups together."""

from __future__ import annotations

from kompetanse.figures.blocks import Block, Heading, Quote, paragraph
from kompetanse.language import translate
from kompetanse.programme.kinds.feedback import FeedbackQuestion
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.component import Component
from kompetanse.widgets.feedback import FeedbackWidget


def component(context: GroupContext, step: Step) -> Component | None:
    """The questions, each on its levels or open."""
    return FeedbackWidget(
        content={
            "note": translate("Svarene vises samlet for alle gruppene, uten navn.", context.language),
            "reply": _reply(context),
            "questions": [_question(question, context) for question in step.content.questions],
        },
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=context.language,
    )


def _reply(context: GroupContext) -> dict[str, str]:
    """«Dette gjorde vi», once it is written."""
    said = context.log.reply(context.module.id)
    return {"title": translate("Dette gjorde vi", context.language), "text": said.text} if said else {}


def _question(question: FeedbackQuestion, context: GroupContext) -> dict[str, object]:
    language = context.language
    asked: dict[str, object] = {
        "id": question.id,
        "text": question.text.to(language),
        "levels": {str(level): words.to(language) for level, words in sorted(question.levels.items())},
    }
    if question.way_out:
        asked["way_out"] = question.way_out.to(language)
    if not question.levels:
        asked |= {
            "longest": question.longest,
            "note": translate(
                "Bare du ser dette, om du ikke deler det. Da leser prosesslederne det uten navn, gruppe og kommune, "
                "når minst fem fra samme dato har svart.",
                language,
            ),
            "share": translate("Del med prosesslederne, uten navn", language),
        }
    return asked


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """«Dette gjorde vi»; one's own answers change only by one's own hand."""
    reply = _reply(context)
    if reply != component.content["reply"]:
        component.content = component.content | {"reply": reply}


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """A sentence, as feedback is never shown for one group; and what was done with it."""
    said = _reply(context)
    done = (Heading(level=3, text=said["title"]), Quote(text=said["text"])) if said else ()
    return (paragraph(translate("Svarene vises samlet for alle gruppene, uten navn.", context.language)), *done)
