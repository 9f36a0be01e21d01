"""The municipalities by number."""

from __future__ import annotations

import re

import pytest

from kompetanse.errors import InputError
from kompetanse.programme.municipality import counties, municipalities, municipality


def test_there_are_357_and_41_of_them_in_nordland() -> None:
    everyone = municipalities()
    assert len(everyone) == 357
    assert sum(one.county_number == "18" for one in everyone.values()) == 41
    assert len(counties()) == 15


def test_number_is_a_string_of_four_digits() -> None:
    assert all(re.fullmatch(r"\d{4}", number) for number in municipalities())
    assert municipality("0301").name == "Oslo - Oslove"


def test_fauske_is_known_with_its_sami_name() -> None:
    fauske = municipality("1841")
    assert (fauske.name, fauske.name_norwegian, fauske.county) == ("Fauske - Fuossko", "Fauske", "Nordland")
    assert fauske.population > 9_000


@pytest.mark.parametrize(
    ("number", "slug"),
    [
        ("1841", "fauske"),
        ("1804", "bodo"),
        ("5605", "sor-varanger"),
        ("1835", "traena"),
        ("1875", "hamaroy"),
        ("3446", "gran"),
    ],
)
def test_slug_is_the_norwegian_name_in_ascii(number: str, slug: str) -> None:
    assert municipality(number).slug == slug


def test_every_slug_can_be_part_of_a_file_name() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one.slug) for one in municipalities().values())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (1841, "pass the number as a string: papermill -r municipality 1841"),
        (301, "pass the number as a string: papermill -r municipality 0301"),
        ("301", "There is no municipality '301'; its leading zero is lost: write '0301' (Oslo)."),
        ("Fauske", "There is no municipality 'Fauske'; write the number: '1841' (Fauske, Nordland)."),
        ("Herøy", "write the number: '1515' (Herøy, Møre og Romsdal) or '1818' (Herøy, Nordland)."),
        ("9999", "use one of the four-digit numbers of 2024 and later, such as '1841' for Fauske."),
        (None, "None is no municipality; pass its number as a string"),
        (True, "True is no municipality; pass its number as a string"),
    ],
)
def test_what_is_no_number_of_a_municipality_gets_one_sentence(wrong: object, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        municipality(wrong)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
