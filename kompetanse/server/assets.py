"""The files every page needs (styles, fonts, scripts): known by name from the start, packed once, kept by browsers."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

from jupyter_core.paths import jupyter_path
from voila import __version__ as voila_version  # type: ignore[import-untyped]  # Voilà has no types

from kompetanse.figures.theme import fonts_folder, page_css, theme_folder

#: The federated extensions a page loads: the widget manager, its parts, and anywidget. No other is served at all.
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
        return gzip.compress(self.content, 6, mtime=0) if self._suffix in PACKED else None

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:12]


class Assets:
    """All files by their address; an address that is not in the list leads nowhere, so no path can be climbed."""

    def __init__(self, files: Mapping[str, Callable[[], bytes]]):
        self._files = {address: Asset(address, read) for address, read in files.items()}

    @classmethod
    def collected(cls) -> Assets:
        """Our own styles, fonts and scripts, and what Voilà's front end needs."""
        font = Asset(FONT, (fonts_folder() / "Inter.woff2").read_bytes)
        files: dict[str, Callable[[], bytes]] = {
            OURS + FONT: lambda: font.content,
            OURS + "page.css": lambda: page_css(f"{FONT}?v={font.fingerprint}").encode(),
        }
        files |= _below(theme_folder() / "voila" / "static", OURS)
        for folder in reversed(jupyter_path("voila", "templates", "base", "static")):
            files |= _below(Path(folder), VOILA)
        for name in EXTENSIONS:
            for root in _extension_folders(name):
                files |= _below(root / "static", f"{EXTENSION}{name}/static/")
        return cls(files)

    def get(self, address: str) -> Asset | None:
        """The file at this address, if it is one of ours."""
        return self._files.get(address)

    def url(self, name: str) -> str:
        """The address of one of our own files, with its fingerprint, so that browsers may keep it for ever."""
        return f"{OURS}{name}?v={self._files[OURS + name].fingerprint}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)


def _below(folder: Path, address: str) -> dict[str, Callable[[], bytes]]:
    found = sorted(path for path in folder.rglob("*") if path.suffix in TYPES and path.is_file())
    return {address + path.relative_to(folder).as_posix(): path.read_bytes for path in found}


def _extension_folders(name: str) -> list[Path]:
    roots = [*jupyter_path("labextensions"), *(f"{root}/labextensions" for root in jupyter_path("voila"))]
    return [Path(root) / name for root in reversed(roots) if (Path(root) / name).is_dir()]
