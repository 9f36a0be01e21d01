"""Signing in with a job account, for facilitators and analysts: away to the provider, back with a role, and out."""

from __future__ import annotations

import hmac
import logging
from datetime import timedelta
from http import HTTPStatus

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.web import HTTPError

from kompetanse.language import translate
from kompetanse.server.access import OPEN
from kompetanse.server.job_account import Attempt, forget_sign_in, note_sign_in
from kompetanse.server.openid_provider import OpenIdProvider, ProviderDown, SignInRefused, error_code, mark_text
from kompetanse.server.openid_settings import JobRole
from kompetanse.server.page import Page
from kompetanse.server.sign_in import own_address

log = logging.getLogger(__name__)

#: More than any provider's code; what is longer is not sent on.
LONGEST_CODE = 4096


class JobAccountPage(Page):
    """What the three pages share: there are none of them where no provider is set up."""

    auth_resource = OPEN

    @property
    def provider(self) -> OpenIdProvider:
        """The provider; 404 without one."""
        if self.services.openid is None:
            raise HTTPError(404)
        return self.services.openid

    def show_problem(self, status: HTTPStatus, title: str, words: str) -> None:
        """One plain page about what happened, and the way back."""
        self.set_status(status)
        self._show(title, words)

    def _show(self, title: str, words: str, *, href: str = "/inn", button: str | None = None) -> None:
        button = button or translate("Til innlogging", self.language)
        self.show("message.html.j2", title=title, paragraphs=[words], href=href, button=button)

    def show_down(self, reason: ProviderDown) -> None:
        """The page for when the provider does not answer."""
        log.warning("Sign-in with a job account is not possible now: %s.", reason)
        self.show_problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            translate("Innlogging med jobbkonto svarer ikke", self.language),
            translate("Prøv igjen om litt. Har du en kode, kan du logge inn med den imens.", self.language),
        )

    def show_refused(self, reason: str) -> None:
        """The page for everything that is wrong with an answer; which part it was stands in the log only."""
        log.warning("A sign-in with a job account was refused: %s.", reason)
        self.show_problem(
            HTTPStatus.BAD_REQUEST,
            translate("Du ble ikke logget inn med jobbkontoen", self.language),
            translate(
                "Innloggingen ble avbrutt, tok for lang tid, eller kunne ikke bekreftes. Prøv igjen fra "
                "innloggingssiden, og ring oss hvis det ikke hjelper.",
                self.language,
            ),
        )


class JobAccountStart(JobAccountPage):
    """Away to the provider. By GET: a form that leads to another site would need a hole in the page's policy."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Sends the browser to the provider, with an attempt that only this browser can finish."""
        provider = self.provider
        attempt = Attempt.new(own_address(self.get_query_argument("next", "/")[:500]))
        try:
            address = await provider.authorization_address(attempt, self.language)
        except ProviderDown as down:
            self.show_down(down)
        except SignInRefused as refused:
            self.show_refused(str(refused))
        else:
            attempt.keep(self)
            self.go(address)


class JobAccountReturn(JobAccountPage):
    """Back from the provider."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Signs in whoever the provider vouches for and has a role here; everybody else gets one page of words."""
        provider = self.provider
        attempt = Attempt.take(self)
        try:
            code = await self._code(provider, attempt)
            assert attempt is not None
            claims = await provider.claims(code, attempt)
        except ProviderDown as down:
            self.show_down(down)
            return
        except SignInRefused as refused:
            self.show_refused(str(refused))
            return
        mark = mark_text(self.services.store.keys.hashed("openid", provider.issuer, claims["sub"]))
        role = provider.role_of(claims, mark)
        if role is None:
            self._show_without_role(mark)
            return
        self._let_in(role, mark)
        self.go(attempt.goal)

    async def _code(self, provider: OpenIdProvider, attempt: Attempt | None) -> str:
        """The code in the answer, if it is the answer to what this browser asked."""
        said = {name: self.get_query_argument(name, "") for name in ("state", "code", "error", "iss")}
        if attempt is None or not hmac.compare_digest(said["state"].encode(), attempt.state.encode()):
            raise SignInRefused("the answer is not to what this browser asked, or came late")
        names_itself = (await provider.metadata()).get("authorization_response_iss_parameter_supported") is True
        if said["iss"] != provider.issuer and (said["iss"] or names_itself):
            raise SignInRefused("the answer is from another issuer")
        if said["error"]:
            raise SignInRefused(f"the provider says {error_code(said['error'])}")
        if not 0 < len(said["code"]) <= LONGEST_CODE:
            raise SignInRefused("the answer has no code")
        return said["code"]

    def _let_in(self, role: JobRole, mark: str) -> None:
        services = self.services
        services.store.audit("sign_in", role, "job account", programme=services.programme.id, participant=mark)
        lifetime = timedelta(hours=services.limits.job_account_hours)
        self.identity.sign_in(self, services.devices.sign_in_by_account(role, lifetime))
        note_sign_in(self)

    def _show_without_role(self, mark: str) -> None:
        log.warning("Somebody without a role signed in with a job account.")
        self.show_problem(
            HTTPStatus.FORBIDDEN,
            translate("Jobbkontoen din har ingen rolle her", self.language),
            translate(
                "Skal du ha en rolle i programmet, gir du merket {mark} til den som drifter løsningen.",
                self.language,
                mark=mark,
            ),
        )


class JobAccountEnd(JobAccountPage):
    """After signing out here: the job account itself may still be signed in."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Says so, with the way out of the job account where the provider has one."""
        provider = self.provider
        forget_sign_in(self)
        try:
            address = await provider.sign_out_address()
        except (ProviderDown, SignInRefused):
            address = None
        title = translate("Du er logget ut", self.language)
        if address is None:
            words = translate("Lukk nettleseren også, hvis andre bruker denne maskinen.", self.language)
            self._show(title, words)
            return
        words = translate(
            "Jobbkontoen din er fortsatt innlogget i denne nettleseren. "
            "Logg ut av den også, hvis andre bruker maskinen.",
            self.language,
        )
        self._show(title, words, href=address, button=translate("Logg ut av jobbkontoen", self.language))
