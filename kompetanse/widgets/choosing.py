"""The words of choosing up to so many, which two components share."""

from __future__ import annotations

from kompetanse.language import Language, translate


def choosing_words(language: Language) -> dict[str, str]:
    """How many are chosen, and small numbers as they are written in a sentence."""
    numbers = (
        translate("ett", language),
        translate("to", language),
        translate("tre", language),
        translate("fire", language),
        translate("fem", language),
        translate("seks", language),
        translate("sju", language),
        translate("åtte", language),
        translate("ni", language),
        translate("ti", language),
    )
    return {
        "chosen": translate("{count} av {most} valgt", language),
        **{f"number-{value}": words for value, words in enumerate(numbers, start=1)},
    }
