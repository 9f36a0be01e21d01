"""The kernels of the live workbooks: each belongs to the session that started it, and to nobody else."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from jupyter_server.utils import ApiPath
from tornado.web import HTTPError
from tornado.websocket import WebSocketHandler

from kompetanse.answers.session import Session
from kompetanse.errors import RunLost
from kompetanse.kernels.prompt import PromptManager
from kompetanse.kernels.provisioner import KERNEL_NAME
from kompetanse.kernels.warm import ONE_THREAD
from kompetanse.server.limits import Limits
from kompetanse.settings import inherited

#: Says that a kernel serves a page, so that a missing token means "nobody" and never "the operator".
SIGN_OF_VOILA = "VOILA_KERNEL_ID"

#: Of ZeroMQ, in the server: more than a machine has kernels for.
MOST_SOCKETS = 16384

#: The websocket status of a server that takes its leave.
GOING_AWAY = 1001

Person = tuple[str, str | None, str | None]


def person(session: Session) -> Person:
    """Who the kernels are counted for; those without a group are known by their device alone."""
    return (session.role, session.group, session.participant if session.group else session.device)


def kernel_environment(surroundings: Mapping[str, str], own: Mapping[str, str], *, kernel_id: str) -> dict[str, str]:
    """The whole environment of a kernel: an allow-list, and nothing about the request or the server's secrets."""
    return {**inherited(surroundings), **ONE_THREAD, **own, SIGN_OF_VOILA: kernel_id}


def own_folder(connections: str, kernel: str) -> Path:
    """The one folder that a kernel may write in; its name is short, because sockets lie in it."""
    return Path(connections, kernel.removeprefix("kernel-")[:18])


@dataclass
class Visit:
    """One running kernel: whose it is, since when, and since when no page is open on it."""

    session: Session
    started: float
    alone_since: float | None = None
    ready: bool = False
    sockets: set[WebSocketHandler] = field(default_factory=set)


class PageKernel(PromptManager, ServerKernelManager):
    """The manager of one page's kernel.

    Jupyter Server looks for `traceback_replacement_message` here and only has it on the manager of all: without it
    the first error in a kernel would silence the page's connection for good.
    """

    traceback_replacement_message = ""

    def __init__(self, *, connection_file: str, **kwargs: Any):
        # Its own files lie in a folder of its own, so that it can be kept out of all others.
        own = own_folder(*os.path.split(connection_file))
        own.mkdir(mode=0o700)
        super().__init__(connection_file=str(own / "k.json"), **kwargs)

    def cleanup_connection_file(self) -> None:
        """Removes what the kernel has left behind."""
        super().cleanup_connection_file()
        shutil.rmtree(os.path.dirname(self.connection_file), ignore_errors=True)

    def emit(self, schema_id: str, data: dict[str, Any]) -> None:
        """Nothing: nobody listens to Jupyter's events, and each manager would read and check their schema anew."""


