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
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]  # Voilà has no types
from voila.utils import get_page_config  # type: ignore[import-untyped]  # Voilà has no types

from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.figures.own_renderer import Renderer
from kompetanse.kernels.provisioner import starter
from kompetanse.kernels.warm import ColdStart
from kompetanse.programme.content import load_programme
from kompetanse.server.assets import EXTENSION, EXTENSIONS, VOILA
from kompetanse.server.identity import CookieIdentity, OwnKernelsOnly
from kompetanse.server.kernels import ALLOWED_MESSAGES, OwnedKernels
from kompetanse.server.limits import Limits
from kompetanse.server.page import NotFound, templates
from kompetanse.server.routes import routes
from kompetanse.server.services import FrontEnd, Services
from kompetanse.settings import ANSWER_LOG, DEFAULT_PORT, PROGRAMME, PUBLIC_KEY, RENDERER, SESSION, Settings
from kompetanse.sockets import private_folder

HOST = "127.0.0.1"

#: How long connections get to close when the server stops.
GOODBYE_SECONDS = 2

#: A kernel's token outlives the longest page a little, so that the page's end is what a person notices.
TOKEN_MARGIN = timedelta(minutes=30)

#: How many pictures are drawn at once for all kernels together.
DRAWERS = 2

#: Parts of the front end that no page of ours uses.
LEFT_OUT = ["@jupyterlab/mathjax-extension", "@jupyterlab/markdownviewer-extension", "@jupyterlab/json-extension"]


def configuration(folder: Path) -> Config:
    """Everything that Voilà and Jupyter decide by configuration, decided here and nowhere else."""
    config = Config()
    config.Voila.open_browser = False
    config.Voila.port_retries = 0
    config.Voila.config_file_paths = []
    config.Voila.root_dir = str(folder)
    config.Voila.log_level = logging.WARNING
    config.Voila.identity_provider_class = CookieIdentity
    config.Voila.authorizer_class = OwnKernelsOnly
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

    def __init__(self, services: Services, *, port: int = DEFAULT_PORT, host: str = HOST):
        super().__init__(config=configuration(services.workbooks))
        self.services = services
        self.port = port
        self.ip = host
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
        self.identity_provider.store = self.services.store
        self.identity_provider.programme = self.services.programme
        self.identity_provider.limits = self.services.limits
        self.kernel_manager.limits = self.services.limits
        self.kernel_manager.environment_for = self.kernel_environment
        self.kernel_manager.allowed_message_types = ALLOWED_MESSAGES
        limits = self.services.limits
        own: dict[str, Any] = {
            "services": self.services,
            "pages": templates(),
            "login_url": "/inn",
            "allow_unauthenticated_access": False,
            "default_handler_class": NotFound,
            "log_function": _log_request,
            "serve_traceback": False,
            "websocket_max_message_size": limits.message_bytes,
            "websocket_compression_options": {},
            "ws_ping_interval": 20000,
            "compress_response": True,
            "xsrf_cookie_kwargs": {"samesite": "Lax"},
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

    def kernel_environment(self, session: Session) -> dict[str, str]:
        """What a kernel is told: whom to ask for answers, and on whose behalf it runs, signed. Never where they lie."""
        services = self.services
        lifetime = timedelta(hours=services.limits.longest_hours) + TOKEN_MARGIN
        optional = {PROGRAMME: services.programme_folder}
        return {
            ANSWER_LOG: os.path.join(self.connection_dir, "answers"),
            SESSION: services.signer.sign(session, lifetime),
            PUBLIC_KEY: services.signer.public_key_pem,
            **services.limits.of_a_kernel.to_environment(),
            RENDERER: str(self.renderer.path),
            "IPYTHONDIR": os.path.join(self.connection_dir, "ipython"),
            **{name: str(value) for name, value in optional.items() if value is not None},
        }

    async def serve(self) -> None:
        """Serves until it is told to stop, and then ends every kernel it started."""
        self._stopped = asyncio.Event()
        _allow_many_files()
        # Jupyter's websockets name their ping times in milliseconds, which makes Tornado warn about each of them.
        logging.getLogger("tornado.general").setLevel(logging.ERROR)
        self.connection_dir = str(private_folder("kompetanse-"))
        answers = self.services.answer_service()
        self.renderer = Renderer(drawers=DRAWERS)
        try:
            await answers.start(Path(self.connection_dir, "answers"))
            settings = self.init_settings()
            self.app = Application(self.init_handlers(), **settings)
            http = self.bind()
            self._stop_on_signals()
            watch = asyncio.create_task(self.kernel_manager.watch())
            warming = asyncio.create_task(self._warm_up())
            await self._stopped.wait()
            watch.cancel()
            warming.cancel()
            http.stop()
            await self.kernel_manager.end_all()
            with suppress(TimeoutError):
                # A page that is still being sent must not hold the server up.
                await asyncio.wait_for(http.close_all_connections(), GOODBYE_SECONDS)
        finally:
            starter(self.services.programme_folder).close()
            await answers.stop()
            self.renderer.stop()
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    async def _warm_up(self) -> None:
        """Starts the process that kernels are forked from, before the first visitor needs it."""
        with suppress(ColdStart):
            await asyncio.to_thread(starter(self.services.programme_folder).running)

    def bind(self) -> HTTPServer:
        """Takes the port, or says in one sentence that it is taken."""
        try:
            sockets = bind_sockets(self.port, address=self.ip)
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
                raise InputError(
                    f"Port {self.port} on {self.ip} cannot be used ({os.strerror(error.errno).lower()}); "
                    f"stop the other server, or choose another port with --port {self.port + 1}."
                ) from None
            raise
        limits = self.services.limits
        server = HTTPServer(
            self.app,
            max_body_size=limits.request_bytes,
            max_buffer_size=4 * limits.request_bytes,
            # Whoever reaches the loopback address is a proxy on this machine, or somebody who deceives only themselves.
            xheaders=self.ip == HOST,
        )
        server.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]
        return server

    def _stop_on_signals(self) -> None:
        assert self._stopped is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._stopped.set)


def _allow_many_files() -> None:
    """As many open files as the system lets us have: a page takes a dozen, and some systems begin at 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _log_request(handler: Any) -> None:
    """Nothing about requests: addresses hold codes and kernel ids. Failures are logged where they happen."""


def run(
    home: Path,
    programme_folder: Path | None = None,
    *,
    port: int = DEFAULT_PORT,
    limits: Limits | None = None,
    front_end: FrontEnd = "slim",
) -> None:
    """Serves a home and a programme until Ctrl-C or SIGTERM; StoreError or InputError if it cannot begin."""
    settings = Settings.from_environment()
    programme = load_programme(programme_folder)
    with Store.open(home, settings.database, exclusive=True) as store:
        services = Services.of(store, programme, programme_folder=programme_folder, limits=limits, front_end=front_end)
        if front_end == "slim":
            services.assets.front_end  # noqa: B018 - one that has not been built is told now, not to the first reader
        server = KompetanseServer(services, port=port)
        server.initialize([])
        with suppress(KeyboardInterrupt):
            asyncio.run(server.serve())
