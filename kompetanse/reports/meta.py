"""What a report says about itself, and the marks it must carry on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

from kompetanse.language import Language, translate


@dataclass(frozen=True)
class ReportMeta:
    """A report's title and place in the programme; `name` is whose it is, `module` what it is about."""

    title: str
    name: str
    programme: str
    module: str
    language: Language
    date: Date
    draft: bool
    made_up: bool
    author: str
    practice: bool = False

    @property
    def full_title(self) -> str:
        """The title that a window or an archive shows: whose report it is, and what it is called."""
        return self.title if self.name in self.title else f"{self.name}: {self.title}"

    @property
    def draft_mark(self) -> str:
        """The words that an unapproved report carries on every page; empty for an approved one."""
        return translate("Utkast – ikke godkjent av ledergruppa", self.language) if self.draft else ""

    @property
    def made_up_mark(self) -> str:
        """The words that made-up answers carry on every page; empty for real ones."""
        if self.practice:
            return translate("Øving – oppdiktede svar", self.language)
        return translate("Øvingsdata: svarene er laget for demonstrasjon", self.language) if self.made_up else ""
