"""`/p/CODE`: a poll on a phone. It needs no kernel, no sign-in and no script; opening it keeps nothing."""

from __future__ import annotations

import re
import secrets
from http import HTTPStatus
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated

from kompetanse.answers.poll_run import PollRun, PollState
from kompetanse.answers.store.codes import plain_code
from kompetanse.errors import InvalidAnswer, StoreError
from kompetanse.language import translate
from kompetanse.server.access import OPEN
from kompetanse.server.page import Page
from kompetanse.server.poll_desk import TOKEN, PollClosed, device_token, give_token
from kompetanse.server.poll_form import MOST_BYTES, FormMistake, Typed, names, sent_answer, typed


class PollDoor(Page):
    """`/p`: where one types the code that stands on the screen."""

    auth_resource = OPEN

    @allow_unauthenticated
    async def get(self) -> None:
        """The field, or on to the poll whose code was typed."""
        code = plain_code(self.get_query_argument("kode", ""))[:12]
        if code and self.services.polls.find(code):
            self.go(f"/p/{code}")
            return
        show_door(self, code=code)

    head = get


def show_door(page: Page, *, code: str = "") -> None:
    """Answers with the field for a code; with a code that leads nowhere, says so."""
    if code:
        page.set_status(HTTPStatus.NOT_FOUND)
    page.show("poll_door.html.j2", title=translate("Svar på en avstemning", page.language), code=code)


class PollPage(Page):
    """One poll, for whoever has its code."""

    auth_resource = OPEN

    @allow_unauthenticated
    async def get(self, code: str) -> None:
        """The form, filled in with what this device has answered."""
        found = self.services.polls.find(plain_code(code))
        if found is None:
            show_door(self, code=plain_code(code))
            return
        run, state = found
        is_known, token = device_token(self) is not None, give_token(self)
        own = self._own(run, state, token) if is_known else None
        told = None
        if self.get_query_argument("lagret", "") and state.is_open:
            told = translate("Svaret ditt er lagret. Du kan endre det så lenge avstemningen er åpen.", self.language)
        self._ask(run, state, typed(run.content, own), told=told)

    head = get

    @allow_unauthenticated
    async def post(self, code: str) -> None:
        """Keeps the answer, or says in one sentence why not; what was typed stays in the form."""
        desk, language = self.services.polls, self.language
        found = desk.find(plain_code(code))
        if found is None:
            show_door(self, code=plain_code(code))
            return
        run, state = found
        token = device_token(self)
        if token is None:
            words = translate("Nettleseren må få ta vare på informasjonskapsler. Send en gang til.", language)
            self._refuse(run, state, HTTPStatus.BAD_REQUEST, words)
            return
        if not desk.has_room(token):
            words = translate("Det går litt fort. Vent noen sekunder, og send en gang til.", language)
            self._refuse(run, state, HTTPStatus.TOO_MANY_REQUESTS, words)
            return
        try:
            taken_back = await self._keep(run, token)
        except PollClosed:
            words = translate("Avstemningen er stengt, eller har begynt på nytt. Svaret ble ikke lagret.", language)
            self._refuse(run, (desk.find(run.code) or found)[1], HTTPStatus.CONFLICT, words)
        except FormMistake as mistake:
            self._refuse(run, state, HTTPStatus.BAD_REQUEST, str(mistake))
        except InvalidAnswer:
            words = translate(
                "Svaret kunne ikke lagres slik det ble sendt. Last siden på nytt og svar igjen.", language
            )
            self._refuse(run, state, HTTPStatus.BAD_REQUEST, words)
        except StoreError:
            words = translate("Svaret ble ikke lagret. Vent litt, og send en gang til.", language)
            self._refuse(run, state, HTTPStatus.SERVICE_UNAVAILABLE, words)
        else:
            self.go(f"/p/{run.code}" if taken_back else f"/p/{run.code}?lagret=ja")

    async def _keep(self, run: PollRun, token: str) -> bool:
        """Keeps what was sent; whether the answer was taken back by it."""
        id, round = self.get_body_argument("id", ""), self.get_body_argument("runde", "")
        if len(self.request.body) > MOST_BYTES or not TOKEN.fullmatch(id) or not re.fullmatch("[0-9]{1,5}", round):
            raise InvalidAnswer("No form of ours is sent like this.")
        taken_back = bool(self.get_body_argument("ta-tilbake", ""))
        value = None if taken_back else sent_answer(run.content, self._sent, self.language)
        await self.services.polls.answer(run, int(round), token, id, value)
        return taken_back

    def _sent(self, name: str) -> list[str]:
        return self.get_body_arguments(name)

    def _own(self, run: PollRun, state: PollState, token: str) -> object:
        with self.services.store.reading() as here:
            return here.polls.own(run, state.round, token)

    def _refuse(self, run: PollRun, state: PollState, status: HTTPStatus, words: str) -> None:
        self.set_status(status)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.set_header("Retry-After", "5")
        give_token(self)
        small = len(self.request.body) <= MOST_BYTES
        sent = {name: self._sent(name) for name in names(run.content)} if small else {}
        self._ask(run, state, {name: values for name, values in sent.items() if values}, refused=words)

    def _ask(
        self, run: PollRun, state: PollState, filled: Typed, *, told: str | None = None, refused: str | None = None
    ) -> None:
        self.show(
            "poll.html.j2",
            title=run.content.prompt.to(self.language),
            run=run,
            content=run.content,
            state=state,
            filled=filled,
            told=told,
            refused=refused,
            practice=self.services.is_practice(run.group),
            id=secrets.token_urlsafe(16),
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A form that cannot come from our page is told what a phone's reader can do about it."""
        if status_code != HTTPStatus.FORBIDDEN:
            super().write_error(status_code, **kwargs)
            return
        title = translate("Svaret ble ikke sendt", self.language)
        advice = translate(
            "Skriv koden fra skjermen en gang til. Nettleseren må få ta vare på informasjonskapsler.", self.language
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.render_page("error.html.j2", title=title, advice=advice, said=None, status=status_code))
