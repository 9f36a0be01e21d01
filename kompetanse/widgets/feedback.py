"""A few questions about the module."""

from __future__ import annotations

from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class FeedbackWidget(SavingWidget):
    """Questions on levels with one way out, or open where a question has no levels.

    `answers`: "<question>|answer" (a level, "vet-ikke" or text), and of a text whose question has the words to `share`
    it with, "<question>|shared" (bool). `reply` stands above: a title and a text, where there is one.

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = FeedbackWidget(
    ...     step="tilbakemelding",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     content={
    ...         "note": "Prosesslederen ser svarene samlet, uten navn.",
    ...         "questions": [
    ...             {
    ...                 "id": "nytte",
    ...                 "text": "Hvor nyttig var samlingen?",
    ...                 "levels": {"1": "Ikke nyttig", "2": "Litt", "3": "Svært nyttig"},
    ...                 "way_out": "Var ikke med",
    ...             },
    ...             {"id": "mer", "text": "Hva bør vi endre?", "levels": {}, "note": "Høyst 300 tegn.", "longest": 300},
    ...         ],
    ...     },
    ... )
    >>> len(widget.content["questions"])
    2
    """

    _esm = script("feedback")
    _css = style("feedback")
