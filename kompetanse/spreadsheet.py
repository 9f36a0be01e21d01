"""Text that a spreadsheet shows as text, whoever has written it."""

from __future__ import annotations

#: Excel and its likes take a cell that begins with one of these for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(text: str) -> str:
    """The text as a cell that is never a formula: with an apostrophe in front where it could be one."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
