"""What the test notebooks show: small, made-up, with every case a component must handle."""

from __future__ import annotations

from typing import Any

from ledger import Ledger

from kompetanse.widgets.actions import ActionsWidget
from kompetanse.widgets.agreement import AgreementWidget
from kompetanse.widgets.command import CommandWidget
from kompetanse.widgets.component import Component
from kompetanse.widgets.feedback import FeedbackWidget
from kompetanse.widgets.priorities import PrioritiesWidget
from kompetanse.widgets.prompts import PromptsWidget
from kompetanse.widgets.review import ReviewWidget
from kompetanse.widgets.words import WordsWidget

LEVELS = {"1": "Nei", "2": "Noen få", "3": "Omtrent halvparten", "4": "De fleste", "5": "Alle"}
NAMES = {"1": "Ikke i gang", "2": "I gang", "3": "Avtalt", "4": "Fulgt opp", "5": "Fornyes"}
TITLES = ["Omverdensblikk", "Felles retning", "Lærende kultur"]
HOSTILE = '<img src=x onerror="window.hacked=1"> {time}'


def _theme(number: int, title: str) -> dict[str, Any]:
    items = [
        {
            "id": f"t{number}-{item}",
            "short": item == 1,
            "text": f"Påstand {item} om {title.lower()}.",
            "help": "Et omtrentlig svar er godt nok.",
            "levels": LEVELS,
            "examples": {"1": "Ingen har prøvd.", "3": "To avdelinger har prøvd.", "5": "Alle gjør det."},
        }
        for item in (1, 2)
    ]
    return {"id": f"t{number}", "number": number, "title": title, "lead": f"Hva med {HOSTILE}?", "items": items}


ASSESSMENT: dict[str, Any] = {
    "heading": 2,
    "introduction": ["Svar for den delen av kommunen du kjenner."],
    "total": 3,
    "scale": {"names": NAMES},
    "notes": {"as-is": "5 er ikke målet for alle.", "to-be": "Velg det som er godt nok for dere."},
    "special": {
        "dont_know": "Vet ikke",
        "not_relevant": "Ikke relevant for oss",
        "reasons": [{"id": "for-tidlig", "text": "For tidlig å si"}, {"id": "annet", "text": "Annet"}],
    },
    "minutes": {"short": 2, "long": 3},
    "themes": [_theme(number, title) for number, title in enumerate(TITLES, start=1)],
    "importance": {
        "most": 2,
        "themes": [{"id": f"t{n}", "title": title, "part": "Evne"} for n, title in enumerate(TITLES, start=1)],
    },
    "withhold": True,
}

AGREEMENT: dict[str, Any] = {
    "heading": 2,
    "scale": {"names": NAMES},
    "themes": [
        {
            "id": f"t{number}",
            "title": title,
            "lead": "Gruppa er delt her.",
            "talk_first": number == 1,
            "questions": {"title": "Hva ligger bak?", "note": "", "items": ["Hvor er det best?", HOSTILE]},
            "accept": {"agreed": 2, "agreed-to-be": 4} if number < 3 else None,
        }
        for number, title in enumerate(TITLES, start=1)
    ],
}

THEMES = [{"id": f"t{number}", "title": title} for number, title in enumerate(TITLES, start=1)]

PRIORITIES: dict[str, Any] = {
    "most": 2,
    "help": "Velg det dere kan gjøre noe med.",
    "themes": THEMES,
    "ways": [
        {"form": "grid", "over": "themes", "title": "Sammenlign temaene", "nothing": "Her kommer temaene."},
        {"form": "points", "over": "themes", "title": "Gi 100 poeng", "nothing": "Her kommer temaene."},
        {"form": "grid", "over": "actions", "title": "Sammenlign tiltakene", "nothing": "Skriv tiltakene først."},
    ],
    "shows": True,
}

COMPARED: dict[str, Any] = {
    "items": {"themes": [*THEMES[:2], {"id": "t3", "title": HOSTILE}], "actions": []},
    "points": {"said": "3 har gitt poeng", "rows": [], "locked": False},
}

ACTIONS: dict[str, Any] = {"most": 3, "themes": THEMES, "suggest": ["t2"]}

REVIEW: dict[str, Any] = {
    "longest": 200,
    "actions": [
        {"id": "modul-1.1", "what": "Rydde i planene", "facts": ["Modul 1", "Sist: planlagt"], "due": "2027-02-01"},
        {"id": "modul-1.2", "what": HOSTILE, "facts": ["Modul 1", HOSTILE], "due": ""},
    ],
}

PROMPTS: dict[str, Any] = {
    "note": "Én skriver, alle ser.",
    "prompts": [
        {"id": "fordi", "text": "Vi gjør dette fordi …", "longest": 600},
        {"id": "merke", "text": "Innbyggerne skal merke at …", "help": HOSTILE, "longest": 20000},
    ],
    "in_report": True,
}

WORDS: dict[str, Any] = {
    "prompt": "Hvilke egenskaper tar du med deg?",
    "answers": 3,
    "words": 2,
    "longest": 40,
    "notes": [{"id": "ove", "text": "Hva vil du øve på?", "longest": 600}],
}

FEEDBACK: dict[str, Any] = {
    "note": "Prosesslederen ser svarene samlet, uten navn.",
    "reply": {"title": "Dette gjorde vi", "text": HOSTILE},
    "questions": [
        {"id": "nytte", "text": "Hvor nyttig var samlingen?", "levels": LEVELS, "way_out": "Var ikke med"},
        {
            "id": "endre",
            "text": "Hva bør vi endre?",
            "levels": {},
            "note": "Ikke skriv navn.",
            "longest": 300,
            "share": "Del",
        },
    ],
}

COMMAND: dict[str, Any] = {
    "name": "reveal",
    "label": "Vis gruppas svar",
    "text": "6 av 8 har svart.",
    "confirm": "Når svarene vises, blir de låst. Er alle klare?",
    "yes": "Ja, vis svarene",
}


def everything(ledger: Ledger) -> list[Component]:
    """One of each component on the same page, as a workbook has them."""
    common: dict[str, Any] = {"on_drafts": ledger.save, "scope": "fauske/1"}
    return [
        AgreementWidget(content=AGREEMENT, step="agreement", **common),
        PrioritiesWidget(content=PRIORITIES, live=COMPARED, step="priorities", **common),
        ActionsWidget(content=ACTIONS, step="actions", **common),
        ReviewWidget(content=REVIEW, step="review", **common),
        PromptsWidget(content=PROMPTS, step="prompts", **common),
        WordsWidget(content=WORDS, step="words", **common),
        FeedbackWidget(content=FEEDBACK, step="feedback", **common),
        CommandWidget(content=COMMAND, on_command=ledger.command),
    ]
