"""What every benchmark writes: a table for people, and JSON with the machine, the versions and the ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

#: What the figures depend on most.
LIBRARIES = (
    "kompetanse", "voila", "jupyter-server", "jupyter-client", "ipykernel", "ipywidgets", "papermill", "nbconvert",
    "pandas", "altair", "vl-convert-python", "typst",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One thing that was measured; `against` is the same thing done the way one would do it otherwise."""

    what: str
    unit: str
    ours: float
    against: float | None = None
    must: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times as much the other way takes."""
        return self.against / self.ours if self.against is not None and self.ours else None


@dataclass
class Measured:
    """All figures of one run."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def add(self, what: str, unit: str, ours: float, against: float | None = None, must: str = "") -> None:
        """Notes a figure, and shows it at once."""
        self.figures.append(Figure(what, unit, ours, against, must))
        print(_line(self.figures[-1]), flush=True)

    def write(self, path: Path | None) -> None:
        """Writes all of it as JSON, where a file is named."""
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        figures = [{**vars(figure), "ratio": figure.ratio} for figure in self.figures]
        content = {"name": self.name, "machine": machine(), "figures": figures, "notes": self.notes}
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _line(figure: Figure) -> str:
    against = "" if figure.against is None else f"{figure.against:10.2f}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:8.1f} x"
    return f"{figure.what:<72}{figure.ours:10.2f} {figure.unit:<4}{against:>10}{ratio:>11}  {figure.must}"


def machine() -> dict[str, Any]:
    """Where and when it was measured, and with what."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "load_before": os.getloadavg()[0],
        "versions": {name: version(name) for name in LIBRARIES},
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def options(description: str | None) -> argparse.ArgumentParser:
    """The options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    return parser
