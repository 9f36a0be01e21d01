"""What the group will do: actions with effect, role, due date and status."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class ActionsWidget(SavingWidget):
    """Up to `most` actions, each one answer: "<1, 2 ...>|action" -> what, effect, indicator, role, due and the rest.

    `suggest` names the themes that the first actions are for when there are none yet; `lengths` limits the texts;
    `files` are addresses where the actions are to be had, with their words.

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = ActionsWidget(
    ...     step="tiltak",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     answers={"1|action": {"what": "Rydde i planene", "role": "plansjefen", "status": "planned"}},
    ...     content={
    ...         "most": 5,
    ...         "themes": [{"id": "utproving", "title": "Utprøving"}],
    ...         "suggest": ["utproving"],
    ...         "lengths": {"what": 600, "effect": 600, "role": 120},
    ...     },
    ... )
    >>> widget.answers["1|action"]["role"]
    'plansjefen'
    """

    _esm = script("record", "actions")
    _css = style("actions")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words of the actions, and of their statuses."""
        return (
            super().words_in(language)
            | {
                "intro": translate("Alle i gruppa ser tiltakene og kan endre dem.", language),
                "action": translate("Tiltak {number}", language),
                "facet": translate("Hvilket tema gjelder det?", language),
                "no-theme": translate("Velg tema", language),
                "what": translate("Hva gjør vi?", language),
                "what-help": translate("Hvem gjør hva, for hvem?", language),
                "effect": translate("Hvordan ser vi at det virket?", language),
                "effect-help": translate("Noe en innbygger eller en ansatt merker.", language),
                "indicator": translate("Hva ser vi etter?", language),
                "indicator-help": translate("Et tall, en tid eller en andel som dere kan finne igjen.", language),
                "files": translate("Ta med tiltakene", language),
                "role": translate("Hvem følger opp? (rolle, ikke navn)", language),
                "due": translate("Innen når?", language),
                "status": translate("Status", language),
                "in-report": translate("Ta med i rapporten", language),
                "add": translate("Legg til et tiltak", language),
                "full": translate("Det er plass til {most} tiltak.", language),
                "remove": translate("Fjern tiltaket", language),
                "remove-yes": translate("Ja, fjern tiltaket", language),
                "cancel": translate("Avbryt", language),
            }
            | _statuses(language)
        )


def _statuses(language: Language) -> dict[str, str]:
    return {
        "planned": translate("Planlagt", language),
        "under-way": translate("I gang", language),
        "needs-help": translate("Trenger hjelp", language),
        "done": translate("Gjort", language),
        "stopped": translate("Stoppet", language),
    }
