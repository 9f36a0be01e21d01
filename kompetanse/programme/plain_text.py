"""Text that people write: what may enter, and nothing that only a machine would send."""

from __future__ import annotations

import unicodedata

from kompetanse.errors import InvalidAnswer

#: The longest free text; a page of A4 is about 3,000 characters.
LONGEST_TEXT = 20_000


def plain_text(value: object, *, longest: int = LONGEST_TEXT) -> str:
    """The text in Unicode's composed form; InvalidAnswer for control characters, other types and too long texts."""
    if not isinstance(value, str):
        raise InvalidAnswer(f"Expected text, got {type(value).__name__}.")
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > longest:
        raise InvalidAnswer(f"The text has {len(text)} characters; write at most {longest}.")
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t":
            raise InvalidAnswer(f"Character {place} is the control character U+{ord(character):04X}; leave it out.")
    return text
