"""How it is today, once more: on the themes that the group has talked about, and on nothing else."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class SecondRoundWidget(SavingWidget):
    """The statements of a few themes, all on one page, with the levels that they had the first time.

    `answers`: "<item>|as-is" (a level or "vet-ikke"), of the second round.

    >>> widget = SecondRoundWidget(
    ...     step="andre-runde",
    ...     scope="fauske/3f2a",
    ...     content={
    ...         "heading": 3,
    ...         "dont_know": "Vet ikke",
    ...         "themes": [
    ...             {
    ...                 "id": "utproving",
    ...                 "title": "Utprøving",
    ...                 "items": [
    ...                     {"id": "liten-skala", "text": "Vi prøver.", "help": "", "levels": {"1": "Nei", "2": "Ja"}}
    ...                 ],
    ...             }
    ...         ],
    ...     },
    ... )
    >>> widget.content["themes"][0]["title"]
    'Utprøving'
    """

    _esm = script("second_round")
    _css = style("assessment")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words of the second round."""
        return super().words_in(language) | {
            "title": translate("Svar en gang til", language),
            "intro": translate("Samtalen kan ha gitt deg et annet syn. Bare temaene dere har drøftet.", language),
            "none": translate("Merk først temaene dere har drøftet. Da kan dere svare på dem en gang til.", language),
        }
