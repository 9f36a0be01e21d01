"""Cards about what a group has managed: each with its theme, what was done, what it took, and a role to ask."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class PracticeWidget(SavingWidget):
    """Room for `most` cards, each one answer: "<1, 2 ...>|card" -> facet, did, took, differently and role.

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = PracticeWidget(
    ...     step="erfaringskort",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     answers={"1|card": {"did": "Vi ringer alle som har søkt", "role": "byggesakssjefen"}},
    ...     content={
    ...         "most": 3,
    ...         "themes": [{"id": "utproving", "title": "Utprøving"}],
    ...         "lengths": {"did": 600, "took": 400, "differently": 400, "role": 120},
    ...     },
    ... )
    >>> widget.answers["1|card"]["role"]
    'byggesakssjefen'
    """

    _esm = script("record", "practice")
    _css = style("practice")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words of a card."""
        return super().words_in(language) | {
            "intro": translate("Alle i gruppa ser kortene og kan skrive i dem. Ingen andre, før dere deler.", language),
            "card": translate("Kort {number}", language),
            "empty": translate("tomt", language),
            "facet": translate("Hvilket tema gjelder det?", language),
            "no-theme": translate("Velg tema", language),
            "did": translate("Hva gjorde dere?", language),
            "did-help": translate("Noe som virker hos dere, stort eller lite.", language),
            "took": translate("Hva krevde det?", language),
            "took-help": translate("Tid, penger, folk, og noe dere lot være å gjøre.", language),
            "differently": translate("Hva ville dere gjort annerledes?", language),
            "role": translate("Hvem kan andre spørre? (rolle, ikke navn)", language),
            "role-help": translate("For eksempel: leder for hjemmetjenesten, via sentralbordet.", language),
            "clear": translate("Tøm kortet", language),
            "clear-yes": translate("Ja, tøm kortet", language),
            "clear-note": translate("Er kortet delt, blir det borte for de andre også.", language),
            "cancel": translate("Avbryt", language),
        }
