"""Pages for everyone: the accessibility statement and the privacy information."""

from __future__ import annotations

from pathlib import Path

from jupyter_server.auth.decorator import allow_unauthenticated

from kompetanse.answers.retention import retention_words
from kompetanse.figures.blocks import html, markdown_blocks
from kompetanse.language import Language
from kompetanse.programme.models import Programme
from kompetanse.server.access import OPEN
from kompetanse.server.page import Page

TEXTS = Path(__file__).parent / "texts"


def information_text(name: str, language: Language, programme: Programme) -> str:
    """One of the texts in `texts/`, with the programme's name, help and region filled in."""
    text = (TEXTS / f"{name}.{language}.md").read_text("utf-8")
    values = {
        "programme": programme.title.to(language),
        "region": programme.region,
        "retention": retention_words(programme, language),
        "help_name": programme.help.name,
        "help_phone": programme.help.phone,
        "help_email": programme.help.email,
    }
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return text


class Information(Page):
    """A text for everyone, signed in or not."""

    auth_resource = OPEN

    def initialize(self, name: str) -> None:
        """`name`: which text."""
        self.name = name

    @allow_unauthenticated
    async def get(self) -> None:
        """The text in the visitor's language; its first heading is the page's title."""
        text = information_text(self.name, self.language, self.services.programme)
        title = text.splitlines()[0].lstrip("# ")
        body = html(markdown_blocks(text), self.language)
        self.show("information.html.j2", title=title, body=body)
