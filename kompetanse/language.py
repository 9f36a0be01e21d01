"""Bokmål, nynorsk and English: interface words, numbers, dates.

Interface words are written in bokmål in the code, as `translate("Vet ikke", language)`, and looked up in the Babel
catalogues `locale/<language>/LC_MESSAGES/kompetanse.po`. A test holds every such word against both catalogues.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

Language = Literal["nb", "nn", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_NAMES: dict[Language, str] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}

#: Babel has full data for these; plain "en" would write dates the American way.
_LOCALES: dict[Language, str] = {"nb": "nb", "nn": "nn", "en": "en_GB"}


@cache
def catalogue(language: Language) -> dict[str, str]:
    """The interface words of a language by their bokmål; empty for bokmål itself."""
    path = Path(__file__).parent / "locale" / language / "LC_MESSAGES" / "kompetanse.po"
    if language == "nb" or not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


def translate(words: str, language: Language, **values: Any) -> str:
    """Interface words in `language`, with `{name}` replaced by `values`."""
    found = catalogue(language).get(words, words)
    return found.format(**values) if values else found


def number(value: float, language: Language, *, decimals: int = 0) -> str:
    """A number as it is written in `language`, with a fixed count of decimals."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=_LOCALES[language])


def clock(time: datetime, language: Language) -> str:
    """The time of day: 14.03 in Norwegian, 14:03 in English."""
    return time.strftime("%H:%M" if language == "en" else "%H.%M")


def day(value: date, language: Language) -> str:
    """A date in words: 9. desember 2026."""
    return format_date(value, format="long", locale=_LOCALES[language])


def month(value: date, language: Language) -> str:
    """A month with its year: desember 2026."""
    return format_date(value, format="MMMM y", locale=_LOCALES[language])
