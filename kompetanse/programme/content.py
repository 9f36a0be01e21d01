"""The files of a programme, read from a folder: YAML and Markdown in, a Programme out, or every mistake with its place.

folder -> text -> plain data with lines (`plain`) -> typed objects (`ProgrammeReader`)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kompetanse.errors import ContentError, Mistake
from kompetanse.programme.document import Page, Part
from kompetanse.programme.folder import Folder, State, state
from kompetanse.programme.inspection import Inspection
from kompetanse.programme.models import Programme
from kompetanse.programme.plain_yaml import plain
from kompetanse.programme.programme_content import ProgrammeReader
from kompetanse.settings import package_folder

TOP = "programme.yml"


def load_programme(folder: Path | None = None) -> Programme:
    """The programme in a folder, or the shipped one; ContentError with all its mistakes where it has any.

    A process reads it once, and again only when a file of it has changed: a quarter of a second that a kernel forked
    from a process which has read it does not spend.
    """
    chosen = folder or package_folder() / "content"
    known = _loaded.get(chosen.absolute())
    if known and all(state(path) == then for path, then in known.files.items()):
        return known.programme
    programme, mistakes, files = _read(chosen)
    if programme is None or mistakes:
        raise ContentError(mistakes)
    _loaded[chosen.absolute()] = _Loaded(programme, {path.absolute(): then for path, then in files.items()})
    return programme


def check_content(folder: Path | None = None) -> list[Mistake]:
    """All mistakes in a programme's folder, or in the shipped one, in the order of files and lines."""
    return ContentError(_read(folder or package_folder() / "content")[1]).mistakes


@dataclass(frozen=True)
class _Loaded:
    """A programme, and every file it was read from as it was then."""

    programme: Programme
    files: Mapping[Path, State | None]


_loaded: dict[Path, _Loaded] = {}


class Shelf:
    """The files of a programme as plain data."""

    def __init__(self, folder: Path, inspection: Inspection):
        self.folder = Folder(folder, inspection)
        self.inspection = inspection

    def document(self, name: str, *, named_by: Part, needed: bool = True) -> Part | None:
        """A YAML file; None where it cannot be read, or is not there and not needed."""
        text = self.folder.text(name, named_by=named_by, needed=needed)
        return None if text is None else plain(text, file=name, inspection=self.inspection)

    def page(self, name: str, *, named_by: Part) -> Page | None:
        """A Markdown file with the keys at its head; None where it cannot be read."""
        text = self.folder.text(name, named_by=named_by)
        if text is None:
            return None
        lines = text.split("\n")
        hyphens = [number for number, line in enumerate(lines) if line.rstrip() == "---"][:2]
        if len(hyphens) < 2 or hyphens[0] != 0:
            message = "The file has no head; begin it with a line `---`, keys such as `title: ...`, and a line `---`."
            self.inspection.note(Part(name, None, {(): 1}), message)
            return None
        end = hyphens[1]
        head = plain("\n".join(lines[1:end]), file=name, inspection=self.inspection, first_line=2)
        body = Part(name, "\n".join(lines[end + 1 :]).strip(), {(): end + 2})
        return Page(head, body) if head else None


def _read(folder: Path) -> tuple[Programme | None, list[Mistake], Mapping[Path, State | None]]:
    inspection = Inspection()
    if not folder.is_dir():
        missing = Mistake(str(folder), None, "There is no such folder; name the one that programme.yml lies in.")
        return None, [missing], {}
    shelf = Shelf(folder, inspection)
    top = shelf.document(TOP, named_by=Part(TOP, None, {}))
    programme = ProgrammeReader(top, shelf, inspection).read() if top else None
    return programme, list(dict.fromkeys(inspection.mistakes)), shelf.folder.asked
