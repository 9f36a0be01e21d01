"""What a browser may do with a page: content security policies and the other headers.

Every page runs our own files and nothing else, so text that slipped through as markup still could not act. Two things
can widen the policy of a workbook, and only of that:
- A notebook that says that it shows widgets with code of their own: anywidget imports such code from an object URL that
  it has made itself (`script-src blob:`).
- Voilà's front end, where it is chosen, does that too, and puts `<style>` elements into the page (`'unsafe-inline'`).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know the policy's frame-ancestors.
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
}

#: Told over TLS only, for a year: from then on a browser asks for nothing without it.
TLS_ONLY = ("Strict-Transport-Security", "max-age=31536000")

_COMMON = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def _policy(**changes: str) -> str:
    directives = {**_COMMON, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())


#: Single files.
NOTHING = "default-src 'none'; frame-ancestors 'none'"

#: Pages without live components.
PAGE = _policy()

#: A report is one self-contained file; whatever it holds, it runs nothing and reaches nothing.
REPORT = _policy(
    script_src="'none'",
    style_src="'unsafe-inline'",
    img_src="data:",
    font_src="data:",
    connect_src="'none'",
    form_action="'none'",
    sandbox="allow-popups",
)

#: A browser's own PDF viewer does not start in a sandbox.
PDF = _policy(script_src="'none'", style_src="'unsafe-inline'", connect_src="'none'", form_action="'none'")


def set_headers(handler: RequestHandler, *, policy: str | None = None) -> None:
    """Gives an answer the headers that every answer has; a `policy` too, where the handler does not set its own."""
    for name, value in HEADERS.items():
        handler.set_header(name, value)
    if policy is not None:
        handler.set_header("Content-Security-Policy", policy)
    if handler.request.protocol == "https":
        handler.set_header(*TLS_ONLY)
    handler.clear_header("Server")


def is_from_own_page(request: HTTPServerRequest) -> bool:
    """Whether it is one of our own pages that asks, by what browsers say of it; programs that say nothing may ask.

    Jupyter Server's own look knows no Sec-Fetch-Site, and writes into the log what a stranger says.
    """
    headers = request.headers
    if headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return False
    origin = headers.get("Origin")
    if origin is None:
        return True
    try:
        return bool(request.host) and urlsplit(origin.lower()).netloc == request.host.lower()
    except ValueError:
        return False


def workbook(host: str, *, own_widgets: bool = False, voila: bool = False) -> str:
    """The policy of a live workbook; `host` because older Safari does not count websockets as `'self'`.

    own_widgets: the notebook shows widgets with code of their own. voila: Voilà's front end draws it.
    """
    return _policy(
        script_src="'self' blob:" if own_widgets or voila else "'self'",
        style_src="'self' 'unsafe-inline'" if voila else "'self'",
        font_src="'self' data:" if voila else "'self'",
        connect_src=f"'self' ws://{host} wss://{host}",
    )
