"""The server: a standalone Voilà application with our own routes, our own sign-in and nothing else.

A subclass rather than an extension of Jupyter Server, because the extension leaves Jupyter's own kernel API open to
participants. Only what a live workbook needs of Voilà remains: its front end, its executor, its kernel channels.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import resource
import shutil
import signal
import sys
import time
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]  # Voilà has no types
from voila.utils import get_page_config  # type: ignore[import-untyped]  # Voilà has no types

from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.confinement import can_confine, keep_memory_private
from kompetanse.errors import InputError
from kompetanse.figures.own_renderer import Renderer
from kompetanse.imports import made_to_stay
from kompetanse.kernels.warm import starter
from kompetanse.logs import logging_to_stderr
from kompetanse.programme.content import load_programme
from kompetanse.server.assets import EXTENSION, EXTENSIONS, VOILA
from kompetanse.server.authority import Authority
from kompetanse.server.connection import PageConnection
from kompetanse.server.front_door import FrontDoor
from kompetanse.server.health import Readiness
from kompetanse.server.identity import CookieIdentity
from kompetanse.server.kernels import OwnedKernels, own_folder
from kompetanse.server.messages import ALLOWED_MESSAGES
from kompetanse.server.page import NotFound, templates
from kompetanse.server.routes import routes
from kompetanse.server.services import Services
from kompetanse.server.settings import ServerSettings
from kompetanse.settings import ANSWER_LOG, CODE, KERNEL, PROGRAMME, PUBLIC_KEY, RENDERER, SESSION, Settings
from kompetanse.sockets import private_folder
from kompetanse.widgets.catalogue import code_version

#: So many connections may wait to be let in: a town hall of phones comes within the same second.
_WAITING_OUTSIDE = 1024
#: How long connections get to close when the server stops.
GOODBYE_SECONDS = 2
#: The exit code of a server that was told twice to stop.
AT_ONCE = 1

#: A kernel's token outlives the longest page a little, so that the page's end is what a person notices.
TOKEN_MARGIN = timedelta(minutes=30)

#: How many pictures are drawn at once for all kernels together.
DRAWERS = 2

_log = logging.getLogger(__name__)

#: How long one thread may keep others waiting. The thread that writes answers gives way ten times for each of them, and
#: would wait Python's own 5 ms each time while a whole gathering answers.
TURN_SECONDS = 0.0005

#: Parts of the front end that no page of ours uses.
LEFT_OUT = ["@jupyterlab/mathjax-extension", "@jupyterlab/markdownviewer-extension", "@jupyterlab/json-extension"]


def configuration(folder: Path) -> Config:
    """Everything that Voilà and Jupyter decide by configuration, decided here and nowhere else."""
    config = Config()
    config.Voila.open_browser = False
    config.Voila.port_retries = 0
    config.Voila.config_file_paths = []
    config.Voila.root_dir = str(folder)
    # Voilà would print by itself, without looking at what it prints.
    config.Voila.logging_config = {
        "loggers": {KompetanseServer.__name__: {"handlers": [], "level": "NOTSET", "propagate": True}}
    }
    config.Voila.identity_provider_class = CookieIdentity
    config.Voila.authorizer_class = Authority
    config.VoilaConfiguration.multi_kernel_manager_class = OwnedKernels
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.file_allowlist = []
    config.VoilaConfiguration.attempt_fix_notebook = False
    config.VoilaConfiguration.preheat_kernel = False
    config.VoilaConfiguration.progressive_rendering = False
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.extension_allowlist = list(EXTENSIONS)
    config.MappingKernelManager.allow_tracebacks = False
    config.MappingKernelManager.cull_idle_timeout = 0  # OwnedKernels ends what nobody looks at
    config.MappingKernelManager.buffer_offline_messages = False
    config.ZMQChannelsWebsocketConnection.limit_rate = False  # kernels run our workbooks and print nothing
    config.KernelManager.transport = "ipc"
    config.KernelManager.autorestart = False
    config.KernelManager.shutdown_wait_time = 1.0
    return config


class KompetanseServer(Voila):  # type: ignore[misc]  # Voilà has no types
    """One server for one home and one programme."""

    name = "kompetanse"

    def __init__(self, services: Services, settings: ServerSettings):
        super().__init__(config=configuration(services.workbooks))
        self.services = services
        self.reached_by = settings
        self.port = settings.port
        self.ip = settings.host
        self._stopped: asyncio.Event | None = None

    def setup_template_dirs(self) -> None:
        """No template of Voilà's is used; the pages have their own."""
        self.template_paths: list[str] = []
        self.static_paths: list[str] = []

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings with our own services, limits and headers."""
        self.cookie_secret = self.services.cookie_secret
        settings: dict[str, Any] = super().init_settings()
        # Only this environment's kernels: somebody's own "python3" would not know our package.
        self.kernel_spec_manager.kernel_dirs = [str(Path(sys.prefix) / "share" / "jupyter" / "kernels")]
        self.identity_provider.devices = self.services.devices
        self.identity_provider.programme = self.services.programme
        self.identity_provider.limits = self.services.limits
        self.identity_provider.mark = self.services.mark
        self.kernel_manager.limits = self.services.limits
        self.kernel_manager.environment_for = self.kernel_environment
        self.kernel_manager.is_signed_in = self.services.is_signed_in
        self.kernel_manager.allowed_message_types = list(ALLOWED_MESSAGES)
        limits = self.services.limits
        own: dict[str, Any] = {
            "services": self.services,
            "readiness": self.readiness,
            "renderer": self.renderer.path,
            "pages": templates(),
            "login_url": "/inn",
            "allow_unauthenticated_access": False,
            "default_handler_class": NotFound,
            "log_function": _count_request,
            "serve_traceback": False,
            "kernel_websocket_connection_class": PageConnection,
            "websocket_max_message_size": limits.message_bytes,
            "websocket_compression_options": {},
            "ws_ping_interval": 20000,
            "compress_response": True,
            "xsrf_cookie_kwargs": {
                "samesite": "Lax",
                "secure": urlsplit(self.services.address or "").scheme == "https",
            },
        }
        return {**settings, **own, "voila_config": self.voila_config(settings)}

    def voila_config(self, settings: dict[str, Any]) -> dict[str, Any]:
        """What Voilà's front end is told: where its files lie, and which extensions it loads."""
        config = get_page_config(
            base_url="/", settings=settings, log=self.log, voila_configuration=self.voila_configuration
        )
        return {
            **config,
            "fullStaticUrl": VOILA.rstrip("/"),
            "fullLabextensionsUrl": EXTENSION.rstrip("/"),
            "disabledExtensions": [*config.get("disabledExtensions", []), *LEFT_OUT],
            "jupyterLabTheme": "light",
        }

    def init_handlers(self) -> list[Any]:
        """Our own routes only; whatever is not among them is 404."""
        return routes()

    def kernel_environment(self, session: Session, kernel_id: str) -> dict[str, str]:
        """What a kernel is told: whom to ask for answers, and on whose behalf it runs, signed. Never where they lie."""
        services = self.services
        lifetime = timedelta(hours=services.limits.longest_hours) + TOKEN_MARGIN
        code = code_version() if services.front_end == "slim" else None
        optional = {PROGRAMME: services.programme_folder, CODE: code}
        own = own_folder(self.connection_dir, kernel_id)
        return {
            ANSWER_LOG: os.path.join(self.connection_dir, "answers"),
            SESSION: services.signer.sign(session, lifetime, kernel=kernel_id),
            KERNEL: kernel_id,
            PUBLIC_KEY: services.signer.public_key_pem,
            **services.limits.of_a_kernel.to_environment(),
            RENDERER: str(self.renderer.path),
            "IPYTHONDIR": str(own / "ipython"),
            "TMPDIR": str(own),
            **{name: str(value) for name, value in optional.items() if value is not None},
        }

    async def serve(self) -> None:
        """Serves until it is told to stop, then lets what is under way come to its end, and ends every kernel."""
        self._stopped = asyncio.Event()
        _allow_many_files()
        keep_memory_private()
        if not can_confine():
            self.log.warning("Kernels are not kept from other files of this user: that needs Linux with Landlock.")
        # Jupyter's websockets name their ping times in milliseconds, which makes Tornado warn about each of them; what
        # else is said here is about strangers' requests that are none.
        logging.getLogger("tornado.general").setLevel(logging.ERROR)
        self.connection_dir = str(private_folder("kompetanse-"))
        answers = self.services.answer_service(lambda process: self.kernel_manager.kernel_of(process))
        address = Path(self.connection_dir, "answers")
        warm = starter(self.services.programme_folder)
        self.readiness = Readiness(self.services, answers, address, warm)
        self.renderer = Renderer(drawers=DRAWERS)
        self.services.store.keys.metrics_token  # noqa: B018 - made now, for whoever sets up the monitoring
        try:
            await answers.start(address)
            with made_to_stay():
                settings = self.init_settings()
                self.app = Application(self.init_handlers(), **settings)
            http = self.bind()
            self._stop_on_signals()
            practice = self.services.practice.act(lambda: self.services.module)
            under_way = (self.kernel_manager.watch(), self._warm_up(), practice)
            tasks = [asyncio.create_task(each) for each in under_way]
            _log.info("Serving %s at %s:%d.", self.services.home, self.ip, self.port)
            await self._stopped.wait()
            await self._drain()
            for task in tasks:
                task.cancel()
            http.stop()
            await self.kernel_manager.end_all()
            with suppress(TimeoutError):
                # A page that is still being sent must not hold the server up.
                await asyncio.wait_for(http.close_all_connections(), GOODBYE_SECONDS)
        finally:
            # Aside, so that a second signal is heard meanwhile.
            await asyncio.to_thread(warm.close)
            await self.services.reports.close()
            await self.services.polls.close()
            await answers.stop()
            self.renderer.stop()
            shutil.rmtree(self.connection_dir, ignore_errors=True)
        _log.info("Stopped.")

    async def _warm_up(self) -> None:
        """Starts the process that kernels are forked from, before the first visitor needs it."""
        begun = time.monotonic()
        await self.readiness.warm_up()
        _log.info("Kernels start %s; known after %.1f s.", self.readiness.forking, time.monotonic() - begun)

    async def _drain(self) -> None:
        """No new pages; those that are being sent and the answers on their way may come to their end."""
        traffic = self.services.traffic
        traffic.stopping = True
        _log.info("Told to stop; %d pages are connected.", traffic.websockets)
        seconds = self.services.limits.drain_seconds
        if not await traffic.quiet(seconds):
            pages, kernels = traffic.under_way
            _log.warning("After %g s %d pages and %d kernels were not done; pages send again.", seconds, pages, kernels)

    def bind(self) -> FrontDoor:
        """Takes the port, or says in one sentence that it is taken."""
        try:
            sockets = bind_sockets(self.port, address=self.ip, backlog=_WAITING_OUTSIDE)
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
                raise InputError(
                    f"Port {self.port} on {self.ip} cannot be used ({os.strerror(error.errno).lower()}); "
                    f"stop the other server, or choose another port with --port {self.port + 1}."
                ) from None
            raise
        settings = self.reached_by
        server = FrontDoor(
            self.app,
            limits=self.services.limits,
            metrics=self.services.metrics,
            protocol=urlsplit(settings.address).scheme if settings.address else None,
            # Whoever reaches the loopback address is a proxy on this machine, or somebody who deceives only themselves.
            xheaders=settings.trusts_proxy,
        )
        server.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]
        return server

    def _stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._stop)

    def _stop(self) -> None:
        """The first time in good order, the second time at once: whatever this process has started ends with it."""
        assert self._stopped is not None
        if not self._stopped.is_set():
            self._stopped.set()
            return
        _log.warning("Told to stop again: at once.")
        shutil.rmtree(self.connection_dir, ignore_errors=True)
        sys.stdout.flush()
        os._exit(AT_ONCE)


