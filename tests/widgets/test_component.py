"""A browser is told things; what it writes by itself changes nothing."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kompetanse.widgets
from kompetanse.language import LANGUAGES
from kompetanse.widgets.catalogue import COMPONENTS as CATALOGUE
from kompetanse.widgets.catalogue import code_addresses, code_version, name_code_of
from kompetanse.widgets.command import CommandWidget
from kompetanse.widgets.component import Component
from kompetanse.widgets.prompts import PromptsWidget
from kompetanse.widgets.saving import SavingWidget

MARKUP = ("innerHTML", "outerHTML", "insertAdjacentHTML")
FOLDER = Path(kompetanse.widgets.__file__).parent


def _components() -> Iterator[type[Component]]:
    for module in pkgutil.iter_modules(kompetanse.widgets.__path__):
        for value in vars(importlib.import_module(f"kompetanse.widgets.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Component) and value not in {Component, SavingWidget}:
                yield value


COMPONENTS = sorted(set(_components()), key=lambda component: component.__name__)


def test_every_component_is_found() -> None:
    names = [component.__name__ for component in COMPONENTS]
    assert names == [
        "ActionsWidget",
        "AgreementWidget",
        "AssessmentWidget",
        "CommandWidget",
        "ExchangeWidget",
        "FeedbackWidget",
        "LiveBlocks",
        "MomentsWidget",
        "PlenumWidget",
        "PracticeWidget",
        "PrioritiesWidget",
        "PromptsWidget",
        "ReviewWidget",
        "SecondRoundWidget",
        "WordsWidget",
    ]


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_word_the_browser_asks_for_is_there(component: type[Component]) -> None:
    own = FOLDER / f"{component.__module__.rsplit('.', 1)[-1]}.js"
    source = component._esm if issubclass(component, SavingWidget) else own.read_text("utf-8")
    asked = set(re.findall(r"\bwords(?:\.(\w+)|\[\"([\w-]+)\"\])", source))
    missing = {dotted or quoted for dotted, quoted in asked} - set(component.words_in("nb"))
    assert not missing


@pytest.mark.parametrize("component", COMPONENTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_there_in_every_language(component: type[Component], language) -> None:
    words = component.words_in(language)
    assert words["language"] == language
    assert all(words.values())


@pytest.mark.parametrize("script", sorted(FOLDER.glob("*.js")), ids=lambda path: path.name)
def test_no_script_writes_markup_or_asks_another_address(script: Path) -> None:
    # What an element of a picture is called is a name and no address.
    source = script.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    # Live blocks show finished HTML from figures.blocks, which escapes what people wrote; nothing else may.
    markup = () if script.name == "live_blocks.js" else MARKUP
    for forbidden in (*markup, "document.write", "eval(", "http://", "https://"):
        assert forbidden not in source


@pytest.mark.parametrize("stylesheet", sorted(FOLDER.glob("*.css")), ids=lambda path: path.name)
def test_no_style_asks_another_address(stylesheet: Path) -> None:
    source = stylesheet.read_text("utf-8")
    assert "url(" not in source
    assert "@import" not in source


def test_what_a_browser_writes_is_undone(line) -> None:
    component = PromptsWidget(
        content={"prompts": []}, answers={"a|answer": "mitt"}, scope="fauske/1", step="hvorfor", locked=True
    )
    truth = component.get_state()
    line.writes(
        component,
        answers={"a|answer": "ditt"},
        content={"prompts": [{"id": "x", "text": "x"}]},
        words={},
        locked=False,
        scope="bodo/1",
        step="tiltak",
        _esm="export default {}",
    )
    assert component.get_state() == truth
    assert line.messages[-1]["method"] == "update"
    assert line.messages[-1]["state"]["answers"] == {"a|answer": "mitt"}
    assert line.messages[-1]["state"]["locked"] is True


def test_what_is_no_trait_is_passed_over(line) -> None:
    component = CommandWidget(content={"name": "reveal", "label": "Vis gruppas svar"})
    line.writes(component, on_command="noe", _on_command="noe")
    assert line.messages == []


@pytest.fixture
def _code_is_brought() -> Iterator[None]:
    yield
    name_code_of(None)


@pytest.mark.usefixtures("_code_is_brought")
@pytest.mark.parametrize("component", CATALOGUE, ids=lambda component: component.__name__)
def test_code_is_named_where_the_server_gives_out_this_very_version(component: type[Component]) -> None:
    text = component._esm, component._css
    for version, is_named in ((code_version(), True), ("another", False), (None, False), (code_version(), True)):
        name_code_of(version)
        made = component.__new__(component)
        Component.__init__(made, content={})
        assert (made._esm, made._css) == (tuple(map(code_addresses().get, text)) if is_named else text)
        state = made.get_state()
        assert (state["_esm"], state["_css"], state["layout"]) == (made._esm, made._css, None)
        made.close()
