"""Where connections come in: only so many, none silent for long, and none that takes nothing of what it is sent.

Whoever opens many connections and says nothing, or a word now and then, holds up nobody: when all places are taken, a
new connection gets the place of the one that has been silent for longest.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream
from tornado.web import Application

from kompetanse.server.limits import Limits
from kompetanse.server.metrics import Metrics


class FrontDoor(HTTPServer):
    """Tornado's server with bounds on its connections."""

    def initialize(  # type: ignore[override]  # ours has no bounds but these
        self,
        application: Application,
        *,
        limits: Limits,
        metrics: Metrics,
        xheaders: bool = False,
        protocol: str | None = None,
    ) -> None:
        """Takes the application, the bounds, and what is known of a proxy in front."""
        super().initialize(
            application,
            xheaders=xheaders,
            protocol=protocol,
            max_header_size=limits.header_bytes,
            max_body_size=limits.request_bytes,
            max_buffer_size=4 * limits.request_bytes,
            idle_connection_timeout=limits.silent_seconds,
            body_timeout=limits.body_seconds,
        )
        self._limits = limits
        self._metrics = metrics
        #: Streams that wait for a request or for the rest of its head, the longest silent first.
        self._silent: dict[IOStream, None] = {}
        metrics.connections.set_function(lambda: len(self._connections))

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Lets a connection in, if need be in the place of a silent one."""
        if len(self._connections) >= self._limits.connections:
            self._metrics.cut_off.labels("connections").inc()
            if not self._silent:
                stream.close()
                return
            longest = next(iter(self._silent))
            self._silent.pop(longest)
            longest.close()
        if stream.socket.family in {socket.AF_INET, socket.AF_INET6} and hasattr(socket, "TCP_USER_TIMEOUT"):
            # The system counts how long the other end has taken nothing, whether it still answers or not.
            patience = int(self._limits.stalled_seconds * 1000)
            stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience)
        # Silent from here on: of many that are let in at once, none has come to its first request yet.
        self._silent[stream] = None
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Called before the head of each request: from now on the connection is silent until that is there."""
        stream: IOStream = server_conn.stream  # type: ignore[attr-defined]  # it is Tornado's own
        self._silent.pop(stream, None)
        self._silent[stream] = None
        return _Heard(super().start_request(server_conn, request_conn), lambda: self._silent.pop(stream, None))

    def on_close(self, server_conn: object) -> None:
        """Forgets a connection."""
        self._silent.pop(server_conn.stream, None)  # type: ignore[attr-defined]  # it is Tornado's own
        super().on_close(server_conn)


class _Heard(HTTPMessageDelegate):
    """Passes a request on, and tells when its head has been heard."""

    def __init__(self, inner: HTTPMessageDelegate, heard: Any):
        self._inner = inner
        self._heard = heard

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._heard()
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._inner.data_received(chunk)

    def finish(self) -> None:
        self._inner.finish()

    def on_connection_close(self) -> None:
        self._heard()
        self._inner.on_connection_close()
