"""`/avstemning`: a facilitator for several groups, or a contact in the own group, starts a poll and leads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tornado.web import HTTPError

from kompetanse.answers.poll_run import Deed, PollRun
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import InvalidAnswer
from kompetanse.language import translate
from kompetanse.programme.kinds.poll_content import FEWEST, FORMS, MOST_OPTIONS, WRITTEN, Content, Form, Option
from kompetanse.programme.models import Step, Text
from kompetanse.programme.plain_text import plain_text
from kompetanse.server.page import Page
from kompetanse.server.poll_view import result_view

LONGEST_QUESTION = 300
LONGEST_OPTION = 120

#: What one press does; those that are about texts take them from the form.
PRESSED: dict[str, Deed] = {
    "steng": "lock", "apne": "open", "vis": "show", "skjul": "hide", "frys": "freeze", "tin": "thaw",
    "nullstill": "reset", "slipp": "allow", "fjern": "ban", "angre": "unban", "sla-sammen": "merge",
}  # fmt: skip


class Polls(Page):
    """The polls that one leads, and starting one."""

    auth_resource = "polls"

    async def get(self) -> None:
        """What has been started, what can be, and a question of one's own."""
        self._show()

    async def post(self) -> None:
        """Starts a poll, and goes on to where it is led."""
        session, services = self.own_session, self.services
        step, content = self._asked()
        chosen = self._date() if session.role == "facilitator" else None
        moderated = content.form in WRITTEN and self.get_body_argument("moderer", "") == "ja"
        module, programme = services.module.id, services.programme.id

        def begin(store: Store) -> PollRun:
            with store.writing() as here:
                here.audit.add("poll", session.role, "start", group=_group(session), programme=programme)
                return here.polls.start(
                    content,
                    programme=programme,
                    module=module,
                    step=step.id if step else None,
                    group=_group(session),
                    gathering_date=chosen,
                    moderated=moderated,
                )

        run = await services.polls.start(begin)
        self.go(f"/avstemning/{run.code}")

    def _asked(self) -> tuple[Step | None, Content]:
        """The step that was chosen, or the question that was written."""
        wanted = self.get_body_argument("steg", "")
        if wanted:
            found = next((step for step in self._steps() if step.id == wanted), None)
            if found is None:
                raise HTTPError(400)
            return found, found.content
        return None, self._own_question()

    def _own_question(self) -> Content:
        language = self.language
        question = " ".join(plain_text(self.get_body_argument("sporsmal", ""), longest=LONGEST_QUESTION).split())
        form: Form | None = next((form for form in FORMS if form == self.get_body_argument("form", "")), None)
        if form is None or not question:
            raise InvalidAnswer(translate("Skriv et spørsmål, og velg hvordan det skal svares.", language))
        lines = plain_text(self.get_body_argument("valg", ""), longest=MOST_OPTIONS * LONGEST_OPTION).splitlines()
        texts = [" ".join(line.split()) for line in lines if line.strip()]
        keys: dict[str, object] = {}
        if form in FEWEST:
            if not FEWEST[form] <= len(texts) <= MOST_OPTIONS:
                raise InvalidAnswer(
                    translate(
                        "Skriv {least} til {most} valg, ett på hver linje.",
                        language,
                        least=FEWEST[form],
                        most=MOST_OPTIONS,
                    )
                )
            keys["options"] = tuple(
                Option(id=str(number), text=Text(nb=text)) for number, text in enumerate(texts, start=1)
            )
        if form == "choice" and self.get_body_argument("flere", "") == "ja":
            keys["most"] = len(texts)
        return Content.model_validate({"form": form, "prompt": Text(nb=question), **keys})

    def _date(self) -> date | None:
        text = self.get_body_argument("dato", "")
        known = {each.isoformat(): each for each in self._dates()}
        if text and text not in known:
            raise HTTPError(400)
        return known.get(text)

    def _dates(self) -> list[date]:
        used = {group.gathering_date for group in self.services.store.groups() if group.gathering_date}
        return sorted({*self.services.gathering_dates(), *used})

    def _steps(self) -> Iterator[Step]:
        return (step for step in self.services.module.steps if step.kind == "poll")

    def _show(self) -> None:
        session = self.own_session
        with self.services.store.reading() as here:
            runs = here.polls.all(self.services.programme.id, self.services.module.id, group=_group(session))
        self.show(
            "polls.html.j2",
            title=translate("Avstemninger", self.language),
            runs=runs,
            steps=list(self._steps()),
            dates=self._dates() if session.role == "facilitator" else [],
            moderate=session.role == "facilitator",
        )


class PollControl(Page):
    """One poll: shown or hidden, open or locked, and which texts come through."""

    auth_resource = "polls"

    async def get(self, code: str) -> None:
        """How it stands, and the buttons."""
        run, _ = self._found(code)
        state, board = await self.services.polls.board(run)
        self.show(
            "poll_control.html.j2",
            title=run.content.prompt.to(self.language),
            run=run,
            state=state,
            results=board.results,
            view=result_view(run, state, board.results, self.language),
            written=run.content.form in WRITTEN,
        )

    async def post(self, code: str) -> None:
        """Does what the button says."""
        run, _ = self._found(code)
        deed = PRESSED.get(self.get_body_argument("gjor", ""))
        if deed is None:
            raise HTTPError(400)
        await self.services.polls.do(run, deed, self._texts(deed), role=self.own_session.role)
        self.go(f"/avstemning/{run.code}")

    def _texts(self, deed: Deed) -> tuple[str, ...]:
        """The texts that the deed is about."""
        if deed not in {"allow", "ban", "unban", "merge"}:
            return ()
        texts = tuple(plain_text(text, longest=1000) for text in self.get_body_arguments("tekst") if text.strip())
        if not texts or (deed == "merge" and len(texts) != 2):
            raise InvalidAnswer(translate("Velg hvilke tekster det gjelder.", self.language))
        return texts

    def _found(self, code: str) -> tuple[PollRun, object]:
        found = self.services.polls.find(code)
        if found is None:
            raise HTTPError(404)
        return found


def _group(session: Session) -> str | None:
    """Whose poll a session starts: a contact's own group's; a facilitator's is of several."""
    return session.group if session.role == "contact" else None
