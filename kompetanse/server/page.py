"""What all our pages share: who asks, in which language, the shell around the content, and errors in words."""

from __future__ import annotations

import logging
import re
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from kompetanse.answers.session import Session
from kompetanse.errors import AccessDenied, InputError, InvalidAnswer
from kompetanse.language import LANGUAGE_NAMES, Language, day, translate
from kompetanse.server import security
from kompetanse.server.access import OPEN
from kompetanse.server.identity import CookieIdentity, Visitor
from kompetanse.server.kernels import OwnedKernels
from kompetanse.server.services import Services
from kompetanse.settings import package_folder

log = logging.getLogger(__name__)

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")


def templates() -> Environment:
    """The templates of all pages; everything is escaped and a missing value is an error."""
    folder = package_folder() / "figures" / "theme" / "voila" / "templates"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )


class Page(JupyterHandler):
    """A page of ours. A method without `@allow_unauthenticated` is for signed-in visitors only.

    `auth_resource` says what the page is, and so who may open it (see `access`): without one, nobody.
    """

    auth_resource = ""

    @property
    def services(self) -> Services:
        """What the server stands on."""
        return cast(Services, self.settings["services"])

    @property
    def identity(self) -> CookieIdentity:
        """Who keeps visitors apart."""
        return cast(CookieIdentity, self.identity_provider)

    @property
    def kernels(self) -> OwnedKernels:
        """The kernel manager."""
        return cast(OwnedKernels, self.kernel_manager)

    @property
    def session(self) -> Session | None:
        """Whom this request comes from; None for someone who is not signed in."""
        user = self.current_user
        return user.session if isinstance(user, Visitor) else None

    def get_current_user(self) -> Any:
        """Nobody: asked only where a request is refused before it has been looked who asks."""

    @property
    def language(self) -> Language:
        """The language this visitor reads."""
        return self.identity.language(self)

    @property
    def content_security_policy(self) -> str:
        return security.PAGE

    @property
    def host(self) -> str:
        """The host as the browser named it; refused if it is no host name."""
        if not self.names_a_host:
            raise HTTPError(400)
        return self.request.host

    @property
    def names_a_host(self) -> bool:
        """Whether what the browser says it is asking can be a host's name."""
        return _HOST.fullmatch(self.request.host) is not None

    @property
    def address(self) -> str:
        """Where the browser reaches this server, for texts that people send on."""
        return self.services.address or f"{self.request.protocol}://{self.host}"

    def set_default_headers(self) -> None:
        """The security headers; pages are personal and never stored by anyone on the way."""
        super().set_default_headers()
        security.set_headers(self)
        self.set_header("Cache-Control", "no-store")

    async def prepare(self, **kwargs: Any) -> None:
        """Notes that a page is being made, and lets the one authority decide whether it may be.

        Once the server is being stopped it makes no more.
        """
        traffic = self.services.traffic
        if not traffic.stopping:
            traffic.begun(self)
        await super().prepare(**kwargs)
        if self._finished:
            # Sent to the page where one signs in.
            return
        if traffic.stopping:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        if not self.authorizer.is_authorized(self, self.current_user, self.request.method or "", self.auth_resource):
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def on_finish(self) -> None:
        """Notes that the page has been sent."""
        self.services.traffic.ended(self)
        super().on_finish()

    def on_connection_close(self) -> None:
        """Notes that whoever the page was for is gone."""
        self.services.traffic.ended(self)
        super().on_connection_close()

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        """Whether the page that asks is one of ours."""
        return security.is_from_own_page(self.request)

    @property
    def own_session(self) -> Session:
        """The session of a page that is for signed-in visitors."""
        session = self.session
        if session is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        return session

    def set_cookie(self, name: str, value: str | bytes, *arguments: Any, **named: Any) -> None:
        """Sends a cookie, over TLS for TLS alone, the one against forged forms too."""
        named["secure"] = bool(named.get("secure")) or self.request.protocol == "https"
        super().set_cookie(name, value, *arguments, **named)

    def render_page(self, template: str, **values: Any) -> str:
        """One page in its shell, as HTML."""
        programme = self.services.programme
        shell = {
            "languages": [(name, LANGUAGE_NAMES[name]) for name in programme.languages],
            "programme": programme,
            "programme_title": programme.title.to(self.language),
            "session": self.session,
            "asset": self.services.assets.url,
            "xsrf": self.xsrf_form_html(),
            "place": None,
            "made_up": self.session is not None and self.services.is_made_up(self.session),
            "practice": self.session is not None and self.services.is_practice(self.session.group),
        }
        return self.render_part(template, **{**shell, **values})

    def render_part(self, template: str, **values: Any) -> str:
        """A piece of a page, with words and dates in the visitor's language."""
        language = self.language
        words = {
            "translate": partial(translate, language=language),
            "day": partial(day, language=language),
            "language": language,
            "address": self.request.path,
        }
        environment = cast(Environment, self.settings["pages"])
        return environment.get_template(template).render({**words, **values})

    def show(self, template: str, **values: Any) -> None:
        """Answers the request with a page."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.render_page(template, **values))

    def go(self, address: str) -> None:
        """Sends the browser on to another page after a form."""
        self.redirect(address, status=HTTPStatus.SEE_OTHER)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """An error page in words: what happened and what to do; never a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        self.set_header("Content-Security-Policy", security.PAGE)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        title, advice = error_words(status_code, self.language, stopping=self.services.traffic.stopping)
        # Only these are written for participants; others name files and commands of the machine.
        said = str(error) if isinstance(error, AccessDenied | InvalidAnswer) else None
        if status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            self.set_header("Retry-After", "20")
        self.finish(self.render_page("error.html.j2", title=title, advice=advice, said=said, status=status_code))

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Maps our own errors to the status that says the same."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, AccessDenied):
            status_code = HTTPStatus.FORBIDDEN
        elif isinstance(error, InputError | InvalidAnswer):
            status_code = HTTPStatus.BAD_REQUEST
        super().send_error(status_code, **kwargs)

    def log_exception(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        """Notes what nobody foresaw, without the address, which may hold a code."""
        if not isinstance(error, HTTPError | AccessDenied | InvalidAnswer):
            self.log.error("%s failed.", type(self).__name__, exc_info=error)


class NotFound(Page):
    """The page for an address that leads nowhere."""

    auth_resource = OPEN

    @allow_unauthenticated
    async def get(self) -> None:
        """Always 404."""
        raise HTTPError(404)

    head = post = put = delete = patch = options = get


def error_words(status: int, language: Language, *, stopping: bool = False) -> tuple[str, str]:
    """What happened, and what to do about it."""
    if stopping and status == HTTPStatus.SERVICE_UNAVAILABLE:
        return (
            translate("Tjenesten starter på nytt", language),
            translate("Prøv igjen om et øyeblikk. Det du har lagret, er trygt.", language),
        )
    if status == HTTPStatus.FORBIDDEN:
        return (
            translate("Denne siden er ikke åpen for deg", language),
            translate("Gå til forsiden, eller logg inn på nytt med koden din.", language),
        )
    if status == HTTPStatus.NOT_FOUND:
        return (
            translate("Siden finnes ikke", language),
            translate("Adressen kan være skrevet feil. Gå til forsiden og finn fram derfra.", language),
        )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return (
            translate("Det er fullt akkurat nå", language),
            translate("Mange arbeider samtidig. Prøv igjen om et øyeblikk. Det du har lagret, er trygt.", language),
        )
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return (
            translate("Det gikk ikke", language),
            translate("Gå tilbake og prøv én gang til. Nettleseren må få ta vare på informasjonskapsler.", language),
        )
    return (
        translate("Noe gikk galt hos oss", language),
        translate("Det du har lagret, er trygt. Prøv igjen om litt, eller ring oss.", language),
    )
