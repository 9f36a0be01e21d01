"""The files of a programme, read from a folder: YAML and Markdown in, a Programme out, or every mistake with its place.

folder -> text -> plain data with lines (`plain`) -> typed objects (`ProgrammeReader`)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kompetanse.errors import ContentError, Mistake
from kompetanse.programme.document import Page, Part, Place
from kompetanse.programme.folder import Folder, State, state
from kompetanse.programme.inspection import Inspection
from kompetanse.programme.models import Programme
from kompetanse.programme.programme_content import ProgrammeReader
from kompetanse.settings import package_folder

TOP = "programme.yml"

_TAG = "tag:yaml.org,2002:"

#: What ruamel.yaml says, and what to do about it.
_ADVICE = {
    "mapping values are not allowed": "put a text with a colon in quotes, and indent this line like its block",
    "could not find expected ':'": "write `key: value`, and put longer texts in quotes",
    "expected <block end>": "indent this line like the others of its block",
    "cannot start any token": "put a text that begins with this sign in quotes",
    "unexpected end of stream": "a quotation mark is not closed",
    "while parsing a flow": "a bracket is not closed, or a comma is missing",
    "expected a single document": "take out the line of hyphens",
}


def load_programme(folder: Path | None = None) -> Programme:
    """The programme in a folder, or the shipped one; ContentError with all its mistakes where it has any.

    A process reads it once, and again only when a file of it has changed: half a second that a kernel forked from a
    process which has read it does not spend.
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


def plain(text: str, *, file: str, inspection: Inspection, first_line: int = 1) -> Part | None:
    """YAML as plain data with its lines; None, with the mistake noted, where it is not YAML as it is used here."""
    whole = Part(file, None, {(): first_line})
    if any(line.startswith("%") for line in text.split("\n")):
        inspection.note(whole, "A line that begins with % is an order to YAML; put the text in quotes.")
        return None
    reader = YAML(typ="safe", pure=True)
    reader.composer.warn_double_anchors = False
    try:
        node = reader.compose(text)
    except MarkedYAMLError as error:
        inspection.mistakes.append(_yaml_mistake(error, file, first_line))
        return None
    except Exception as error:  # ruamel.yaml lets plain Python errors out for some broken texts
        said = "it is nested too deeply" if isinstance(error, RecursionError) else type(error).__name__
        inspection.note(whole, f"This cannot be read as YAML ({said}); compare it with a file that works.")
        return None
    data = _Data(file, first_line, inspection)
    part = data.part(node)
    return part if data.usable else None


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


class _Data:
    """Turns the nodes of one YAML text into plain data, and notes where each part of it stands."""

    def __init__(self, file: str, first_line: int, inspection: Inspection):
        self.first_line = first_line
        self.inspection = inspection
        self.lines: dict[Place, int] = {(): first_line}
        self.whole = Part(file, None, self.lines)
        #: Whether every value could be read; mistakes made of holes would help nobody.
        self.usable = True

    def part(self, node: Node | None) -> Part:
        """All of it."""
        return Part(self.whole.file, None if node is None else self._value(node, ()), self.lines)

    def _value(self, node: Node, place: Place) -> object:
        self.lines.setdefault(place, self.first_line + node.start_mark.line)
        if node.anchor is not None:
            self._refuse(place, "An & makes a YAML anchor, and * repeats it; write it out, or put it in quotes.")
            return None
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, place)
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            return tuple(self._value(entry, (*place, number)) for number, entry in enumerate(node.value))
        if isinstance(node, ScalarNode) and str(node.tag) in _SCALARS:
            return self._scalar(node, place)
        self._refuse(place, f"{node.tag!r:.80} is a YAML tag; put a text that begins with ! in quotes.")
        return None

    def _refuse(self, place: Place, message: str) -> None:
        self.inspection.note(self.whole, message, *place)
        self.usable = False

    def _mapping(self, node: MappingNode, place: Place) -> dict[str | int, object]:
        data: dict[str | int, object] = {}
        for key_node, value_node in node.value:
            line = self.first_line + key_node.start_mark.line
            key = self._value(key_node, (*place, "?"))
            del self.lines[*place, "?"]
            if not isinstance(key, str | int) or isinstance(key, bool):
                self._note(line, f"{key!r:.80} cannot be a key; use a word.")
            elif key in data:
                first = self.lines[*place, key]
                self._note(line, f"{key!r:.80} stands twice, first in line {first}; keep one of them.")
            else:
                self.lines[*place, key] = line
                data[key] = self._value(value_node, (*place, key))
        return data

    def _scalar(self, node: ScalarNode, place: Place) -> object:
        try:
            value = _SCALARS[str(node.tag)](node.value)
        except ValueError:
            value = node.value
        if isinstance(value, str):
            odd = next((one for one in value if unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n"), None)
            if odd:
                message = f"The text has the control character U+{ord(odd):04X}; take it out."
                self.inspection.note(self.whole, message, *place)
            return unicodedata.normalize("NFC", value)
        return value

    def _note(self, line: int, message: str) -> None:
        self.inspection.note(Part(self.whole.file, None, {(): line}), message)


_SCALARS: dict[str, Callable[[str], object]] = {
    f"{_TAG}str": str,
    f"{_TAG}int": int,
    f"{_TAG}float": float,
    f"{_TAG}bool": lambda text: text.lower() == "true",
    f"{_TAG}null": lambda text: None if text in {"", "~"} else text,  # «Null» is also a number in Norwegian
    f"{_TAG}timestamp": date.fromisoformat,
}


def _yaml_mistake(error: MarkedYAMLError, file: str, first_line: int) -> Mistake:
    said = " ".join(str(part) for part in (error.context, error.problem) if part)
    advice = next((advice for words, advice in _ADVICE.items() if words in said), "look at the line above it, too")
    mark = error.problem_mark or error.context_mark
    line = first_line + (mark.line if mark else 0)
    return Mistake(file, line, f"This is not YAML ({error.problem or said}); {advice}.")


def _read(folder: Path) -> tuple[Programme | None, list[Mistake], Mapping[Path, State | None]]:
    inspection = Inspection()
    if not folder.is_dir():
        missing = Mistake(str(folder), None, "There is no such folder; name the one that programme.yml lies in.")
        return None, [missing], {}
    shelf = Shelf(folder, inspection)
    top = shelf.document(TOP, named_by=Part(TOP, None, {}))
    programme = ProgrammeReader(top, shelf, inspection).read() if top else None
    return programme, list(dict.fromkeys(inspection.mistakes)), shelf.folder.asked
