"""Links with which somebody sends their code to themselves, by their own mail or telephone: nothing passes by us."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kompetanse.language import Language, translate


@dataclass(frozen=True)
class SendLinks:
    """What opens a mail, and what opens a text message, with the code written into it and nobody to send it to."""

    mail: str
    sms: str


def send_links(code: str, *, address: str, programme: str, language: Language) -> SendLinks:
    """The links for this code; `address` is where this server is reached."""
    subject = translate("Koden min: {programme}", language, programme=programme)
    text = translate(
        "Koden min i {programme} er {code}.\nHer fortsetter jeg: {address}/inn/{code}",
        language,
        programme=programme,
        code=code,
        address=address,
    )
    # A mail's lines end in CRLF (RFC 6068). iOS wants `&` before the body of a message, Android `?`: both take `?&`.
    body = quote(text.replace("\n", "\r\n"), safe="")
    return SendLinks(
        mail=f"mailto:?subject={quote(subject, safe='')}&body={body}", sms=f"sms:?&body={quote(text, safe='')}"
    )
