"""The few themes that the group will do something about."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.choosing import choosing_words
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class PrioritiesWidget(SavingWidget):
    """Up to `most` themes to choose; one too many is undone and said.

    `answers`: "<theme>|priority" (bool). `note` stands beside a theme, `part` gathers themes under a title.

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = PrioritiesWidget(
    ...     step="velg-tre",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     content={
    ...         "most": 3,
    ...         "help": "Velg gjerne ett dere kan begynne med på mandag.",
    ...         "themes": [{"id": "utproving", "title": "Utprøving", "part": "Evne", "note": "I dag 2, om to år 4"}],
    ...     },
    ... )
    >>> widget.content["most"]
    3
    """

    _esm = script("choosing", "priorities")
    _css = style("priorities")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words of the choice."""
        return (
            super().words_in(language)
            | choosing_words(language)
            | {
                "priorities": translate("Velg inntil {most} temaer dere vil gjøre noe med", language),
                "too-many": translate("Dere kan velge inntil {most}. Ta bort ett for å velge et annet.", language),
            }
        )
