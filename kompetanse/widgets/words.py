"""A few short answers for a word cloud, and private notes beside them."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class WordsWidget(SavingWidget):
    """Up to `answers` short answers of at most `words` words, private notes, and whether the group may see the words.

    `answers`: "<step>|answer" (a list of texts), "<note>|note" (text), "<step>|shared" (bool).

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = WordsWidget(
    ...     step="lederegenskaper",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     answers={"lederegenskaper|answer": ["mot", "å lytte"]},
    ...     content={
    ...         "prompt": "Hvilke lederegenskaper tar du med deg?",
    ...         "answers": 3,
    ...         "words": 2,
    ...         "longest": 40,
    ...         "notes": [{"id": "ove-pa", "text": "Hvilken egenskap trenger jeg å øve på?", "longest": 600}],
    ...     },
    ... )
    >>> widget.answers["lederegenskaper|answer"]
    ['mot', 'å lytte']
    """

    _esm = script("words")
    _css = style("words")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words beside the answers."""
        return super().words_in(language) | {
            "answer": translate("Svar {number}", language),
            "words-help": translate("Høyst {most} ord i hvert svar.", language),
            "too-many-words": translate("Skriv høyst {most} ord i hvert svar. Det er ikke lagret ennå.", language),
            "share": translate("Del med gruppa, uten navn", language),
            "only-you": translate("Gruppa ser ikke ordene dine.", language),
            "group-sees": translate("Gruppa ser ordene dine, uten navn.", language),
            "notes": translate("Til deg selv", language),
            "notes-help": translate("Bare du ser dette", language),
        }
