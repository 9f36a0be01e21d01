"""The group's actions as a file, for those who are of the group."""

from __future__ import annotations

from datetime import UTC, datetime

from kompetanse.language import translate
from kompetanse.sections.action_files import FORMATS, Plan
from kompetanse.sections.actions import actions_of
from kompetanse.sections.carried import carried_over
from kompetanse.server.page import Page


class ActionFile(Page):
    """The actions of one's own group, whoever of it wrote them."""

    auth_resource = "actions"

    async def get(self, form: str) -> None:
        """A table, a calendar or a text; all actions, also those that are not for the report or of earlier modules."""
        session, services = self.own_session, self.services
        module, group, programme = services.module, services.group_of(session), services.programme
        log = services.log_for(session)
        answers = log.of_group(module.id)
        written = {each.subject: each.value for each in answers if each.aspect == "action" and each.value}
        carried = carried_over(programme, module, log.of_group)
        plan = Plan(
            group=group.id,
            title=translate("Tiltak i {name}", session.language, name=group.name),
            module=module.id,
            actions=(*actions_of(written, all=True), *(each.now for each in carried)),
            numbers={each.id: each.number for each in programme.modules},
            instruments=tuple(programme.instruments.values()),
            language=session.language,
            made=datetime.now(UTC),
        )
        kind, made = FORMATS[form]
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="tiltak.{form}"')
        self.finish(made(plan))
