"""The files every page needs (styles, fonts, scripts): known by name from the start, packed once, kept by browsers."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

from jupyter_core.paths import jupyter_path
from voila import __version__ as voila_version  # type: ignore[import-untyped]  # Voilà has no types

from kompetanse.errors import InputError
from kompetanse.figures.theme import css_variables, fonts_folder, page_css, theme_folder
from kompetanse.settings import package_folder
from kompetanse.widgets.catalogue import code_addresses

#: The federated extensions of Voilà's front end: the widget manager, its parts, and anywidget. No other is served.
EXTENSIONS = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
PACKED = frozenset({".css", ".js", ".mjs", ".svg"})

OURS = "/statisk/"
#: Our own front end: the names of its files say what is in them, so browsers keep them for ever.
FRONT_END = "/statisk/front-end/"
#: The version stands in the address, because Voilà's own file names stay the same from one version to the next.
VOILA = f"/voila/static/{voila_version}/"
EXTENSION = "/voila/labextensions/"
FONT = "fonts/Inter.woff2"


class Asset:
    """One file, with its packed form and its fingerprint made when first asked for."""

    def __init__(self, name: str, read: Callable[[], bytes]):
        self._suffix = PurePosixPath(name).suffix
        self._read = read
        self.type = TYPES[self._suffix]

    @cached_property
    def content(self) -> bytes:
        return self._read()

    @cached_property
    def packed(self) -> bytes | None:
        """The content gzipped; None where that saves nothing."""
        return gzip.compress(self.content, 9, mtime=0) if self._suffix in PACKED else None

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:12]


class Assets:
    """All files by their address; an address that is not in the list leads nowhere, so no path can be climbed."""

    def __init__(self, files: Mapping[str, Callable[[], bytes]], code: Mapping[str, str] | None = None):
        code = code or {}
        files = {**files, **{address: text.encode for text, address in code.items()}}
        self._files = {address: Asset(address, read) for address, read in files.items()}
        self._code = {**code, **{address: address for address in code.values()}}

    @classmethod
    def collected(cls) -> Assets:
        """Our own styles, fonts and scripts, the components' code, and what Voilà's front end needs."""
        font = Asset(FONT, (fonts_folder() / "Inter.woff2").read_bytes)
        files: dict[str, Callable[[], bytes]] = {
            OURS + FONT: lambda: font.content,
            OURS + "poll-page.css": _poll_page_css,
            OURS + "page.css": lambda: page_css(f"{FONT}?v={font.fingerprint}").encode(),
        }
        files |= _below(theme_folder() / "voila" / "static", OURS)
        files |= _below(front_end_folder(), FRONT_END)
        for folder in reversed(jupyter_path("voila", "templates", "base", "static")):
            files |= _below(Path(folder), VOILA)
        for name in EXTENSIONS:
            for root in _extension_folders(name):
                files |= _below(root / "static", f"{EXTENSION}{name}/static/")
        return cls(files, code_addresses())

    def get(self, address: str) -> Asset | None:
        """The file at this address, if it is one of ours."""
        return self._files.get(address)

    def url(self, name: str) -> str:
        """The address of one of our own files, with its fingerprint, so that browsers may keep it for ever."""
        return f"{OURS}{name}?v={self._files[OURS + name].fingerprint}"

    def address_of_code(self, text: object) -> str | None:
        """Where a browser finds a component's code, given as text or as that very address; None if not ours."""
        return self._code.get(text) if isinstance(text, str) else None

    @cached_property
    def front_end(self) -> list[str]:
        """The addresses of our own front end's scripts: the first, and those it needs at once."""
        try:
            built = json.loads((front_end_folder() / "files.json").read_bytes())
        except FileNotFoundError:
            raise InputError(
                "The front end has not been built: run `make install` or `python deploy/front_end_build.py`, or serve "
                "with --front-end voila."
            ) from None
        return [FRONT_END + name for name in (built["first"], *built["needed"])]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)


def front_end_folder() -> Path:
    """What deploy/front_end_build.py made for browsers."""
    return package_folder() / "front_end" / "built"


def _poll_page_css() -> bytes:
    """The style of the pages of polls in one small file, with the phone's own letters: a hall asks for it at once."""
    static = theme_folder() / "voila" / "static"
    files = (theme_folder() / "page.css", static / "shell.css", static / "poll.css")
    return "".join([css_variables(), *(file.read_text(encoding="utf-8") for file in files)]).encode()


def _below(folder: Path, address: str) -> dict[str, Callable[[], bytes]]:
    found = sorted(path for path in folder.rglob("*") if path.suffix in TYPES and path.is_file())
    return {address + path.relative_to(folder).as_posix(): path.read_bytes for path in found}


def _extension_folders(name: str) -> list[Path]:
    roots = [*jupyter_path("labextensions"), *(f"{root}/labextensions" for root in jupyter_path("voila"))]
    return [Path(root) / name for root in reversed(roots) if (Path(root) / name).is_dir()]
