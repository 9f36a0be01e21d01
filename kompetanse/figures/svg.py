"""SVG as text: what may stand in a page, and its colours as the theme's variables or as plain values."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title", "desc"}
    | {"defs", "clipPath", "linearGradient", "stop"}
)
_REFUSED_ATTRIBUTES = frozenset({"href", "src", "style", "class", "id"})
#: The only address a value may hold is a clip or gradient of the same picture.
_OWN_URL = re.compile(r"url\(#[\w-]+\)")
_VARIABLE = re.compile(r"var\(--[\w-]+,\s*([^()]+)\)")
_LONG_NUMBER = re.compile(r"(\d\.\d{2})\d+")

Xml.register_namespace("", _SVG)


def safe_svg(svg: str) -> str:
    """The picture without scripts, styles, links and ids that nothing refers to; ValueError for what is no SVG."""
    if "<!" in svg:
        raise ValueError("a picture may hold no declarations or comments")
    try:
        root = Xml.fromstring(svg)
    except Xml.ParseError as error:
        raise ValueError(f"a picture must be SVG: {error}") from error
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError(f"a picture must be SVG, not {root.tag!r}")
    _clean(root, frozenset(re.findall(r"url\(#([\w-]+)\)", svg)))
    return Xml.tostring(root, encoding="unicode")


def _clean(element: Xml.Element, used: frozenset[str]) -> None:
    for name, value in list(element.attrib.items()):
        if not _allowed(name, value, used):
            del element.attrib[name]
    for child in list(element):
        if child.tag.removeprefix(f"{{{_SVG}}}") in _ELEMENTS:
            _clean(child, used)
        else:
            element.remove(child)


def _allowed(name: str, value: str, used: frozenset[str]) -> bool:
    if name == "id":
        return value in used
    if "}" in name or name.lower().startswith("on") or name in _REFUSED_ATTRIBUTES:
        return False
    return "url(" not in _OWN_URL.sub("", value.lower())


def bare_svg(svg: str) -> str:
    """The picture without roles and labels in English, and with coordinates no finer than a printer shows.

    A chart's own labels say the same as its figure's words, point by point and in the drawing engine's language.
    """
    root = Xml.fromstring(svg)
    hidden = [(parent, child) for parent in root.iter() for child in parent if child.get("display") == "none"]
    for parent, child in hidden:
        parent.remove(child)
    ids = {element.attrib["id"]: f"c{place}" for place, element in enumerate(root.iter()) if "id" in element.attrib}
    for element in root.iter():
        element.attrib = {
            name: _bare_value(name, value, ids)
            for name, value in element.attrib.items()
            if name not in {"role", "pointer-events"} and not name.startswith("aria-")
        }
    return Xml.tostring(root, encoding="unicode")


def _bare_value(name: str, value: str, ids: dict[str, str]) -> str:
    if name == "id":
        return ids[value]
    if value.startswith("url(#"):
        return f"url(#{ids.get(value[5:-1], 'none')})"
    return _LONG_NUMBER.sub(r"\1", value)


def themed_svg(svg: str, colours: dict[str, str]) -> str:
    """The picture with the theme's colours (value to name) as variables that fall back to the same value."""
    for value, name in colours.items():
        svg = re.sub(rf'="{re.escape(value)}"', f'="var(--{name}, {value})"', svg, flags=re.IGNORECASE)
    return svg


def plain_svg(svg: str) -> str:
    """The picture with every variable replaced by its fallback, for those who know no variables."""
    return _VARIABLE.sub(r"\1", svg)


def prefixed_svg(svg: str, prefix: str) -> str:
    """The picture with `prefix` before every id, so that several may stand in one page."""
    svg = re.sub(r'(?<= )id="([\w-]+)"', rf'id="{prefix}\1"', svg)
    return re.sub(r"url\(#([\w-]+)\)", rf"url(#{prefix}\1)", svg)
