"""Charts as SVG, drawn in this process by vl-convert with the theme's fonts only.

The first picture of a process costs about 0.4 s and 80 MB, the next ones 30 ms. Nothing here may be called in a
process that is going to be forked: the drawing engine keeps threads.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache, lru_cache
from typing import Any

import vl_convert

from kompetanse.errors import ReportError
from kompetanse.figures.svg import bare_svg, prefixed_svg, safe_svg, themed_svg
from kompetanse.figures.theme import colour_names, fonts_folder
from kompetanse.language import Language

#: How d3 writes numbers; Babel's Norwegian and British, so that a chart and its table agree.
_NORWEGIAN = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0kr"], "minus": "\u2212"}
_BRITISH = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["£", ""], "minus": "-"}
#: Pictures kept; a report has about ten, a room's page a few more.
_KEPT = 64


def svg(spec: dict[str, Any], *, language: Language) -> str:
    """The chart as SVG for a page: theme colours as variables, own ids, nothing for machines or other hosts.

    The words for those who do not see it belong to the figure around it (`Figure.alt`).
    """
    return _drawn(json.dumps(spec, sort_keys=True, default=str), language)


@lru_cache(maxsize=_KEPT)
def _drawn(spec: str, language: Language) -> str:
    _fonts_are_registered()
    try:
        drawn = vl_convert.vegalite_to_svg(
            json.loads(spec),
            format_locale=_BRITISH if language == "en" else _NORWEGIAN,
            allowed_base_urls=[],
        )
    except ValueError as error:
        raise ReportError(f"A figure could not be drawn: {str(error).splitlines()[0]}.") from error
    bare = bare_svg(safe_svg(drawn))
    name = hashlib.sha256(bare.encode()).hexdigest()[:8]
    return prefixed_svg(themed_svg(bare, colour_names()), f"f{name}-")


@cache
def _fonts_are_registered() -> None:
    vl_convert.register_font_directory(str(fonts_folder()))
