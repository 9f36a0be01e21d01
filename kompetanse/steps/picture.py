"""The group's picture: how many have answered until the contact shows it, then figures and what to talk about."""

from __future__ import annotations

from collections.abc import Callable

from kompetanse.figures.blocks import Block, Heading, html, paragraph
from kompetanse.language import translate
from kompetanse.sections.context import GroupContext
from kompetanse.sections.material import Material
from kompetanse.sections.picture import (
    axis_picture,
    municipalities_beside,
    shared_comments,
    talk_first,
    unknown_themes,
)
from kompetanse.widgets.command import CommandWidget
from kompetanse.widgets.component import Component
from kompetanse.widgets.live_blocks import LiveBlocks

Gather = Callable[[], Material]


def summary(material: Material) -> tuple[Block, ...]:
    """The picture as blocks: a figure for each axis, what to talk about first, and what is little known."""
    axes = material.instrument.axes or (None,)
    return (
        *talk_first(material),
        *(
            block
            for axis in axes
            for block in (
                *((Heading(level=3, text=axis.title.to(material.language)),) if axis else ()),
                *axis_picture(material, axis),
            )
        ),
        *unknown_themes(material, level=3),
        *municipalities_beside(material),
        *shared_comments(material),
    )


def live(context: GroupContext, gather: Gather) -> tuple[tuple[Component, ...], Callable[[], None]]:
    """The region that shows the picture, the contact's button, and what keeps both up to date."""
    region = LiveBlocks(html=html(_waiting(context), context.language), language=context.language)
    button = _reveal_button(context) if context.session.role == "contact" else None
    drawn: list[bool] = []

    def refresh() -> None:
        if drawn:
            return
        if not context.is_revealed:
            region.show(html=html(_waiting(context), context.language), said="")
            return
        # The answers are locked when they are shown, so the picture is drawn once.
        drawn.append(True)
        said = translate("Nå vises gruppas bilde.", context.language)
        region.show(html=html(summary(gather()), context.language), said=said)
        if button is not None:
            button.locked = True

    refresh()
    return (region,) if button is None else (button, region), refresh


def _reveal_button(context: GroupContext) -> CommandWidget:
    language = context.language

    def reveal(_: str) -> str:
        context.log.reveal(context.module.id)
        return translate("Svarene er låst, så alle ser det samme bildet", language)

    return CommandWidget(
        content={
            "name": "reveal",
            "label": translate("Vis gruppas svar", language),
            "text": translate("Gruppa bestemmer selv når svarene vises.", language),
            "confirm": translate("Når svarene vises, blir de låst for alle. Er gruppa klar?", language),
            "yes": translate("Ja, vis svarene", language),
        },
        on_command=reveal,
        language=language,
    )


def _waiting(context: GroupContext) -> tuple[Block, ...]:
    language = context.language
    counted = context.log.participation(context.module.id)
    if counted.invited is None:
        answered = translate("{answered} har svart", language, answered=counted.answered)
    else:
        answered = translate(
            "{answered} av {total} har svart", language, answered=counted.answered, total=counted.invited
        )
    return (
        paragraph(f"{answered}."),
        paragraph(
            translate(
                "Svarene vises ikke før gruppekontakten trykker «Vis gruppas svar» på samlingen. "
                "Da blir de låst, så alle ser det samme bildet.",
                language,
            )
        ),
        paragraph(translate("Svarene vises uten navn. I en liten gruppe kan noen likevel gjette.", language)),
    )
