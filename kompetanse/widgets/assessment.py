"""One step of the mapping: all themes of a part, one at a time."""

from __future__ import annotations

from kompetanse.language import Language, translate
from kompetanse.widgets.choosing import choosing_words
from kompetanse.widgets.component import script, style
from kompetanse.widgets.saving import SavingWidget


class AssessmentWidget(SavingWidget):
    """The themes of a part, answered one at a time, then what matters most, then what remains.

    `answers`: "<item>|as-is" (a level, "vet-ikke", "ikke-relevant" or "ikke-relevant:<reason>"), "<theme>|to-be" (a
    level or "vet-ikke"), "<theme>|importance" and "<theme>|comment-shared" (bool), "<theme>|comment" (text), and of
    the step itself "<step>|form" ("short" or "long") and "<step>|withheld" (bool).

    >>> from kompetanse.widgets.saving import Saved
    >>> widget = AssessmentWidget(
    ...     step="evne",
    ...     scope="fauske/3f2a",
    ...     answers={"utproving-1|as-is": 2},
    ...     on_drafts=lambda drafts: Saved(time="14.03"),
    ...     content={
    ...         "heading": 3,
    ...         "introduction": ["Svar for den delen av kommunen du kjenner."],
    ...         "total": 16,
    ...         "scale": {"names": {"1": "Ikke i gang", "2": "I gang", "3": "Avtalt"}},
    ...         "notes": {"as-is": "5 er ikke målet for alle.", "to-be": "Velg det som er godt nok for dere."},
    ...         "special": {
    ...             "dont_know": "Vet ikke",
    ...             "not_relevant": "Ikke relevant for oss",
    ...             "reasons": [{"id": "for-tidlig", "text": "For tidlig å si"}],
    ...         },
    ...         "minutes": {"short": 15, "long": 25},
    ...         "seconds": {"as-is": 14, "to-be": 8, "importance": 60},
    ...         "themes": [
    ...             {
    ...                 "id": "utproving",
    ...                 "number": 4,
    ...                 "title": "Utprøving",
    ...                 "lead": "Prøver vi i det små?",
    ...                 "items": [
    ...                     {
    ...                         "id": "utproving-1",
    ...                         "short": True,
    ...                         "text": "Vi prøver ut nye løsninger i liten skala før vi bestemmer oss.",
    ...                         "help": "Avtalt kan også bety muntlig avtalt.",
    ...                         "levels": {"1": "Nei", "2": "Noen gjør det", "3": "Alle gjør det"},
    ...                         "examples": {"1": "Vi kjøper først og prøver etterpå."},
    ...                     }
    ...                 ],
    ...             }
    ...         ],
    ...         "importance": {"most": 5, "themes": [{"id": "utproving", "title": "Utprøving", "part": "Evne"}]},
    ...         "withhold": True,
    ...     },
    ... )
    >>> widget.answers["utproving-1|as-is"]
    2
    """

    _esm = script("choosing", "assessment_plan", "assessment")
    _css = style("assessment")

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words of the mapping."""
        return (
            super().words_in(language)
            | choosing_words(language)
            | {
                "theme": translate("Tema {number} av {total}", language),
                "minutes-left": translate("ca. {minutes} min igjen", language),
                "nothing-left": translate("du har svart på alt", language),
                "all-themes": translate("Alle temaer", language),
                "how-to-answer": translate("Slik svarer du", language),
                "long-form": translate("Svar på alle spørsmålene (ca. {minutes} min)", language),
                "short-form": translate(
                    "Ellers svarer du på ett spørsmål for hvert tema (ca. {minutes} min).", language
                ),
                "resumed": translate("Du fortsetter der du slapp.", language),
                "next": translate("Neste tema", language),
                "previous": translate("Forrige", language),
                "to-importance": translate("Velg det viktigste", language),
                "finish": translate("Ferdig med denne delen", language),
                "done": translate("svart på", language),
                "as-is": translate("Slik er det hos oss i dag", language),
                "to-be": translate("Godt nok for oss om to år", language),
                "why-not-relevant": translate("Hvorfor er det ikke relevant?", language),
                "show-example": translate("Vis et eksempel", language),
                "elaborate": translate("Vil du si mer?", language),
                "your-comment": translate("Kommentaren din", language),
                "only-you": translate("Bare du ser dette", language),
                "group-sees": translate("Gruppa ser dette uten navn når svarene vises", language),
                "share": translate("Del med gruppa, uten navn", language),
                "importance": translate("Velg inntil {most} temaer som betyr mest nå", language),
                "importance-help": translate("Tenk på alle delene. Du trenger ikke velge så mange.", language),
                "too-many": translate("Du kan velge inntil {most}. Ta bort ett for å velge et annet.", language),
                "at-importance": translate("Det viktigste nå", language),
                "at-end": translate("Til slutt", language),
                "thanks": translate("Takk for svarene", language),
                "all-answered": translate(
                    "Du har svart på alt i denne delen. Du kan endre svarene til gruppa viser dem.", language
                ),
                "remaining": translate("Dette gjenstår. Du kan svare nå eller senere, eller la det stå.", language),
                "answers-missing": translate("({count} uten svar)", language),
                "nameless": translate("Svarene vises uten navn. I en liten gruppe kan noen likevel gjette.", language),
                "withhold": translate("Hold mine svar utenfor", language),
                "withhold-help": translate(
                    "Da er svarene dine ikke med når gruppa ser bildet. De andre får ikke beskjed, men i en liten "
                    "gruppe kan de merke at det mangler en prikk.",
                    language,
                ),
            }
        )
