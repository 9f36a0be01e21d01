"""Sheets, slips and tables: what is printed leads in, in the group's language, and whatever people wrote stays text."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pdfua
import pikepdf
import pytest
import zxingcpp

from kompetanse.answers.session import Role
from kompetanse.errors import InputError
from kompetanse.invitations.files import Printing
from kompetanse.invitations.invitation import Invitation, plain_address, usual_last_day
from kompetanse.language import LANGUAGES, Language, day
from kompetanse.programme.models import LeadershipGroup, Programme

ADDRESS = "https://kompetanse.example.no"
LAST = date(2027, 2, 15)
FAUSKE = LeadershipGroup(id="fauske", name="Fauske", municipalities=("1841",))
SOGNDAL = LeadershipGroup(id="sogndal", name="Sogndal", municipalities=("4640",))
HOSTILE = LeadershipGroup(id="x", name='=HYPERLINK("http://x")<img src=x>#read("/etc/passwd")', municipalities=())
ROLES: tuple[Role, ...] = ("contact", "leader", "room", "facilitator", "analyst")


def invitation(
    role: Role = "leader", group: LeadershipGroup | None = FAUSKE, code: str = "K7RT-9WXM-Q2VP"
) -> Invitation:
    return Invitation(role, None if role in {"facilitator", "analyst"} else group, code, LAST)


def slips(count: int, group: LeadershipGroup = FAUSKE) -> list[Invitation]:
    return [
        Invitation("leader", group, f"K7RT-9WXM-{number:04}", LAST, slip=True) for number in range(2222, 2222 + count)
    ]


@pytest.fixture(scope="session")
def printing(programme: Programme) -> Printing:
    return Printing(programme, ADDRESS, date(2026, 11, 26))


def words(made: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u200b", "").split())


def scanned(made: bytes) -> list[str]:
    """What a camera reads from the printed pages."""
    done = subprocess.run(["pdftoppm", "-r", "100", "-gray", "-"], input=made, capture_output=True, check=True)
    return [found.text for page in _pages(done.stdout) for found in zxingcpp.read_barcodes(page)]


def _pages(pictures: bytes) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    while pictures:
        head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", pictures)
        assert head
        width, height = int(head[1]), int(head[2])
        end = head.end() + width * height
        yield np.frombuffer(pictures[head.end() : end], dtype=np.uint8).reshape(height, width)
        pictures = pictures[end:]


def test_printed_sheets_lead_a_camera_to_the_sign_in_page(printing: Printing) -> None:
    codes = ["WWWW-MMMM-QQQQ", "K7RT-9WXM-Q2VP"]
    made = printing.made([invitation(code=code) for code in codes], "pdf")
    assert scanned(made) == [f"{ADDRESS}/inn/{code}" for code in codes]


def test_every_slip_leads_to_its_own_code(printing: Printing) -> None:
    twelve = slips(12)
    made = printing.made(twelve, "pdf")
    assert sorted(scanned(made)) == [f"{ADDRESS}/inn/{slip.code}" for slip in twelve]
    said = words(made)
    assert all(slip.code in said for slip in twelve)


@pytest.mark.parametrize("role", ROLES)
def test_sheet_says_what_it_is_for_and_until_when_and_whom_to_ask(
    printing: Printing, programme: Programme, role: Role
) -> None:
    said = words(printing.made([invitation(role)], "pdf"))
    assert "K7RT-9WXM-Q2VP" in said
    assert f"{ADDRESS}/inn" in said
    assert day(LAST, "nb") in said
    assert programme.help.name in said
    assert programme.title.to("nb") in said


@pytest.mark.parametrize(("group", "word"), [(FAUSKE, "ledergruppa"), (SOGNDAL, "leiargruppa")])
def test_sheet_is_in_the_groups_language(printing: Printing, group: LeadershipGroup, word: str) -> None:
    assert f"Til deg i {word}" in words(printing.made([invitation(group=group)], "pdf"))
    assert f"Til deg i {word}" in printing.made([invitation(group=group)], "html").decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_slips_are_for_readers_by_ear_too(programme: Programme, language: Language, tmp_path: Path) -> None:
    only = programme.model_copy(update={"languages": (language,)})
    made = Printing(only, ADDRESS, date(2026, 11, 26)).made([*map(invitation, ROLES), *slips(9)], "pdf")
    path = tmp_path / "sheets.pdf"
    path.write_bytes(made)
    found = [str(each.message) for each in pdfua.validate(path).findings if each.severity > pdfua.Severity.SKIP]
    assert not found
    with pikepdf.open(io.BytesIO(made)) as document:
        assert str(document.Root.Lang).split("-")[0] == language
        assert document.open_metadata()["pdfuaid:part"] == "1"
        pictures = [str(tag.Alt) for tag in document.objects if isinstance(tag, pikepdf.Dictionary) and "/Alt" in tag]
    assert len([words for words in pictures if f"{ADDRESS}/inn/" in words]) == len(ROLES) + 9


@pytest.mark.parametrize("invitations", [[invitation(group=HOSTILE)], slips(2, HOSTILE)], ids=["sheet", "slips"])
def test_what_people_wrote_is_only_text(printing: Printing, invitations: list[Invitation]) -> None:
    said = words(printing.made(invitations, "pdf"))
    assert "root:" not in said
    assert "passwd" in said.replace(" ", "")
    page = printing.made(invitations, "html").decode()
    assert "<img src=x>" not in page
    assert "&lt;img" in page
    assert "<script" not in page


def test_table_is_safe_to_open_in_a_spreadsheet(printing: Printing) -> None:
    oslo = LeadershipGroup(id="oslo", name="Oslo", municipalities=("0301",))
    text = printing.made([invitation(group=HOSTILE), invitation(group=oslo), *slips(1)], "csv").decode()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    assert [row["slip"] for row in rows] == ["no", "no", "yes"]
    assert rows[0]["name"] == f"'{HOSTILE.name}"
    assert rows[1]["municipality"] == "0301 Oslo"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert rows[1]["link"] == f"{ADDRESS}/inn/{rows[1]['code']}"


def test_page_for_screens_has_everything_in_it(printing: Printing) -> None:
    page = printing.made([invitation(), *slips(3)], "html").decode()
    assert page.count("<img ") == 4
    assert len(re.findall(r'alt="QR-kode som åpner [^"]+"', page)) == 4
    assert not re.findall(r'(?:src|href)="(?!data:)(?!https://kompetanse\.example\.no/inn/)[^"]*"', page)


@pytest.mark.parametrize(
    ("today", "role", "last"),
    [
        (date(2026, 10, 1), "leader", date(2027, 2, 15)),
        (date(2027, 2, 10), "leader", date(2027, 5, 11)),
        (date(2026, 10, 1), "facilitator", date(2027, 10, 1)),
    ],
)
def test_code_holds_to_the_end_of_its_module(programme: Programme, today: date, role: Role, last: date) -> None:
    assert usual_last_day(role, programme, today=today) == last


@pytest.mark.parametrize(
    "wrong", ["kompetanse.no", "ftp://x", "https://", "https://x y", "https://a@b", "https://x/?q", "https://æ"]
)
def test_address_that_no_link_can_begin_with_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="write it as https://"):
        plain_address(wrong)
