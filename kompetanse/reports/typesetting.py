"""A PDF set by Typst from data only: tagged for readers by ear (PDF/UA-1) and for the archive (PDF/A-2a).

A template is fixed and reads one JSON text, so whatever people have written stays text: nothing of it is ever part of
a program.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import typst

from kompetanse.errors import ReportError
from kompetanse.figures.theme import fonts_folder, theme_folder


def typeset(template: str, data: Mapping[str, Any], *, name: str, day: date) -> bytes:
    """One PDF; the same data and day give the same bytes. `name` says in an error what could not be made."""
    try:
        made = typst.compile(
            theme_folder() / template,
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=int(datetime.combine(day, time(12), UTC).timestamp()),
        )
    except typst.TypstError as error:
        raise ReportError(f"The PDF of {name} could not be made: {str(error).splitlines()[0]}.") from error
    if not isinstance(made, bytes):
        raise ReportError(f"The PDF of {name} could not be made: nothing came out.")
    return made


@cache
def _fonts() -> typst.Fonts:
    """The theme's fonts and no others, read once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_folder()])