def _allow_many_files() -> None:
    """As many open files as the system lets us have: a page takes a dozen, and some systems begin at 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _count_request(handler: RequestHandler) -> None:
    """Counts a request, and notes nothing about it: addresses hold codes and kernel ids."""
    services: Services = handler.settings["services"]
    kind, status = type(handler).__name__, handler.get_status()
    services.metrics.answered(kind, str(handler.request.method), status)
    guessed = "Sec-Purpose" in handler.request.headers
    if kind == "WorkbookPage" and status == HTTPStatus.SERVICE_UNAVAILABLE:
        services.metrics.full.inc(not guessed and not services.traffic.stopping)


def run(home: Path, programme_folder: Path | None = None, *, settings: ServerSettings | None = None) -> None:
    """Serves a home and a programme until Ctrl-C or SIGTERM; StoreError or InputError if it cannot begin."""
    settings = settings or ServerSettings.read(home)
    programme = load_programme(programme_folder)
    with Store.open(home, Settings.from_environment().database, exclusive=True) as store:
        services = Services.of(
            store,
            programme,
            programme_folder=programme_folder,
            limits=settings.limits,
            front_end=settings.front_end,
            address=settings.address,
        )
        if settings.front_end == "slim":
            services.assets.front_end  # noqa: B018 - one that has not been built is told now, not to the first reader
        with logging_to_stderr(settings.log_format, settings.log_level, on_error=services.metrics.erred):
            server = KompetanseServer(services, settings)
            server.initialize([])
            sys.setswitchinterval(TURN_SECONDS)
            with suppress(KeyboardInterrupt):
                asyncio.run(server.serve())
