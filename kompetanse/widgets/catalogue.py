"""All components, and where a page finds their code when its server gives it out."""

from __future__ import annotations

import hashlib
from functools import cache
from types import MappingProxyType

from kompetanse.widgets.actions import ActionsWidget
from kompetanse.widgets.agreement import AgreementWidget
from kompetanse.widgets.assessment import AssessmentWidget
from kompetanse.widgets.command import CommandWidget
from kompetanse.widgets.component import Component, name_code
from kompetanse.widgets.exchange import ExchangeWidget
from kompetanse.widgets.feedback import FeedbackWidget
from kompetanse.widgets.live_blocks import LiveBlocks
from kompetanse.widgets.moments import MomentsWidget
from kompetanse.widgets.practice import PracticeWidget
from kompetanse.widgets.priorities import PrioritiesWidget
from kompetanse.widgets.prompts import PromptsWidget
from kompetanse.widgets.review import ReviewWidget
from kompetanse.widgets.second_round import SecondRoundWidget
from kompetanse.widgets.words import WordsWidget

COMPONENTS: tuple[type[Component], ...] = (
    ActionsWidget,
    AgreementWidget,
    AssessmentWidget,
    CommandWidget,
    ExchangeWidget,
    FeedbackWidget,
    LiveBlocks,
    MomentsWidget,
    PracticeWidget,
    PrioritiesWidget,
    PromptsWidget,
    ReviewWidget,
    SecondRoundWidget,
    WordsWidget,
)

#: What is below this address is named by what is in it.
COMPONENT_CODE = "/statisk/komponent/"


@cache
def code_addresses() -> MappingProxyType[str, str]:
    """The address of each component's script and style, by its text."""
    found = {}
    for component in COMPONENTS:
        name = component.__module__.rpartition(".")[2]
        for text, kind in ((component._esm, "js"), (component._css, "css")):
            found[text] = f"{COMPONENT_CODE}{name}-{_fingerprint(text)}.{kind}"
    return MappingProxyType(found)


@cache
def code_version() -> str:
    """What changes whenever any component's code does."""
    return _fingerprint(" ".join(code_addresses().values()))


def name_code_of(version: str | None) -> None:
    """Components name the addresses of their code if the server gives out this very version; else they bring it."""
    name_code(code_addresses() if version and version == code_version() else {})


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
