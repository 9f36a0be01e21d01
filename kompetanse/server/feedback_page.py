"""`/tilbakemelding`: what all groups answered about a module, and what came of it; the facilitator writes that here."""

from __future__ import annotations

from tornado.web import HTTPError

from kompetanse.answers.reply import LONGEST_REPLY
from kompetanse.language import translate
from kompetanse.programme.plain_text import plain_text
from kompetanse.server.feedback_view import feedback_step, module_feedback
from kompetanse.server.page import Page


class Feedback(Page):
    """For the facilitator with a field to write in; for groups what was written, with what all answered."""

    auth_resource = "feedback"

    async def get(self) -> None:
        """The modules that have been answered, or written about."""
        writes = self.own_session.role == "facilitator"
        self.show(
            "feedback.html.j2",
            title=translate("Tilbakemeldinger", self.language)
            if writes
            else translate("Dette gjorde vi", self.language),
            modules=module_feedback(self.services, self.language, with_texts=writes),
            writes=writes,
            longest=LONGEST_REPLY,
            saved=self.get_query_argument("lagret", ""),
        )


class FeedbackReply(Page):
    """Saving «Dette gjorde vi» of one module."""

    auth_resource = "feedback reply"

    async def post(self) -> None:
        """Writes it down, and goes back to the page; an empty text takes back what stood there."""
        services, session = self.services, self.own_session
        module = services.programme.module(self.get_body_argument("modul", ""))
        if module is None or feedback_step(module) is None:
            raise HTTPError(400)
        text = plain_text(self.get_body_argument("tekst", ""), longest=LONGEST_REPLY).strip()
        programme = services.programme.id
        with services.store.writing() as here:
            before = here.replies.of(programme, module.id)
            if text != (before.text if before else ""):
                here.replies.add(programme, module.id, text)
                detail = f"module {module.id}, {len(text)} characters"
                here.audit.add("reply", session.role, detail, programme=programme)
        self.go(f"/tilbakemelding?lagret={module.id}")
