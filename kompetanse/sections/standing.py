"""What somebody is told who takes part in another way than most: late, or in a leader's place."""

from __future__ import annotations

from kompetanse.answers.counting import Standing
from kompetanse.language import Language, translate


def standing_words(standing: Standing, language: Language) -> str:
    """One or two plain sentences; empty for everyone else."""
    if standing.late:
        return translate(
            "Gruppa har sett svarene sine. Det du svarer nå, blir tatt vare på og vises for deg, men endrer ikke det "
            "gruppa så.",
            language,
        )
    if standing.deputy:
        return translate(
            "Du er vikar: Du svarer bare på hvordan det er i dag, på omtrent 6 minutter. Svarer lederen selv, er det "
            "lederens svar som teller.",
            language,
        )
    return ""
