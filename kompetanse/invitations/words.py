"""What an invitation says on paper: to whom it is, what it is for, and what to do, in the group's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kompetanse.answers.session import Role
from kompetanse.language import Language, translate


@dataclass(frozen=True)
class Words:
    """The words of one sheet. `notice` is what must not be missed; empty where there is nothing."""

    heading: str
    purpose: str
    steps: tuple[str, ...]
    notice: str = ""


def words_for(role: Role, place: str, programme: str, language: Language) -> Words:
    """The words for whoever is invited in this role."""
    return _WORDS[role](place, programme, language)


def _leader(place: str, programme: str, language: Language) -> Words:
    return Words(
        heading=translate("Til deg i ledergruppa", language),
        purpose=translate(
            "{place} er med i {programme}. Her sier du hvordan du ser det i dag, og hvor dere bør være om to år. "
            "Det tar omtrent 25 minutter, og du kan dele det opp.",
            language,
            place=place,
            programme=programme,
        ),
        steps=(
            _scan(language),
            translate("Trykk «Logg inn». Alle i ledergruppa bruker den samme koden, én gang hver.", language),
            _keep(language),
        ),
        notice=translate("Svarene vises uten navn. I en liten gruppe kan noen likevel gjette.", language),
    )


def _contact(place: str, programme: str, language: Language) -> Words:
    return Words(
        heading=translate("Til deg som er gruppekontakt", language),
        purpose=translate(
            "{place} er med i {programme}. Du sier hvor mange dere er, velger dato, inviterer lederne og viser gruppas "
            "svar når alle er samlet. Du ser hvor mange som har svart, ikke hva noen har svart.",
            language,
            place=place,
            programme=programme,
        ),
        steps=(_scan(language), translate("Trykk «Logg inn». Koden virker én gang.", language), _keep(language)),
        notice=translate("Denne koden er bare til deg. Koden til lederne er en annen.", language),
    )


def _room(place: str, programme: str, language: Language) -> Words:
    return Words(
        heading=translate("Til skjermen i rommet", language),
        purpose=translate(
            "{place} er med i {programme}. Med denne koden viser en skjerm det gruppa ser på sammen i samlingen. "
            "Den kan ikke svare, og den endrer ingenting.",
            language,
            place=place,
            programme=programme,
        ),
        steps=(
            translate("Åpne adressen på maskinen som er koblet til skjermen.", language),
            translate("Skriv koden, og trykk «Logg inn».", language),
        ),
    )


def _facilitator(place: str, programme: str, language: Language) -> Words:
    return Words(
        heading=translate("Til deg som er prosessleder", language),
        purpose=translate(
            "Du leder {programme}. Du inviterer gruppene. Du ser hvor mange som har svart, og rapporter som er "
            "godkjent, men aldri hva noen har svart.",
            language,
            programme=programme,
        ),
        steps=_own(language),
        notice=_own_notice(language),
    )


def _analyst(place: str, programme: str, language: Language) -> Words:
    return Words(
        heading=translate("Til deg som er analytiker", language),
        purpose=translate("Du arbeider med tallene fra {programme}.", language, programme=programme),
        steps=_own(language),
        notice=_own_notice(language),
    )


def _scan(language: Language) -> str:
    return translate("Pek telefonens kamera mot ruta, eller åpne adressen og skriv koden.", language)


def _keep(language: Language) -> str:
    return translate(
        "Ta vare på den personlige koden du får. "
        "Med den fortsetter du der du slapp, også på en annen telefon eller PC.",
        language,
    )


def _own(language: Language) -> tuple[str, ...]:
    return (
        _scan(language),
        translate("Trykk «Logg inn». Koden er din egen, og virker på alle enhetene dine.", language),
    )


def _own_notice(language: Language) -> str:
    return translate("Denne koden er bare til deg. Ikke gi den til noen.", language)


_WORDS: dict[Role, Callable[[str, str, Language], Words]] = {
    "leader": _leader,
    "contact": _contact,
    "room": _room,
    "facilitator": _facilitator,
    "analyst": _analyst,
}
