"""Invitations as pages to print: a sheet for each, slips many to a page; plain texts, whatever sets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kompetanse.invitations.invitation import Invitation, link_of
from kompetanse.invitations.qr_code import qr_code
from kompetanse.invitations.words import words_for
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup, Programme
from kompetanse.programme.municipality import place_title
from kompetanse.reports.jobs import report_language


@dataclass(frozen=True)
class Ticket:
    """What lets somebody in: the code, the link with it, the same as a picture, and until when it holds."""

    code: str
    link: str
    qr: str
    qr_words: str
    until: str


@dataclass(frozen=True)
class Sheet:
    """One page for one invitation."""

    language: Language
    programme: str
    place: str
    heading: str
    purpose: str
    steps: tuple[str, ...]
    notice: str
    address_label: str
    address: str
    code_label: str
    ticket: Ticket
    questions: str
    ask: str
    made_up: str


@dataclass(frozen=True)
class Slips:
    """Slips of one group, to be cut out: each has a code of its own."""

    language: Language
    programme: str
    place: str
    heading: str
    advice: str
    on_each: str
    address: str
    tickets: tuple[Ticket, ...]
    ask: str
    made_up: str


Page = Sheet | Slips


def pages(invitations: Sequence[Invitation], programme: Programme, *, address: str) -> list[Page]:
    """The pages of these invitations in their order; slips that follow each other stand together."""
    return list(_pages(invitations, programme, address))


def _pages(invitations: Sequence[Invitation], programme: Programme, address: str) -> Iterator[Page]:
    for (group, slip), several in groupby(invitations, lambda each: (each.group, each.slip)):
        if slip and group:
            yield _slips(list(several), group, programme, address)
        else:
            yield from (_sheet(each, programme, address) for each in several)


def language_of(group: LeadershipGroup | None, programme: Programme) -> Language:
    """The language that a group is written to in."""
    return report_language(group, programme) if group else programme.languages[0]


def place_of(group: LeadershipGroup | None, programme: Programme) -> str:
    """Whom an invitation is to: the group's place, else the whole region."""
    return place_title(group.municipalities, otherwise=group.name) if group else programme.region


def _sheet(invitation: Invitation, programme: Programme, address: str) -> Sheet:
    group = invitation.group
    language, place = language_of(group, programme), place_of(group, programme)
    title = programme.title.to(language)
    words = words_for(invitation.role, place, title, language)
    return Sheet(
        language=language,
        programme=title,
        place=place,
        heading=words.heading,
        purpose=words.purpose,
        steps=words.steps,
        notice=words.notice,
        address_label=translate("Adresse", language),
        address=f"{address}/inn",
        code_label=translate("Kode", language),
        ticket=_ticket(invitation, address, language),
        questions=translate("Spørsmål?", language),
        ask=_ask(programme, language, of_contact=invitation.role in {"leader", "room"}),
        made_up=_made_up(group, language),
    )


def _slips(invitations: list[Invitation], group: LeadershipGroup, programme: Programme, address: str) -> Slips:
    language = language_of(group, programme)
    return Slips(
        language=language,
        programme=programme.title.to(language),
        place=place_of(group, programme),
        heading=translate("Personlige koder på lapper", language),
        advice=translate(
            "Klipp ut lappene, og la hver leder trekke én. Hver lapp blir én deltaker. "
            "Ikke skriv ned hvem som får hvilken.",
            language,
        ),
        on_each=translate("Bruk koden én gang. Da får du en som bare du har.", language),
        address=f"{address}/inn",
        tickets=tuple(_ticket(each, address, language) for each in invitations),
        ask=f"{translate('Spørsmål?', language)} {programme.help.name}, {_phone(programme)}",
        made_up=_made_up(group, language),
    )


def _ticket(invitation: Invitation, address: str, language: Language) -> Ticket:
    link = link_of(invitation, address)
    return Ticket(
        code=invitation.code,
        link=link,
        qr=qr_code(link),
        qr_words=translate("QR-kode som åpner {link}", language, link=link),
        until=translate("Koden gjelder til og med {day}.", language, day=day(invitation.last_day, language)),
    )


def _ask(programme: Programme, language: Language, *, of_contact: bool) -> str:
    who = f"{programme.help.name}, {_phone(programme)}, {programme.help.email}"
    if of_contact:
        return translate("Spør gruppekontakten i kommunen din, eller {who}.", language, who=who)
    return translate("Spør {who}.", language, who=who)


def _phone(programme: Programme) -> str:
    """The number as one word, so that no line ends in it."""
    return programme.help.phone.replace(" ", "\N{NO-BREAK SPACE}")


def _made_up(group: LeadershipGroup | None, language: Language) -> str:
    if group is not None and group.practice is not None:
        return translate("Øving – oppdiktede svar", language)
    made_up = group is not None and group.made_up
    return translate("Øvingsdata: svarene er laget for demonstrasjon", language) if made_up else ""
