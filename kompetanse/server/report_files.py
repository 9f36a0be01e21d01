"""The reports of a group: where they lie in the home, and the one route that gives them out."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from tornado.web import HTTPError

from kompetanse.answers.session import Session
from kompetanse.language import Language, translate
from kompetanse.server import security
from kompetanse.server.access import REPORTS, may_read_report
from kompetanse.server.page import Page


@dataclass(frozen=True)
class ReportLink:
    """One report that the visitor may open."""

    href: str
    words: str


def report_path(home: Path, group: str, file: str) -> Path:
    """Where a report lies: `home/reports/<group>/<edition>/kommunerapport.<format>`."""
    edition = REPORTS[file][0]
    return home / "reports" / group / edition / file.replace("-delt", "")


def report_links(home: Path, session: Session, group: str, *, approved: bool) -> tuple[ReportLink, ...]:
    """Links to the group's reports that exist and that this session may read."""
    return tuple(
        ReportLink(f"/rapport/{group}/{file}", link_words(file, session.language, approved=approved))
        for file, (edition, _) in REPORTS.items()
        if may_read_report(session, group=group, edition=edition, approved=approved)
        and report_path(home, group, file).is_file()
    )


def link_words(file: str, language: Language, *, approved: bool) -> str:
    """The words of a report's link."""
    form = "PDF" if file.endswith(".pdf") else translate("nettside", language)
    if REPORTS[file][0] == "shared":
        return translate("Rapporten som deles ({form})", language, form=form)
    if approved:
        return translate("Gruppas egen rapport ({form})", language, form=form)
    return translate("Utkast til rapport ({form})", language, form=form)


class ReportFile(Page):
    """One report, for those who may read it. A name that is not in the list leads nowhere."""

    auth_resource = "reports"

    async def get(self, group: str, file: str) -> None:
        """The file; everyone who may not read it is told that it does not exist."""
        path = report_path(self.services.home, group, file)
        if not path.is_file():
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Security-Policy", security.PDF if file.endswith(".pdf") else security.REPORT)
        self.set_header("Content-Type", REPORTS[file][1])
        self.set_header("Content-Disposition", f'inline; filename="{group}-{file}"')
        self.finish(path.read_bytes())
