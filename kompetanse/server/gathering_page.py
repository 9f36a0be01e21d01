"""The dates of gatherings: `/datoer` for the facilitator, `/min-dato` for a leader, `/samling.ics` for calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus

from tornado.web import HTTPError

from kompetanse.answers.gathering_dates import attend, change_date, known_dates, take_out
from kompetanse.language import day, translate
from kompetanse.sections.gathering_file import Gathering, as_calendar
from kompetanse.server.page import Page
from kompetanse.server.services import Services


@dataclass(frozen=True)
class DateRow:
    """One date: the groups that gather, how many members of other groups attend, and whether it can be taken out."""

    date: date
    groups: tuple[str, ...]
    guests: int
    may_be_taken_out: bool


@dataclass(frozen=True)
class DatesView:
    """Everything on the facilitator's page. `groups`: the id and the name of each, by name."""

    rows: tuple[DateRow, ...]
    groups: tuple[tuple[str, str], ...]
    undated: tuple[str, ...]


class GatheringDates(Page):
    """Every date of the module that is under way, for the facilitator."""

    auth_resource = "gathering dates"

    async def get(self) -> None:
        """The dates with their groups, a field for one more, and moving a group."""
        self._show()

    async def post(self) -> None:
        """Makes a date, takes one out, or moves a group."""
        services, deed = self.services, self.get_body_argument("gjor", "")
        programme, module, by = services.programme, services.module, self.own_session.role
        chosen = self._date()
        words = day(chosen, self.language)
        with services.store.writing() as here:
            if deed == "ny":
                here.gatherings.make(programme.id, module.id, chosen)
                here.audit.add("gathering_date", by, f"made: {chosen}", programme=programme.id)
                told = translate("{day} er en av datoene nå.", self.language, day=words)
            elif deed == "ta-bort":
                take_out(here, chosen, programme=programme, module=module, by=by, language=self.language)
                told = translate("{day} er tatt bort.", self.language, day=words)
            elif deed == "flytt":
                group = here.groups.get(self.get_body_argument("gruppe", ""))
                if group is None or group.practice is not None:
                    raise HTTPError(HTTPStatus.BAD_REQUEST)
                change_date(here, group, chosen, programme=programme, module=module, by=by)
                told = translate(
                    "{name} samles {day}. Svar, koder og rom er som før. Last ned kalenderfila på nytt.",
                    self.language,
                    name=services.place_of(group),
                    day=words,
                )
            else:
                raise HTTPError(HTTPStatus.BAD_REQUEST)
        self._show(told=told)

    def _date(self) -> date:
        try:
            return date.fromisoformat(self.get_body_argument("dato", ""))
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from None

    def _show(self, *, told: str | None = None) -> None:
        view, title = dates_view(self.services), translate("Datoer for samlingen", self.language)
        made_up = any(group.made_up for group in self.services.store.groups())
        self.show("gathering_dates.html.j2", title=title, view=view, told=told, made_up=made_up)


def dates_view(services: Services) -> DatesView:
    """The dates, each with those who are to come."""
    module = services.module
    with services.store.reading() as here:
        groups, guests = here.groups.all(), here.gatherings.guests(module.id)
        known, made = (
            known_dates(here, services.programme, module),
            here.gatherings.made(services.programme.id, module.id),
        )
    taking_part = {group.id for group in groups}
    named = sorted(((group, services.place_of(group)) for group in groups), key=lambda one: one[1].casefold())

    def row(when: date) -> DateRow:
        names = tuple(name for group, name in named if group.gathering_date == when)
        coming = sum(count for (group, of_date), count in guests.items() if of_date == when and group in taking_part)
        free = when in made and when not in module.gathering_dates and not names and not coming
        return DateRow(when, names, coming, free)

    return DatesView(
        rows=tuple(map(row, known)),
        groups=tuple((group.id, name) for group, name in named),
        undated=tuple(name for group, name in named if group.gathering_date not in known),
    )


class OwnDate(Page):
    """«Jeg deltar en annen dato», for a leader."""

    auth_resource = "own date"

    async def post(self) -> None:
        """Keeps the other date, or goes with the own group again."""
        session, services = self.own_session, self.services
        text = self.get_body_argument("dato", "")
        group = services.group_of(session)
        with services.store.writing() as here:
            known = {each.isoformat(): each for each in known_dates(here, services.programme, services.module)}
            if text and text not in known:
                raise HTTPError(HTTPStatus.BAD_REQUEST)
            attend(
                here,
                known.get(text),
                participant=session.participant or "",
                group=group,
                programme=services.programme,
                module=services.module,
            )
        self.go("/#dato")


class GatheringFile(Page):
    """The day of one's own gathering, for a calendar."""

    auth_resource = "gathering file"

    async def get(self) -> None:
        """The group's date, or the other one that the visitor attends; 404 where none is chosen."""
        session, services = self.own_session, self.services
        group = services.group_as_seen(session)
        if group.gathering_date is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", "text/calendar; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="samling.ics"')
        self.finish(
            as_calendar(
                Gathering(
                    group=group.id,
                    name=services.place_of(group),
                    module=services.module.id,
                    module_title=services.module.title.to(session.language),
                    day=group.gathering_date,
                    address=self.address,
                    language=session.language,
                    made=datetime.now(UTC),
                )
            )
        )
