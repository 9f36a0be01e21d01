"""Texts for everyone, files for every page, and who may open what."""

from __future__ import annotations

import gzip
import re
from typing import get_args

import pytest

from kompetanse.answers.session import Role, Session
from kompetanse.language import LANGUAGES, Language
from kompetanse.programme.content import load_programme
from kompetanse.server.access import WORKBOOKS, may_open, may_read_report
from kompetanse.server.assets import EXTENSIONS, OURS, VOILA, Assets
from kompetanse.server.information import TEXTS, information_text
from kompetanse.server.page import error_words, templates
from tests.server.running import Visitor

NEVER = re.compile(r"\b(anonym|respondent|score|gap\b|instrument|fasett|konsensus|fasilitator)", re.IGNORECASE)


def session(role: Role, group: str | None = None) -> Session:
    return Session(role, "p", group, "p-x" if group else None, "nb", None)


def shape(text: str) -> list[str]:
    """What a text is built of: the marks that its lines begin with, and what is filled in."""
    marks = [match[1] for line in text.splitlines() if (match := re.match(r"(#+|- |\|)", line))]
    return [*marks, *sorted(re.findall(r"\{\{\w+\}\}", text))]


@pytest.mark.parametrize("name", ["personvern", "tilgjengelighet"])
def test_text_is_the_same_in_all_languages(name: str) -> None:
    shapes = {language: shape((TEXTS / f"{name}.{language}.md").read_text("utf-8")) for language in LANGUAGES}
    assert shapes["nn"] == shapes["nb"]
    assert shapes["en"] == shapes["nb"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["personvern", "tilgjengelighet"])
def test_text_is_filled_in_and_has_only_good_words(name: str, language: Language) -> None:
    programme = load_programme()
    text = information_text(name, language, programme)
    assert programme.help.phone in text
    assert "{{" not in text
    assert not NEVER.search(text)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 503])
def test_error_is_said_in_words_with_what_to_do(status: int) -> None:
    title, advice = error_words(status, "nb")
    assert title
    assert advice.endswith(".")
    assert str(status) not in title + advice


@pytest.mark.parametrize("address", ["/inn", "/personvern", "/tilgjengelighet", "/nothing", "/ut"])
def test_every_page_links_to_the_accessibility_statement(nobody: Visitor, address: str) -> None:
    text = nobody.get(address).text
    assert '<a href="/tilgjengelighet">' in text
    assert '<html lang="nb">' in text
    assert text.count("<h1") == 1
    assert text.count("<main") == 1


def test_every_page_names_whom_to_call(nobody: Visitor) -> None:
    programme_help = load_programme().help
    text = nobody.get("/inn").text
    assert programme_help.name in text
    assert programme_help.phone in text


def test_made_up_answers_are_marked_on_every_page_of_a_group(leader: Visitor, contact: Visitor) -> None:
    for visitor, address in (
        (leader, "/"),
        (leader, "/min-kode"),
        (leader, "/nothing"),
        (contact, "/"),
        (contact, "/godkjenn"),
    ):
        assert 'class="made-up"' in visitor.get(address).text


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    environment = templates()
    for name in environment.list_templates():
        source = environment.loader.get_source(environment, name)[0] if environment.loader else ""
        inline = re.findall(r"<script(?![^>]*(?:src=|type=\"application/))|<style|\sstyle=|\son[a-z]+=", source)
        assert not inline, name


def test_assets_are_packed_and_kept(nobody: Visitor) -> None:
    page = nobody.get("/inn").text
    for address in re.findall(r'(?:href|src)="(/statisk/[^"]+)"', page):
        answer = nobody.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        if address.split("?")[0].endswith(".css"):
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.content) == nobody.get(address).content
        again = nobody.get(address, headers={"If-None-Match": answer.headers["Etag"]})
        assert (again.status, again.content) == (304, b"")


def test_front_end_is_complete_and_nothing_else_is_given_out() -> None:
    addresses = list(Assets.collected())
    assert f"{VOILA}voila.js" in addresses
    assert f"{OURS}fonts/Inter.woff2" in addresses
    for extension in EXTENSIONS:
        assert any(f"/{extension}/static/remoteEntry" in address for address in addresses)
    assert not [address for address in addresses if ".." in address or address.endswith((".py", ".ipynb", ".html"))]


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("workbook", [*WORKBOOKS, "analyse", "../forarbeid"])
def test_workbooks_open_by_the_table_alone(role: Role, workbook: str) -> None:
    allowed = role in {"leader", "contact"} and workbook in {"forarbeid", "samling", "etterarbeid"}
    assert may_open(session(role, "fauske"), workbook) == allowed
    assert may_open(session(role), workbook) == (role == "facilitator" and workbook == "fasilitator")
    assert not may_open(None, workbook)


@pytest.mark.parametrize("role", get_args(Role))
def test_report_is_its_groups_own_until_it_is_approved(role: Role) -> None:
    of_group = role in {"leader", "contact"}
    for approved in (False, True):
        assert may_read_report(session(role, "g"), group="g", edition="group", approved=approved) == of_group
        assert not may_read_report(session(role, "h"), group="g", edition="group", approved=approved)
        shared = of_group or (role == "facilitator" and approved)
        assert may_read_report(session(role, "g"), group="g", edition="shared", approved=approved) == shared
        assert not may_read_report(None, group="g", edition="shared", approved=approved)