class OwnedKernels(AsyncMappingKernelManager):
    """Starts kernels for sessions only, within limits, and ends them when nobody looks any more.

    Dead kernels are looked for here because `autorestart` is off: a restarted kernel would be an empty one
    under a live page.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # Jupyter's
        # Five sockets for each page; ZeroMQ's own bound of 1,023 would be reached by two hundred.
        self.context.max_sockets = MOST_SOCKETS
        self.kernel_manager_class = f"{PageKernel.__module__}.{PageKernel.__name__}"
        self.limits = Limits()
        self.environment_for: Callable[[Session, str], Mapping[str, str]] = lambda session, kernel_id: {}
        self.is_signed_in: Callable[[Session], bool] = lambda session: False
        self._visits: dict[str, Visit] = {}
        self._of_process: dict[int, str] = {}
        #: One at a time: between a look for a free place and its taking, others must not look.
        self._at_the_door = asyncio.Lock()

    async def reserve(self, session: Session) -> str:
        """The id of a kernel to be started for `session`; its oldest ends if the person has too many.

        503 if the machine is full. Reserving comes before anything is sent, so that a full machine can say so.
        The last places are for groups that have none yet: a full machine must not shut a whole group out. Whoever
        has left a page without saying so gives way to somebody who stands at the door.
        """
        async with self._at_the_door:
            return await self._reserve(session)

    async def _reserve(self, session: Session) -> str:
        own = self._own(session)
        for kernel_id in own[: max(0, len(own) + 1 - self.limits.kernels_per_person)]:
            await self.end(kernel_id)
        has_place = any(visit.session.group == session.group for visit in self._visits.values())
        places = self.limits.kernels - (self.limits.last_places if has_place else 0)
        if len(self._visits) >= places and not await self._make_room(has_place=has_place, places=places):
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        kernel_id = str(uuid.uuid4())
        self._visits[kernel_id] = Visit(session, started=time.monotonic())
        return kernel_id

    async def _make_room(self, *, has_place: bool, places: int) -> bool:
        """Whether there is a place after those who are not looking have given theirs up.

        For a group that has no place at all, the group with the most gives up its oldest, if it has another.
        """
        for kernel_id in self._unseen():
            await self.end(kernel_id)
            if len(self._visits) < places:
                return True
        most = Counter(visit.session.group for visit in self._visits.values()).most_common(1)
        if has_place or not most or most[0][1] < 2:
            return False
        _, oldest = min(
            (visit.started, each) for each, visit in self._visits.items() if visit.session.group == most[0][0]
        )
        await self.end(oldest)
        return True

    def _unseen(self) -> list[str]:
        """The kernels without any open page for a while, those longest alone first."""
        until = time.monotonic() - self.limits.arriving_seconds
        alone = [(visit.alone_since, each) for each, visit in self._visits.items() if visit.alone_since is not None]
        return [kernel_id for since, kernel_id in sorted(alone) if since < until]

    async def start(self, kernel_id: str) -> None:
        """Starts a reserved kernel; RunLost where its place was given to somebody else meanwhile."""
        visit = self._visits.get(kernel_id)
        if visit is None:
            raise RunLost("the page gave its place up before its kernel was started; try again.")
        own = self.environment_for(visit.session, kernel_id)
        environment = kernel_environment(os.environ, own, kernel_id=kernel_id)
        await self._async_start_kernel(kernel_id=kernel_id, kernel_name=KERNEL_NAME, path=ApiPath(""), env=environment)
        self._of_process[getattr(self.get_kernel(kernel_id).provisioner, "pid", 0)] = kernel_id
        visit.ready = True
        if kernel_id not in self._visits:
            # The page was left while its kernel was on its way.
            await self.end(kernel_id)

    async def start_kernel(self, *_: Any, **__: Any) -> str:  # type: ignore[override]  # closed on purpose
        """Always refused: a kernel without a session has no owner."""
        raise HTTPError(HTTPStatus.FORBIDDEN)

    def start_watching_activity(self, kernel_id: str) -> None:
        """Nothing: what counts here is whether a page is open, not what a kernel says; hearing it all costs a tenth."""
        kernel = self._kernels[kernel_id]
        kernel.execution_state = "idle"
        kernel.last_activity = datetime.now(UTC)

    def stop_watching_activity(self, kernel_id: str) -> None:
        """Nothing, as nothing was started."""

    def owned_by(self, kernel_id: str, session: Session) -> bool:
        """Whether this kernel was started on this very device, as it is signed in now."""
        visit = self._visits.get(kernel_id)
        return visit is not None and session.device is not None and visit.session.device == session.device

    def kernel_of(self, process: int) -> str | None:
        """The kernel that runs as this process; None for any other, and for one whose device is signed out."""
        kernel_id = self._of_process.get(process, "")
        visit = self._visits.get(kernel_id)
        return kernel_id if visit is not None and self.is_signed_in(visit.session) else None

    async def is_living(self, kernel_id: str) -> bool:
        """Whether the kernel's process runs; a dead one is forgotten at once."""
        if kernel_id not in self:
            return False
        if await ensure_async(self.get_kernel(kernel_id).is_alive()):
            return True
        await self.end(kernel_id)
        return False

    async def end(self, kernel_id: str) -> None:
        """Ends a kernel; nothing is lost, because what was acknowledged lies in the store."""
        visit = self._visits.pop(kernel_id, None)
        self._of_process = {process: each for process, each in self._of_process.items() if each != kernel_id}
        for socket in list(visit.sockets) if visit else []:
            socket.close(GOING_AWAY)
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]  # Jupyter's

    async def end_for(self, session: Session) -> None:
        """Ends all kernels of this person, on whichever device."""
        for kernel_id in self._own(session):
            await self.end(kernel_id)

    async def end_on(self, device: str) -> None:
        """Ends all kernels that were started on this device."""
        for kernel_id in [each for each, visit in self._visits.items() if visit.session.device == device]:
            await self.end(kernel_id)

    async def end_all(self) -> None:
        """Ends every kernel, at once and not one after the other."""
        await asyncio.gather(*(self.end(kernel_id) for kernel_id in list(self._visits)))

    def opened(self, kernel_id: str, socket: WebSocketHandler) -> None:
        """Notes a page's websocket, so that the page learns at once when the kernel ends."""
        if kernel_id in self._visits:
            self._visits[kernel_id].sockets.add(socket)

    def closed(self, kernel_id: str, socket: WebSocketHandler) -> None:
        """Forgets a page's websocket."""
        if kernel_id in self._visits:
            self._visits[kernel_id].sockets.discard(socket)

    def states(self) -> Counter[str]:
        """How many kernels are starting, open on a page, and alone."""
        return Counter(
            "starting" if not visit.ready else "alone" if visit.alone_since is not None else "open"
            for visit in self._visits.values()
        )

    def processes(self) -> list[int]:
        """The processes of the kernels that run."""
        provisioners = [kernel.provisioner for kernel in self._kernels.values()]
        return [pid for each in provisioners if (pid := getattr(each, "pid", None)) is not None]

    async def watch(self) -> None:
        """Ends kernels that died, are forgotten or too old, for as long as the server runs."""
        while True:
            await asyncio.sleep(self.limits.check_seconds)
            for kernel_id in list(self._visits):
                try:
                    await self._check(kernel_id, time.monotonic())
                except Exception:
                    self.log.exception("A kernel could not be checked.")

    async def _check(self, kernel_id: str, now: float) -> None:
        visit = self._visits.get(kernel_id)
        if visit is None or not visit.ready or not await self.is_living(kernel_id):
            return
        connected = self._kernel_connections.get(kernel_id, 0) > 0
        visit.alone_since = None if connected else visit.alone_since or now
        forgotten = visit.alone_since is not None and now - visit.alone_since > self.limits.idle_minutes * 60
        if forgotten or not self.is_signed_in(visit.session) or now - visit.started > self.limits.longest_hours * 3600:
            await self.end(kernel_id)

    def _own(self, session: Session) -> list[str]:
        """The person's kernels, the oldest first."""
        whose = person(session)
        own = [(visit.started, each) for each, visit in self._visits.items() if person(visit.session) == whose]
        return [kernel_id for _, kernel_id in sorted(own)]
