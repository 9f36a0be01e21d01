"""A link as a QR code, for the camera of a phone."""

from __future__ import annotations

import io
from base64 import b64encode

import segno

#: White modules around the code; scanners need four.
QUIET_ZONE = 4


def qr_code(link: str) -> str:
    """The link as SVG without a size of its own; a seventh of it may be torn or stained."""
    file = io.BytesIO()
    made = segno.make(link, error="m", micro=False)
    made.save(
        file, kind="svg", border=QUIET_ZONE, xmldecl=False, omitsize=True, nl=False, svgclass=None, lineclass=None
    )
    return file.getvalue().decode()


def qr_image(link: str) -> str:
    """The same as an address that an image of a page can have."""
    return "data:image/svg+xml;base64," + b64encode(qr_code(link).encode()).decode()
