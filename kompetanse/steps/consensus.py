"""The agreed values: to set theme by theme, in the order to talk about them, and as a table."""

from __future__ import annotations

from typing import Any

from kompetanse.analysis.findings import ThemePicture, in_order_of_talk, midmost, pattern
from kompetanse.figures.blocks import Block
from kompetanse.language import Language
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.sections.gathered import material
from kompetanse.sections.numbers import picture_table, theme_words
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.agreement import AgreementWidget
from kompetanse.widgets.component import Component


def component(context: GroupContext, step: Step) -> Component | None:
    """Every theme to agree on; those to talk about first in front once the group has seen its picture."""
    return AgreementWidget(
        content=_content(context, step),
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=context.language,
    )


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """What others in the group have set, and the order of the themes once the answers are shown."""
    component.set_trait("answers", context.answers(step))
    shown = bool(component.content["shown"])
    if context.is_revealed != shown:
        component.content = _content(context, step)


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The agreed values as a table."""
    gathered = material(context, edition="group")
    return (picture_table(gathered.pictures, gathered),)


def _content(context: GroupContext, step: Step) -> dict[str, Any]:
    instrument, language = context.programme.instruments[step.content.instrument], context.language
    gathered = material(context, edition="group")
    shown = context.is_revealed
    # The order is that of the answers, so that it does not change under the group's hands as it agrees.
    pictures = tuple(picture.before_agreeing() for picture in gathered.pictures)
    ordered = in_order_of_talk(pictures, instrument) if shown else pictures
    return {
        "heading": 3,
        "shown": shown,
        "scale": {"names": {str(level): name.to(language) for level, name in sorted(instrument.scale.names.items())}},
        "themes": [
            {
                "id": picture.facet.id,
                "title": picture.facet.title.to(language),
                "lead": theme_words(picture, instrument, language, voice="you") if shown else _lead(picture, language),
                "talk_first": shown and place < step.content.discuss,
                "questions": questions(step, str(pattern(picture, instrument)), language) if shown else None,
                "accept": _midmost(picture),
            }
            for place, picture in enumerate(ordered)
        ],
    }


def _lead(picture: ThemePicture, language: Language) -> str:
    return picture.facet.lead.to(language) if picture.facet.lead else ""


def questions(step: Step, name: str, language: Language) -> dict[str, Any] | None:
    """What to ask each other about a theme that looks like this: a title, a note and the questions."""
    script = step.content.pattern(name)
    if script is None:
        return None
    return {
        "title": script.title.to(language),
        "note": script.warning.to(language),
        "items": [question.to(language) for question in script.questions],
    }


def _midmost(picture: ThemePicture) -> dict[str, int] | None:
    found = midmost(picture)
    return None if found is None else {"agreed": found[0], "agreed-to-be": found[1]}
