"""What some people give by themselves, known again wherever it turns up: on their own line, and on nobody else's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument
from tests.server.running import Visitor
from tests.server.test_polls import phones, press, start

from .conftest import Served
from .wire import Wire, own_answers

MODULE, THEME, OTHER = "modul-1", "omverdensblikk", "utproving"
#: Two of the four answer the assessment, and share their comments: then all places of the demo's group are taken.
ANSWERING = (1, 2)
KINDS = ("ord", "notat", "kommentar")

#: Step, subject, aspect and value.
Said = tuple[str, str, str, Any]


@dataclass(frozen=True)
class Given:
    """What each of the members of a group has given, with texts and numbers that nobody else has."""

    served: Served
    persons: tuple[str, ...]

    @classmethod
    def by(cls, served: Served, wires: Sequence[Wire]) -> Given:
        """Lets each of the people at these lines give something, as their own pages would."""
        persons = tuple(next(iter(each.participants)) for each in wires)
        assert len(set(persons)) == len(persons)
        programme = load_programme()
        instrument = programme.instrument_of_module(programme.modules[0])
        assert instrument is not None
        with Store.open(served.home) as store:
            for place, person in enumerate(persons):
                session = Session("leader", programme.id, "fauske", person, "nb", None)
                AnswerLog(session, store, programme).append(
                    Draft(f"wire-{place}-{number:04d}", MODULE, *said)
                    for number, said in enumerate(cls._said(place, instrument))
                )
        return cls(served, persons)

    @classmethod
    def _said(cls, place: int, instrument: Instrument) -> Iterator[Said]:
        word, note, comment = (cls.text(place, kind) for kind in KINDS)
        yield "lederegenskaper", "", "answer", [word]
        yield "lederegenskaper", "sist-brukt", "note", note
        yield "evne", THEME, "comment", comment
        yield "prioriteringer", "", "points", {THEME: 91 - place, OTHER: 9 + place}
        if place not in ANSWERING:
            return
        yield "evne", THEME, "comment-shared", True
        for number, facet in enumerate(instrument.facets):
            level = 1 + (place + number) % 4
            yield str(facet.axis), instrument.short_items(facet)[0].id, "as-is", level
            yield str(facet.axis), facet.id, "to-be", level + 1

    @staticmethod
    def text(place: int, kind: str) -> str:
        """A text of one of them, of a kind; no other text has it."""
        return f"{kind}{place}kornblomst"

    def check(self, wires: Sequence[Wire], codes: Sequence[str], *, shown: bool) -> None:
        """Fails where a line has anything of another person's, or anything that says who they are.

        wires: of the members in their order, then of devices that are nobody's. codes: the members' personal codes.
        shown: whether comments that are shared may be there, as they are once the group sees its answers.
        """
        with Store.open(self.served.home) as store:
            own = {person: own_answers(store, person) for person in self.persons}
        for number, wire in enumerate(wires):
            person = self.persons[number] if number < len(self.persons) else ""
            assert wire.participants <= {person}, number
            assert wire.answers <= own.get(person, set()), number
            assert shown or not wire.figures, number
            assert not [code for place, code in enumerate(codes) if place != number and wire.has(code)], number
            for place in range(len(self.persons)):
                for kind in KINDS:
                    is_shared = bool(person) and shown and kind == "kommentar" and place in ANSWERING
                    if place != number and not is_shared:
                        assert not wire.has(self.text(place, kind)), (number, place, kind)


def hidden_polls(served: Served, room_code: str) -> None:
    """Phones answer two polls: nobody else is sent an answer before it is shown, nor whose it is."""
    leading, screen = (Visitor(served).sign_in(code) for code in (served.code("facilitator"), room_code))
    grid = {"n-1": "5", "i-1": "2", "n-2": "", "i-2": ""}
    for form, values, mark in (
        ("open", [{"svar": f"telefon{place}kornblomst"} for place in range(3)], "kornblomst"),
        ("grid", [grid] * 3, "5,0 / 2,0"),
    ):
        code = start(leading, form)
        answering = phones(served, code, len(values))
        for phone, sent in zip(answering, values, strict=True):
            assert phone.send(sent).status == 303
        tokens = {str(each.value) for phone in answering for each in phone.visitor.cookies if each.name != "_xsrf"}
        assert tokens
        for is_shown in (False, True):
            if is_shown:
                press(leading, code, "vis")
            addresses = (f"/p/{code}/resultat", f"/p/{code}/resultat/nytt?siden=", f"/avstemning/{code}")
            told = [who.get(address).text for who in (leading, screen) for address in addresses]
            if form == "open":
                # Whoever leads looks texts through before anybody else sees them.
                assert mark in told.pop(2)
            # What somebody has answered is filled in again for them, and for nobody else.
            told += [Visitor(served).get(f"/p/{code}").text, screen.get("/rom").text, leading.get("/").text]
            assert any(mark in text for text in told) == is_shown, form
            assert not any(token in text for text in told for token in tokens)
