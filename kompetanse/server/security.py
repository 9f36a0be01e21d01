"""What a browser may do with a page: content security policies and the other headers.

Only a workbook page needs more than its own files. Our own components do not, but an analyst's own widget may be shown
there too, and Voilà's front end may be chosen:
- `style-src 'unsafe-inline'`: anywidget puts a widget's own style into the page as a `<style>` element, as Voilà does.
- `script-src blob:`: anywidget imports a widget's own module from an object URL that it made itself.
No page runs inline scripts, so text that slipped through as markup still could not act.
"""

from __future__ import annotations

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


def workbook(host: str) -> str:
    """The policy of a live workbook; `host` because older Safari does not count websockets as `'self'`."""
    return _policy(
        script_src="'self' blob:",
        style_src="'self' 'unsafe-inline'",
        font_src="'self' data:",
        connect_src=f"'self' ws://{host} wss://{host}",
    )
