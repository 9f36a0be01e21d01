"""The process that the renderer draws in: `python -m kompetanse.figures.drawer FD SECONDS`.

Orders come over the socket FD, one at a time. A picture that takes more than SECONDS ends this process, and so does
the end of the socket: the engine gives no other way to stop it, as it lets no other thread run meanwhile.
"""

from __future__ import annotations

import signal
import socket
import sys
from contextlib import suppress

from kompetanse.errors import ReportError
from kompetanse.figures.engine import draw
from kompetanse.sockets import Broken, receive, send


def draw_for(peer: socket.socket, *, seconds: int) -> None:
    """Draws what `peer` orders until it is gone."""
    send(peer, {"ready": True})
    with suppress(Broken):
        while True:
            order = receive(peer)
            # Nobody handles this signal: its default is the end of the process.
            signal.alarm(seconds)
            try:
                answer = {"svg": draw(order["spec"], order["language"])}
            except ReportError as error:
                answer = {"problem": str(error)}
            signal.alarm(0)
            send(peer, answer)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    draw_for(socket.socket(fileno=int(sys.argv[1])), seconds=int(sys.argv[2]))
