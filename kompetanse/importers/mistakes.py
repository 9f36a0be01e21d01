"""Bad rows: the first ones with their reasons, and only a count of the rest."""

from __future__ import annotations

from pathlib import Path

from kompetanse.errors import SHOWN_MISTAKES, ImportFileError, Mistake


class Mistakes:
    """The mistakes of one file, however many there are."""

    def __init__(self, path: Path):
        self._path = path
        self._shown: list[Mistake] = []
        self.total = 0

    def note(self, line: int, message: str) -> None:
        """Counts a bad row, and keeps its message if it is among the first."""
        self.total += 1
        if len(self._shown) < SHOWN_MISTAKES:
            self._shown.append(Mistake(self._path.name, line, message))

    def refuse(self) -> None:
        """ImportFileError if there is anything to refuse the file for."""
        if not self.total:
            return
        rows = "1 row is" if self.total == 1 else f"{self.total} rows are"
        shown = sorted(self._shown, key=lambda mistake: mistake.line or 0)
        raise ImportFileError(f"Nothing was imported from {self._path}, because {rows} bad:", shown, self.total)
