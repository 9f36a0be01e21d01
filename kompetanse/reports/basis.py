"""What a report rests on, as one hash: while that is the same, making the report again would give the same again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from kompetanse.reports.meta import ReportMeta
from kompetanse.settings import package_folder

#: The libraries whose versions show in a report.
SHAPING = (
    "altair", "babel", "ipykernel", "jinja2", "markdown-it-py", "nbclient", "nbformat", "numpy", "pandas", "papermill",
    "pydantic", "scipy", "typst", "vl-convert-python",
)  # fmt: skip


def common_basis(template: Path, programme: Path | None) -> str:
    """A hash of what all reports of a run rest on: the notebook, the programme's own folder, and the environment."""
    content = _hash_of_folder(programme) if programme else ""
    return _hash_of(json.dumps([_hash_of(template.read_bytes()), content, environment()]).encode())


def environment() -> str:
    """A hash of the Python, the libraries and the files of Kompetanse that this process runs.

    The programme that comes with Kompetanse, its texts and its look are files of the package.
    """
    libraries = {name: version(name) for name in SHAPING}
    return _hash_of(json.dumps([platform.python_version(), libraries, _hash_of_folder(package_folder())]).encode())


def report_basis(
    common: str, parameters: Mapping[str, object], meta: ReportMeta, snapshot: str, formats: Iterable[str]
) -> str:
    """A hash of what one report rests on; `snapshot` is the store's mark of the group."""
    parts = [common, dict(parameters), asdict(meta), snapshot, sorted(formats)]
    return _hash_of(json.dumps(parts, sort_keys=True, default=str).encode())


def _hash_of_folder(folder: Path) -> str:
    """A hash of all files of a folder, by name, but for what Python writes there itself."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(f"{path.relative_to(folder).as_posix()}\0{_hash_of(path.read_bytes())}\n".encode())
    return found.hexdigest()


def _hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
