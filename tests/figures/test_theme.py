"""One look for all: its colours can be read by everyone, and its fonts are our own."""

from __future__ import annotations

import json
import re

import pytest
from fontTools.ttLib import TTFont

from kompetanse.figures.theme import (
    Mode,
    chart_colours,
    colour_names,
    colours,
    css_variables,
    fonts_folder,
    page_css,
    theme_folder,
    tokens,
)
from kompetanse.figures.theme.make_fonts import coverage, widths

#: What WCAG 2.2 AA asks of text, and of graphics and the edges of controls.
ENOUGH = {"text": 4.5, "graphics": 3.0}
PAIRS = [(kind, front, back) for kind in ENOUGH for front, back in tokens()["contrast"][kind]]
INTER = sorted(fonts_folder().glob("Inter-*.ttf"))
SAMI = "ÁáČčĐđŊŋŠšŦŧŽžǤǥǦǧǨǩǮǯÏïÖöØøÆæÅåÂâÕõÄä"
SIGNS = "«»“”„‘’–—…·•→←↑↓✓≈−×½ §°%€\u00a0\u202f\u0301"


def luminance(colour: str) -> float:
    """How bright a colour is, as WCAG reckons it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, from 1 to 21."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("kind", "front", "back"), PAIRS, ids=lambda part: part)
def test_colours_can_be_told_apart(mode: Mode, kind: str, front: str, back: str) -> None:
    found = colours(mode)
    assert contrast(found[front], found[back]) >= ENOUGH[kind]


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_light_and_dark_name_the_same_colours() -> None:
    assert colours("light").keys() == colours("dark").keys()


def test_today_and_ahead_differ_for_those_who_see_no_colours() -> None:
    assert abs(luminance(colours("light")["as-is"]) - luminance(colours("light")["to-be"])) > 0.04


def test_every_variable_that_a_style_sheet_uses_is_a_token() -> None:
    known = {"font", *tokens()["size"], *colours()}
    for name in ("page.css", "report.css"):
        used = set(re.findall(r"var\(--([\w-]+)", (theme_folder() / name).read_text("utf-8")))
        assert used <= known, name


def test_charts_take_the_colours_by_names_that_python_likes() -> None:
    assert chart_colours()["ink_soft"] == colours()["ink-soft"]


def test_shared_colours_belong_to_the_charts() -> None:
    assert colour_names()[colours()["as-is"]] == "as-is"
    assert colour_names()["#ffffff"] == "surface"


def test_style_sheet_has_light_dark_forced_and_printed_colours() -> None:
    found = css_variables()
    for condition in ("prefers-color-scheme: dark", "forced-colors: active", "@media print"):
        assert condition in found


def test_style_sheet_names_no_other_host() -> None:
    assert "http" not in page_css()
    assert 'url("fonts/Inter.woff2")' in page_css()


@pytest.mark.parametrize("path", [*INTER, fonts_folder() / "Inter.woff2"], ids=lambda path: path.name)
def test_font_writes_norwegian_and_sami(path: object) -> None:
    known = TTFont(path).getBestCmap()
    assert [sign for sign in SAMI + SIGNS if ord(sign) not in known] == []


def test_every_style_knows_the_same_characters() -> None:
    assert len({frozenset(TTFont(path).getBestCmap()) for path in INTER}) == 1
    assert [path.stem for path in INTER] == ["Inter-Bold", "Inter-Italic", "Inter-Regular", "Inter-SemiBold"]


def test_coverage_is_what_the_fonts_hold() -> None:
    assert json.loads((fonts_folder() / "coverage.json").read_text("utf-8")) == coverage(fonts_folder())


def test_widths_are_those_of_the_fonts() -> None:
    assert json.loads((fonts_folder() / "widths.json").read_text("utf-8")) == widths(fonts_folder())


def test_fonts_come_with_their_licences() -> None:
    for name in ("Inter", "NotoEmoji"):
        assert "SIL OPEN FONT LICENSE" in (fonts_folder() / f"{name}-LICENSE.txt").read_text("utf-8").upper()


def test_web_font_is_small() -> None:
    assert (fonts_folder() / "Inter.woff2").stat().st_size < 60_000
