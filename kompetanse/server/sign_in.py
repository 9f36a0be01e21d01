"""Signing in with a code, the personal code that brings a person back, signing out, and the language.

Only a form that is sent uses a code up: what a mail's scanner or a browser's prefetch asks for (GET, HEAD) is shown
the page.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.web import HTTPError

from kompetanse.answers.session import Session
from kompetanse.answers.store import IssuedCode
from kompetanse.answers.store.codes import in_fours, plain_code
from kompetanse.language import LANGUAGES, Language, translate
from kompetanse.server.access import OPEN
from kompetanse.server.job_account import page_after_sign_out
from kompetanse.server.page import Page
from kompetanse.server.send_code import send_links


def own_address(address: str) -> str:
    """The address if it leads to a page of ours, else the front page: a link cannot send anyone elsewhere."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address
    return address if plain and not parts.scheme and not parts.netloc and address.isprintable() else "/"


def refusal(code: IssuedCode, language: Language) -> str:
    """Why a code that was made once lets nobody in any more, and what to do."""
    if code.state == "used":
        return translate(
            "Denne koden er brukt. Logg inn med den personlige koden du fikk da. "
            "Den står under «Koden min» der du er logget inn.",
            language,
        )
    return translate("Denne koden gjelder ikke lenger. Be om en ny der du fikk den.", language)


class SignIn(Page):
    """The field for a code. Opening the page, also with a code in its address, never uses the code up."""

    auth_resource = OPEN

    @allow_unauthenticated
    async def get(self, code: str = "") -> None:
        """The field, filled in where the link had the code in it."""
        self._ask(code=code)

    head = get

    @allow_unauthenticated
    async def post(self, code: str = "") -> None:
        """Signs this device in, and shows a new participant the personal code once."""
        services = self.services
        typed = self.get_body_argument("kode", code)[:64]
        goal = own_address(self.get_body_argument("next", "/"))
        known = services.store.find_code(typed)
        if known is None:
            await services.guesses.wrong(typed)
            self._refuse(
                typed, goal, translate("Koden finnes ikke. Se etter en gang til, eller ring oss.", self.language)
            )
            return
        browser = self.get_cookie("_xsrf") or ""
        entry = services.sent_twice.recall(browser, plain_code(typed))
        if entry is None and known.kind != "personal" and self._is_member(known):
            # Opening the group's invitation once more must not make a second person of somebody.
            self.go(goal)
            return
        entry = entry or services.enter(typed)
        if entry is None:
            self._refuse(typed, goal, refusal(services.store.find_code(typed) or known, self.language))
            return
        services.sent_twice.remember(browser, plain_code(typed), entry)
        before = self.session
        # A code that belongs to one participant is the one that brings them back.
        personal = entry.return_code or (in_fours(typed) if entry.participant else None)
        self.identity.sign_in(self, services.devices.sign_in(entry, typed, personal=personal))
        self.go("/min-kode" if entry.return_code else goal)
        await end_kernels_on_device(self, before)

    def _is_member(self, code: IssuedCode) -> bool:
        session = self.session
        return session is not None and (session.role, session.group) == (code.role, code.group)

    def _refuse(self, typed: str, goal: str, words: str) -> None:
        self.set_status(403)
        self._ask(code=typed, refused=words, goal=goal)

    def _ask(self, *, code: str, refused: str | None = None, goal: str = "") -> None:
        goal = goal or own_address(self.get_query_argument("next", "/"))
        title = translate("Logg inn med koden din", self.language)
        job_account = self.services.openid is not None
        self.show("sign_in.html.j2", title=title, code=code, refused=refused, next=goal, job_account=job_account)


class OwnCode(Page):
    """The personal code, right after the first sign-in."""

    auth_resource = "own page"

    async def get(self) -> None:
        """The code, to write down."""
        code = self.current_user.return_code
        if not code:
            self.go("/")
            return
        title = translate("Ta vare på koden din", self.language)
        programme = self.services.programme.title.to(self.language)
        links = send_links(code, address=self.address, programme=programme, language=self.language)
        self.show("own_code.html.j2", title=title, code=code, links=links, next="/")

    head = get


async def end_kernels_on_device(page: Page, session: Session | None) -> None:
    """Ends the kernels that were started on the device of a session.

    To be called after the answer: an open page that loses its kernel asks at once, and must already be told that it is
    signed out.
    """
    if session is not None and session.device is not None:
        await page.kernels.end_on(session.device)


class SignOut(Page):
    """Leaving this device."""

    auth_resource = OPEN

    @allow_unauthenticated
    async def get(self) -> None:
        """Asks first: a link or a preview must not sign anyone out."""
        paragraphs = [translate("Svarene dine er lagret. Du kommer inn igjen med koden din.", self.language)]
        self.show(
            "confirm.html.j2",
            title=translate("Logge ut på denne enheten?", self.language),
            paragraphs=paragraphs,
            action="/ut",
            button=translate("Logg ut", self.language),
            grave=False,
        )

    head = get

    @allow_unauthenticated
    async def post(self) -> None:
        """Signs this device out, so that a copy of its cookie is refused, too, and ends its kernels."""
        session = self.session
        self.identity.sign_out(self)
        self.go(page_after_sign_out(self))
        await end_kernels_on_device(self, session)


class SignOutEverywhere(Page):
    """«Logg ut på alle enheter»: for whoever has lost one."""

    auth_resource = "own devices"

    async def get(self) -> None:
        """Asks first."""
        self.show(
            "confirm.html.j2",
            title=translate("Logge ut på alle enheter?", self.language),
            paragraphs=[
                translate(
                    "Du blir logget ut overalt, også her. Det du ikke har lagret på de andre, blir liggende der.",
                    self.language,
                ),
                translate("Svarene dine er lagret. Du kommer inn igjen med koden din.", self.language),
            ],
            action="/ut/overalt",
            button=translate("Ja, logg ut på alle enheter", self.language),
            grave=False,
        )

    async def post(self) -> None:
        """Signs out all devices of this participant, and ends all their kernels."""
        session = self.own_session
        self.services.devices.sign_out_everywhere(session.participant or "")
        self.identity.sign_out(self)
        self.go("/inn")
        await self.kernels.end_for(session)


class ChooseLanguage(Page):
    """The choice of language, kept on the device."""

    auth_resource = OPEN

    @allow_unauthenticated
    async def post(self) -> None:
        """Keeps the language and goes back to where the visitor was."""
        wanted = self.get_body_argument("sprak", "")
        chosen = next((language for language in LANGUAGES if language == wanted), None)
        if chosen is None or chosen not in self.services.programme.languages:
            raise HTTPError(400)
        self.identity.choose_language(self, chosen)
        self.go(own_address(self.get_body_argument("tilbake", "/")))
