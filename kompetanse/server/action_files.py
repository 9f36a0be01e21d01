"""The group's actions as a file, for those who are of the group."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from tornado.web import HTTPError

from kompetanse.language import translate
from kompetanse.sections.action_files import FORMATS, Plan
from kompetanse.sections.actions import actions_of
from kompetanse.server.page import Page


class ActionFile(Page):
    """The actions of one's own group, whoever of it wrote them."""

    auth_resource = "actions"

    async def get(self, form: str) -> None:
        """A table, a calendar or a text; all actions, also those that are not for the report."""
        session, services = self.own_session, self.services
        module, group = services.module, services.group_of(session)
        instrument = services.programme.instrument_of_module(module)
        if instrument is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        answers = services.log_for(session).of_group(module.id)
        written = {each.subject: each.value for each in answers if each.aspect == "action" and each.value}
        plan = Plan(
            group=group.id,
            title=translate("Tiltak i {name}", session.language, name=group.name),
            module=module.id,
            actions=actions_of(written, all=True),
            instrument=instrument,
            language=session.language,
            made=datetime.now(UTC),
        )
        kind, made = FORMATS[form]
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="tiltak.{form}"')
        self.finish(made(plan))
