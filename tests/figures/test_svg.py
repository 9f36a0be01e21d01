"""Pictures in a page: nothing in them runs, asks or collides."""

from __future__ import annotations

import pytest

from kompetanse.figures.svg import bare_svg, plain_svg, prefixed_svg, safe_svg, themed_svg


def svg(inside: str, attributes: str = "") -> str:
    """A picture around some elements."""
    return f'<svg xmlns="http://www.w3.org/2000/svg"{attributes}>{inside}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<image href="https://example.org/x.png"/>',
        '<use href="#a"/>',
        "<style>path { fill: url(https://example.org) }</style>",
        '<a href="javascript:alert(1)"/>',
        "<animate/>",
        "<g><set/></g>",
    ],
)
def test_what_runs_or_asks_is_taken_out(inside: str) -> None:
    cleaned = safe_svg(svg(inside + '<path d="M0 0"/>'))
    assert not any(
        word in cleaned for word in ("script", "foreign", "example", "use", "style", "href", "animate", "set")
    )
    assert "<path" in cleaned


@pytest.mark.parametrize(
    "attribute",
    [
        'onload="alert(1)"',
        'style="fill:red"',
        'fill="url(https://example.org/#a)"',
        'fill="URL(&quot;https://example.org&quot;)"',
        'xmlns:x="http://www.w3.org/1999/xlink" x:href="javascript:alert(1)"',
        'id="innhold"',
        'class="skip"',
    ],
)
def test_attributes_that_reach_out_are_taken_out(attribute: str) -> None:
    assert safe_svg(svg(f'<path d="M0 0" {attribute}/>')) == svg('<path d="M0 0" />')


@pytest.mark.parametrize("text", ["<p>x</p>", "x", svg("<path"), "<!DOCTYPE svg>" + svg(""), "<!-- x -->" + svg("")])
def test_what_is_no_picture_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="picture"):
        safe_svg(text)


def test_clips_of_the_picture_itself_stay() -> None:
    clipped = svg('<defs><clipPath id="a"><path d="M0 0" /></clipPath></defs><g clip-path="url(#a)" />')
    assert safe_svg(clipped) == clipped


def test_ids_become_the_pictures_own() -> None:
    clipped = svg('<defs><clipPath id="clip7" /></defs><g clip-path="url(#clip7)" />')
    assert prefixed_svg(bare_svg(clipped), "f1-") == svg(
        '<defs><clipPath id="f1-c0" /></defs><g clip-path="url(#f1-c0)" />'.replace("c0", "c2")
    )


def test_labels_in_another_language_and_endless_decimals_go() -> None:
    labelled = svg('<g role="graphics-symbol" aria-label="X-axis"><text x="1.23456">1.23456</text></g>')
    assert bare_svg(labelled) == svg('<g><text x="1.23">1.23456</text></g>')


def test_colours_become_variables_and_go_back_again() -> None:
    picture = svg('<path fill="#0B5C6B" /><path stroke="#123456" />')
    themed = themed_svg(picture, {"#0b5c6b": "as-is"})
    assert themed == svg('<path fill="var(--as-is, #0b5c6b)" /><path stroke="#123456" />')
    assert plain_svg(themed) == svg('<path fill="#0b5c6b" /><path stroke="#123456" />')
