"""The actions of earlier modules, to be gone through once more."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class ReviewWidget(SavingWidget):
    """A card for each action, with where it stood: "<module>.<place>|review" -> status, note and due.

    `facts` are short lines about the action; `longest` limits the note.

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = ReviewWidget(
    ...     step="tiltakene-sist",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     answers={"modul-1.1|review": {"status": "under-way", "note": "Halvparten er ryddet."}},
    ...     content={
    ...         "longest": 200,
    ...         "actions": [
    ...             {"id": "modul-1.1", "what": "Rydde i planene", "facts": ["Modul 1", "Sist: planlagt"], "due": ""}
    ...         ],
    ...     },
    ... )
    >>> widget.answers["modul-1.1|review"]["status"]
    'under-way'
    """

    _esm = script("record", "review")
    _css = style("review")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words of the review."""
        return super().words_in(language) | {
            "intro": translate("Gå gjennom tiltakene før dere går videre. Alle i gruppa ser det samme.", language),
            "none": translate("Gruppa har ingen tiltak fra tidligere moduler.", language),
            "reviewed": translate("{count} av {total} gått gjennom", language),
            "status": translate("Hvordan står det til nå?", language),
            "planned": translate("Ikke startet", language),
            "under-way": translate("I gang", language),
            "done": translate("Gjort", language),
            "stopped": translate("Lagt bort", language),
            "note": translate("Hva har skjedd?", language),
            "note-help": translate("Én linje. Skriv roller, ikke navn.", language),
            "due": translate("Ny frist, om den flyttes", language),
        }
