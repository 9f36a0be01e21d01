"""Texts under prompts, which a group writes together."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class PromptsWidget(SavingWidget):
    """A text area under each prompt: for a question, a case or a card.

    `answers`: "<prompt>|answer" (text) and, where `in_report` is true, "<step>|in-report" (bool).

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = PromptsWidget(
    ...     step="hvorfor",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     content={
    ...         "note": "Én skriver, alle ser.",
    ...         "prompts": [{"id": "fordi", "text": "Vi gjør dette fordi …", "help": "Kort.", "longest": 600}],
    ...         "in_report": True,
    ...     },
    ... )
    >>> widget.answers
    {}
    """

    _esm = script("prompts")
    _css = style("prompts")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words beside the texts."""
        return super().words_in(language) | {
            "in-report": translate("Ta med i rapporten", language),
            "in-report-help": translate(
                "Skriv slik at teksten tåler å stå i avisa. Rapporten kan bli offentlig.", language
            ),
        }
