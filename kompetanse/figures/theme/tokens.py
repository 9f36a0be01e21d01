"""The tokens, and what each medium needs of them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

Mode = Literal["light", "dark"]


def theme_folder() -> Path:
    """Where the tokens, style sheets, templates and fonts lie."""
    return Path(__file__).resolve().parent


def fonts_folder() -> Path:
    """The static fonts for PDF and charts, and the web font for pages."""
    return theme_folder() / "fonts"


@cache
def tokens() -> dict[str, Any]:
    """Everything in `tokens.toml`."""
    with (theme_folder() / "tokens.toml").open("rb") as file:
        return tomllib.load(file)


def colours(mode: Mode = "light") -> dict[str, str]:
    """The colours by their names, as they are written in the tokens and in CSS."""
    return dict(tokens()[mode])


def chart_colours(mode: Mode = "light") -> dict[str, str]:
    """The colours by names that Python likes: `ink_soft` for `ink-soft`."""
    return {name.replace("-", "_"): value for name, value in colours(mode).items()}


def colour_names() -> dict[str, str]:
    """The light colours' names by their value; a value that several share belongs to the first that charts use."""
    first = ("as-is", "to-be", "surface", "level-1", "level-2", "level-3", "level-4")
    named = colours()
    return {named[name]: name for name in (*reversed(named), *reversed(first))}


def css_variables() -> str:
    """The tokens as CSS variables: light, dark, and forced colours with the reader's own."""
    font = ", ".join((f'"{tokens()["font"]["text"]}"', *tokens()["font"]["fallback"]))
    base = {**tokens()["size"], "font": font, **colours("light")}
    forced = {name: _forced(name) for name in colours("light")}
    return (
        f":root {{ color-scheme: light dark; {_declarations(base)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_declarations(colours('dark'))} }} }}\n"
        f"@media print {{ :root {{ color-scheme: light; {_declarations(colours('light'))} }} }}\n"
        f"@media (forced-colors: active) {{ :root {{ {_declarations(forced)} }} }}\n"
    )


def _declarations(values: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in values.items())


def _forced(name: str) -> str:
    """The system colour that stands for a token where the reader has chosen all colours."""
    if name.startswith(("paper", "surface", "accent-soft", "talk-soft", "on-accent", "cover", "level")):
        return "Canvas"
    return "CanvasText"


def font_face(address: str) -> str:
    """The rule that makes the theme's web font known under its name."""
    name = tokens()["font"]["text"]
    return (
        f'@font-face {{ font-family: "{name}"; font-style: normal; font-weight: 400 700; font-display: swap; '
        f'src: url("{address}") format("woff2"); }}\n'
    )


def page_css(font: str = "fonts/Inter.woff2") -> str:
    """What every page and every HTML report begins with: the font at `font`, the variables, the rules."""
    return font_face(font) + css_variables() + (theme_folder() / "page.css").read_text(encoding="utf-8")
