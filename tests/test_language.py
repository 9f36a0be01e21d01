"""Interface words: every one in three languages, and none that a participant should not meet."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from kompetanse.language import LANGUAGES, Language, catalogue

PACKAGE = Path(__file__).parents[1] / "kompetanse"
IN_TEMPLATE = re.compile(r"""\btranslate\(\s*(?P<quote>["'])(?P<words>.*?)(?P=quote)\s*[,)]""", re.DOTALL)

#: Never on screen; a word may go on after the stem (anonymt, akser).
NEVER: dict[Language, str] = {
    "nb": r"anonym|respondent|score|gap\b|instrument|fasett|akse(r|n|ne)?\b|konsensus|fasilitator",
    "nn": r"anonym|respondent|score|gap\b|instrument|fasett|akse(r|n|ne)?\b|konsensus|fasilitator",
    "en": r"anonym|respondent|score|gap\b|instrument|facet|consensus",
}


def words_in_python() -> Iterator[tuple[str, ast.expr]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "translate":
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node.args[0]


def words() -> dict[str, str]:
    """All interface words in bokmål, with the place they stand in."""
    found = {node.value: place for place, node in words_in_python() if isinstance(node, ast.Constant)}
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".j2", ".html"}):
        for match in IN_TEMPLATE.finditer(path.read_text("utf-8")):
            found[match["words"]] = str(path.relative_to(PACKAGE))
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def unspeakable(text: str, language: Language) -> list[str]:
    shown = re.sub(r"\{\w+\}", "", text)
    return [match.group() for match in re.finditer(rf"\b({NEVER[language]})", shown, re.IGNORECASE)]


def test_words_are_written_out_where_they_are_translated() -> None:
    computed = [place for place, node in words_in_python() if not isinstance(node, ast.Constant)]
    assert not computed, "only words that stand in the source can be collected for translation"


@pytest.mark.parametrize("language", ["nn", "en"])
def test_catalogue_has_every_word(language: Language) -> None:
    missing = {text: place for text, place in words().items() if text not in catalogue(language)}
    assert not missing


@pytest.mark.parametrize("language", ["nn", "en"])
def test_catalogue_has_no_leftovers(language: Language) -> None:
    leftovers = sorted(catalogue(language).keys() - words().keys())
    assert not leftovers


@pytest.mark.parametrize("language", ["nn", "en"])
def test_translation_has_the_same_placeholders(language: Language) -> None:
    differing = [text for text, found in catalogue(language).items() if placeholders(text) != placeholders(found)]
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_never_on_screen_are_not_there(language: Language) -> None:
    texts = words() if language == "nb" else catalogue(language).values()
    assert not {text: found for text in texts if (found := unspeakable(text, language))}
