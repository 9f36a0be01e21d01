"""The few themes that the group will do something about: to choose and to compare, and as a list."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from kompetanse.figures.blocks import Block, bullets, paragraph
from kompetanse.language import Language, translate
from kompetanse.programme.kinds.priorities import ACTION, Way
from kompetanse.programme.models import Facet, Instrument, Step
from kompetanse.sections.actions import actions_of
from kompetanse.sections.comparing import grids, placed_actions, placed_themes
from kompetanse.sections.context import GroupContext
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.component import Component
from kompetanse.widgets.priorities import PrioritiesWidget


def component(context: GroupContext, step: Step) -> Component | None:
    """All themes to choose from, each with the value that the group agreed on, and the ways to compare them."""
    instrument, language = context.programme.instruments[step.content.instrument], context.language
    today, ahead = context.group_answers("agreed"), context.group_answers("agreed-to-be")
    return PrioritiesWidget(
        content={
            "most": step.content.most,
            "most_in_words": _in_words(step.content.most, context),
            "help": "",
            "themes": [
                {
                    "id": facet.id,
                    "title": facet.title.to(language),
                    "part": _part(facet, instrument, context),
                    "note": _agreed(today.get(facet.id), ahead.get(facet.id), context),
                }
                for facet in instrument.facets
            ],
            "ways": [_way(way, language) for way in step.content.ways],
            "shows": context.session.role == "contact",
        },
        live=_live(context, step),
        on_show=lambda: _show(context),
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=language,
    )


def _in_words(most: int, context: GroupContext) -> str:
    words = {
        1: translate("ett", context.language),
        2: translate("to", context.language),
        3: translate("tre", context.language),
        4: translate("fire", context.language),
        5: translate("fem", context.language),
    }
    return words.get(most, str(most))


def _part(facet: Facet, instrument: Instrument, context: GroupContext) -> str:
    return next((axis.title.to(context.language) for axis in instrument.axes if axis.id == facet.axis), "")


def _agreed(today: int | None, ahead: int | None, context: GroupContext) -> str:
    if today is None or ahead is None:
        return ""
    return translate("I dag {today}, om to år {ahead}", context.language, today=today, ahead=ahead)


def _way(way: Way, language: Language) -> dict[str, str]:
    """A way to compare: what it is called, what it is for, and what stands there while there is nothing to compare."""
    titles = {
        ("grid", "themes"): translate("Sammenlign temaene: nytte og innsats", language),
        ("grid", "actions"): translate("Sammenlign tiltakene: nytte og innsats", language),
        ("points", "themes"): translate("Gi hver deres 100 poeng til temaene", language),
        ("points", "actions"): translate("Gi hver deres 100 poeng til tiltakene", language),
    }
    nothing = {
        "themes": translate("Her kommer temaene dere har drøftet eller valgt.", language),
        "actions": translate("Her kommer tiltakene når dere har skrevet dem.", language),
    }
    return {"form": way.form, "over": way.over, "title": titles[way.form, way.over], "nothing": nothing[way.over]}


def _live(context: GroupContext, step: Step) -> dict[str, Any]:
    """What changes while the page is open: what there is to compare, and how far the points have come."""
    if not step.content.ways:
        return {}
    items = {"themes": _themes(context, step), "actions": _actions(context)}
    over = next((way.over for way in step.content.ways if way.form == "points"), None)
    return {"items": items, "points": _points(context, items[over]) if over else {}}


def _themes(context: GroupContext, step: Step) -> list[dict[str, str]]:
    """The themes that the group has talked about or chosen, in the instrument's order."""
    instrument = context.programme.instruments[step.content.instrument]
    wanted: Mapping[str, Any] = context.group_answers("discussed") | {
        theme: True for theme, chosen in context.group_answers("priority").items() if chosen
    }
    themes = [facet for facet in instrument.facets if wanted.get(facet.id)]
    return [{"id": facet.id, "title": facet.title.to(context.language)} for facet in themes]


def _actions(context: GroupContext) -> list[dict[str, str]]:
    written = actions_of(context.group_answers("action"), all=True)
    return [{"id": ACTION.format(key=each.key), "title": each.what} for each in written]


def _points(context: GroupContext, items: list[dict[str, str]]) -> dict[str, Any]:
    known = context.log.points(context.module.id)
    given = translate("{answered} har gitt poeng", context.language, answered=known.people)
    if known.given is None:
        return {"said": given, "rows": [], "locked": False}
    rows = import_module("kompetanse.sections.points").point_rows(context, known.given, items)
    return {"said": given, "rows": rows, "locked": True}


def _show(context: GroupContext) -> str:
    context.log.show_points(context.module.id)
    return translate("Nå vises poengene, og de er låst.", context.language)


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """What somebody else in the group has chosen or placed, and what there is to compare now."""
    component.set_trait("live", _live(context, step))
    component.set_trait("answers", context.answers(step))


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The chosen themes, and what the group has placed."""
    instrument = context.programme.instruments[step.content.instrument]
    chosen = context.group_answers("priority")
    names = [facet.title.to(context.language) for facet in instrument.facets if chosen.get(facet.id)]
    use, effort = context.group_answers("use"), context.group_answers("effort")
    actions = actions_of(context.group_answers("action"), all=True)
    return (
        bullets(*names) if names else paragraph(translate("Gruppa har ikke valgt temaer ennå.", context.language)),
        *grids(
            placed_themes(instrument.facets, use, effort, context.language),
            placed_actions(actions, use, effort),
            context.language,
        ),
    )
