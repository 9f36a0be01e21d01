"""The drawing engine: vl-convert with the theme's fonts only, and what is done to a picture before a page may have it.

Importing this and drawing the first picture costs about 0.4 s and 80 MB, the next ones 30 ms each. Nothing here may be
called in a process that is going to be forked: the engine keeps threads.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

import vl_convert

from kompetanse.errors import ReportError
from kompetanse.figures.svg import bare_svg, prefixed_svg, safe_svg, themed_svg
from kompetanse.figures.theme import colour_names, fonts_folder
from kompetanse.language import Language

#: How d3 writes numbers; Babel's Norwegian and British, so that a chart and its table agree.
_NORWEGIAN = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0kr"], "minus": "\u2212"}
_BRITISH = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["£", ""], "minus": "-"}


def draw(spec: str, language: Language) -> str:
    """The finished SVG of a chart (Vega-Lite as JSON text); ReportError if it cannot be drawn."""
    _fonts_are_registered()
    try:
        drawn = vl_convert.vegalite_to_svg(
            json.loads(spec),
            format_locale=_BRITISH if language == "en" else _NORWEGIAN,
            allowed_base_urls=[],
        )
    except ValueError as error:
        reason = str(error).splitlines()[0].rstrip(":")
        raise ReportError(f"A figure could not be drawn: {reason}.") from error
    bare = bare_svg(safe_svg(drawn))
    name = hashlib.sha256(bare.encode()).hexdigest()[:8]
    return prefixed_svg(themed_svg(bare, colour_names()), f"f{name}-")


@cache
def _fonts_are_registered() -> None:
    vl_convert.register_font_directory(str(fonts_folder()))
