"""Where the test notebooks keep what was saved: a file, so that a test can read it and a new kernel can show it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kompetanse.errors import InvalidAnswer
from kompetanse.widgets.saving import Saved, SavingWidget, WidgetDraft

FOLDER = "KOMPETANSE_TEST_LEDGER"
REFUSED = "nektes"


class Ledger:
    """The saved drafts of one notebook, one JSON line each; a text with the word "nektes" is refused."""

    def __init__(self, name: str):
        self.file = Path(os.environ[FOLDER]) / f"{name}.jsonl"

    def answers(self) -> dict[str, Any]:
        """The newest value of each answer."""
        lines = self.file.read_text("utf-8").splitlines() if self.file.exists() else []
        drafts = [json.loads(line) for line in lines]
        found = {f"{draft['subject']}|{draft['aspect']}": draft["value"] for draft in drafts}
        return {key: value for key, value in found.items() if value is not None}

    def save(self, drafts: list[WidgetDraft]) -> Saved:
        """Write the drafts; InvalidAnswer for the word that stands for all that a step does not accept."""
        if any(REFUSED in str(draft["value"]) for draft in drafts):
            raise InvalidAnswer("Teksten kan ikke brukes.")
        with self.file.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(draft, ensure_ascii=False) + "\n" for draft in drafts)
        return Saved(time="14.03")

    def command(self, name: str) -> str:
        """Write that the command came."""
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"subject": name, "aspect": "command", "value": True}) + "\n")
        return "Gruppas svar vises nå."

    def watch(self, widget: SavingWidget, every: float = 0.2) -> None:
        """Keep showing what others write into the file, and lock the widget when a file says so."""
        self._task = asyncio.get_running_loop().create_task(_repeat(lambda: self._show(widget), every))

    def _show(self, widget: SavingWidget) -> None:
        answers = self.answers()
        if answers != widget.answers:
            widget.answers = answers
        widget.locked = self.file.with_suffix(".locked").exists()


async def _repeat(action: Callable[[], None], every: float) -> None:
    while True:
        await asyncio.sleep(every)
        action()
