"""The route that gives out styles, fonts and scripts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from tornado.web import RequestHandler

from kompetanse.server import security
from kompetanse.server.assets import EXTENSION, FRONT_END, VOILA
from kompetanse.server.services import Services
from kompetanse.widgets.catalogue import COMPONENT_CODE

FOREVER = "public, max-age=31536000, immutable"
CHECK_AGAIN = "public, max-age=3600"

#: What lies here has another name when it has another content, or with another version.
NAMED_BY_CONTENT = (FRONT_END, COMPONENT_CODE, VOILA, EXTENSION)


class StaticFile(RequestHandler):
    """One file of the list that was made when the server started; open to everyone, and nobody is looked up."""

    def set_default_headers(self) -> None:
        """The security headers; a file that is opened by itself runs nothing."""
        security.set_headers(self, policy=security.NOTHING)

    async def get(self, address: str) -> None:
        """The file, packed if the browser takes that, and kept for ever where its address holds a fingerprint."""
        services = cast(Services, self.settings["services"])
        asset = services.assets.get(address)
        if asset is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        named = self.get_query_argument("v", None) == asset.fingerprint or address.startswith(NAMED_BY_CONTENT)
        self.set_header("Cache-Control", FOREVER if named else CHECK_AGAIN)
        self.set_header("Content-Type", asset.type)
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("Etag", f'"{asset.fingerprint}"')
        if self.check_etag_header():
            self.set_status(HTTPStatus.NOT_MODIFIED)
            return
        content = asset.content
        if asset.packed is not None and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            content = asset.packed
        self.finish(content)

    head = get

    def write_error(self, status_code: int, **_: Any) -> None:
        """A plain line; nobody reads it but a developer."""
        self.finish(f"{status_code}\n")
