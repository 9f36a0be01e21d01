"""The group's agreed values: whole numbers the group itself sets, with reason and another view."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class AgreementWidget(SavingWidget):
    """The themes in the order to talk about them, one open at a time; the rest can be accepted without discussion.

    `answers`: "<theme>|agreed" and "<theme>|agreed-to-be" (a level), "<theme>|rationale" and "<theme>|other-view"
    (text), "<theme>|discussed" (bool). `accept` holds the values of «Godta resten», None where too few have answered;
    `talk_first` puts a theme in the upper list, and `questions` are what to ask each other about it.

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = AgreementWidget(
    ...     step="felles-vurdering",
    ...     scope="fauske/3f2a",
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     content={
    ...         "heading": 3,
    ...         "scale": {"names": {"1": "Ikke i gang", "2": "I gang", "3": "Avtalt"}},
    ...         "themes": [
    ...             {
    ...                 "id": "utproving",
    ...                 "title": "Utprøving",
    ...                 "lead": "Prøver vi i det små?",
    ...                 "talk_first": True,
    ...                 "questions": {
    ...                     "title": "Her ser dere ulikt på det. Hva ligger bak?",
    ...                     "note": "Ulike svar kommer ofte av at dere ser ulike deler av kommunen.",
    ...                     "items": ["Tenker vi på samme tjeneste, samme sted og samme tid?"],
    ...                 },
    ...                 "accept": {"agreed": 2, "agreed-to-be": 3},
    ...             }
    ...         ],
    ...     },
    ... )
    >>> widget.content["themes"][0]["title"]
    'Utprøving'
    """

    _esm = script("agreement")
    _css = style("agreement")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words of the group's agreement."""
        return super().words_in(language) | {
            "agreed-count": translate("{count} av {total} temaer har en felles vurdering", language),
            "talk-first": translate("Snakk om dette først", language),
            "the-others": translate("De andre temaene", language),
            "agreed": translate("Gruppas felles vurdering", language),
            "as-is": translate("Slik er det hos oss i dag", language),
            "to-be": translate("Godt nok for oss om to år", language),
            "as-is-value": translate("I dag {level}", language),
            "to-be-value": translate("Om to år {level}", language),
            "not-set": translate("ikke bestemt ennå", language),
            "rationale": translate("Hvorfor ser vi det slik?", language),
            "rationale-help": translate("En setning eller to. Teksten kan komme med i rapporten.", language),
            "add-other-view": translate("Legg til et annet syn", language),
            "other-view": translate("Et annet syn", language),
            "other-view-help": translate(
                "Det som ikke alle er enige i, står ved siden av den felles vurderingen.", language
            ),
            "discussed": translate("Vi har drøftet dette temaet", language),
            "was-discussed": translate("drøftet", language),
            "next": translate("Neste tema", language),
            "accept": translate("Godta resten uten drøfting", language),
            "accept-help": translate("Da blir det midterste svaret den felles vurderingen.", language),
            "accept-ask": translate(
                "Det midterste svaret blir felles vurdering for temaene som gjenstår ({count}). "
                "Dere kan endre det etterpå.",
                language,
            ),
            "accept-yes": translate("Godta", language),
            "cancel": translate("Avbryt", language),
            "accepted": translate("Godtatt ({count}). Dere kan fortsatt endre det.", language),
            "accept-without": translate(
                "Noen temaer har for få svar ({count}). Der setter dere vurderingen selv.", language
            ),
        }
