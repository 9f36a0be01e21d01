"""The look: colours, fonts and spaces from `tokens.toml`, given to pages, charts and PDF alike."""

from kompetanse.figures.theme.tokens import (
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

__all__ = [
    "Mode",
    "chart_colours",
    "colour_names",
    "colours",
    "css_variables",
    "fonts_folder",
    "page_css",
    "theme_folder",
    "tokens",
]
