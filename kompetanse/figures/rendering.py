"""Charts as SVG, drawn by the renderer where this process was told of one, and otherwise here: the same bytes.

The drawing engine is imported only where it draws: a process that asks starts sooner and is 80 MB smaller.
"""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from kompetanse.errors import ReportError
from kompetanse.language import Language
from kompetanse.sockets import connected, receive, send

_log = logging.getLogger(__name__)

#: Pictures kept; a report has about ten, a room's page a few more.
_KEPT = 64
#: How long an answer is waited for; long, as many may ask at once and drawing here as well would make it no better.
_PATIENCE_SECONDS = 60

_renderer: Path | None = None


def use_renderer(socket: Path | None) -> None:
    """Lets the renderer that listens at `socket` draw for this process from now on; None: this process draws."""
    global _renderer
    _renderer = socket


def svg(spec: dict[str, Any], *, language: Language) -> str:
    """The chart as SVG for a page: theme colours as variables, own ids, nothing for machines or other hosts.

    The words for those who do not see it belong to the figure around it (`Figure.alt`).
    """
    return _drawn(json.dumps(spec, sort_keys=True, default=str), language)


def waiting_pictures(renderer: Path, *, seconds: float) -> int:
    """How many pictures others wait for at this renderer; OSError where it does not answer in time."""
    with connected(renderer, seconds=seconds) as peer:
        send(peer, {"waiting": True})
        match receive(peer):
            case {"waiting": int(count)}:
                return count
    raise ConnectionError("it did not say")


@lru_cache(maxsize=_KEPT)
def _drawn(spec: str, language: Language) -> str:
    if _renderer is not None:
        try:
            return _asked(_renderer, spec, language)
        except OSError as error:
            _log.warning("The renderer at %s cannot be reached (%s); figures are drawn here.", _renderer, error)
            use_renderer(None)
    drawn: str = import_module("kompetanse.figures.engine").draw(spec, language)
    return drawn


def _asked(renderer: Path, spec: str, language: Language) -> str:
    with connected(renderer, seconds=_PATIENCE_SECONDS) as peer:
        send(peer, {"spec": spec, "language": language})
        match receive(peer):
            case {"svg": str(drawn)}:
                return drawn
            case {"problem": str(sentence)}:
                raise ReportError(sentence)
    raise ConnectionError("it gave no picture")
