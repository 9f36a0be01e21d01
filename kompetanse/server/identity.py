"""Who asks: the key in a device's signed cookie, and for whom the device is signed in, as a `Session`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import RequestHandler

from kompetanse.answers.device_key import DeviceKey
from kompetanse.answers.session import Session
from kompetanse.language import Language
from kompetanse.programme.models import Programme
from kompetanse.server.devices import SignedInDevices
from kompetanse.server.limits import Limits

#: What our cookies' names begin with; a mark of the home follows, because browsers do not tell two ports of a host
#: apart, where two programmes may be served. Over TLS a browser takes a cookie of the second name from this very host
#: only: no neighbour can plant one.
COOKIE = "kompetanse"
COOKIE_OVER_TLS = f"__Host-{COOKIE}"
LANGUAGE_COOKIE = "kompetanse-sprak"


@dataclass
class Visitor(User):
    """A signed-in person, as Jupyter's handlers want to see one."""

    session: Session | None = None
    key: DeviceKey | None = None
    sealed_code: str | None = None

    @cached_property
    def return_code(self) -> str | None:
        """The personal code, which brings the person back on any device; only the device's own key opens it."""
        return self.key.open(self.sealed_code) if self.key and self.sealed_code else None


class CookieIdentity(IdentityProvider):
    """Reads and writes the signed, HttpOnly, SameSite=Lax cookie; there is no token and no password."""

    devices: SignedInDevices
    programme: Programme
    limits: Limits
    #: What tells this home's cookies from those of another on the same host.
    mark: str

    #: Jupyter checks XSRF and origin only where authentication is on, and it always is.
    auth_enabled = True

    def get_user(self, handler: RequestHandler) -> Visitor | None:
        """The visitor of this request; None without a valid cookie of a device that is signed in."""
        key = self.key(handler)
        device = self.devices.get(key.id) if key else None
        if key is None or device is None:
            return None
        session = Session(
            role=device.role,
            programme=device.programme,
            group=device.group,
            participant=device.participant,
            language=self.language(handler),
            expires=None,
            device=device.id,
        )
        name = device.participant or f"{device.role}:{device.group or ''}"
        return Visitor(username=name, session=session, key=key, sealed_code=device.return_code)

    def key(self, handler: RequestHandler) -> DeviceKey | None:
        """What the device behind this request holds, in a cookie that we have signed."""
        cookie = handler.get_signed_cookie(self._cookie(handler), max_age_days=self.limits.signed_in_days)
        return DeviceKey(cookie.decode()) if cookie else None

    def sign_in(self, handler: RequestHandler, key: DeviceKey) -> None:
        """Gives the device its key; one that it had before is of no use any more."""
        self.forget(handler)
        handler.set_signed_cookie(
            self._cookie(handler), key.text, expires_days=self.limits.signed_in_days, **self._attributes(handler)
        )

    def sign_out(self, handler: RequestHandler) -> None:
        """Takes the key from this device, and makes every copy of it useless."""
        self.forget(handler)
        handler.clear_cookie(self._cookie(handler), **self._attributes(handler))

    def forget(self, handler: RequestHandler) -> None:
        """Signs the device out in the store."""
        key = self.key(handler)
        if key is not None:
            self.devices.sign_out(key.id)

    def language(self, handler: RequestHandler) -> Language:
        """The language this device has chosen, else the browser's form of Norwegian, else the programme's first."""
        offered = self.programme.languages
        chosen = handler.get_cookie(LANGUAGE_COOKIE)
        preferred = [chosen, *_accepted(handler.request.headers.get("Accept-Language", ""))]
        return next((known for name in preferred for known in offered if name == known), offered[0])

    def choose_language(self, handler: RequestHandler, language: Language) -> None:
        """Keeps a chosen language on this device."""
        handler.set_cookie(
            LANGUAGE_COOKIE, language, expires_days=self.limits.signed_in_days, **self._attributes(handler)
        )

    def get_handlers(self) -> list[tuple[str, object]]:
        """No routes of Jupyter's own: signing in is a page of ours."""
        return []

    def _cookie(self, handler: RequestHandler) -> str:
        return f"{COOKIE_OVER_TLS if handler.request.protocol == 'https' else COOKIE}.{self.mark}"

    @staticmethod
    def _attributes(handler: RequestHandler) -> dict[str, Any]:
        return {"httponly": True, "samesite": "Lax", "secure": handler.request.protocol == "https", "path": "/"}


def _accepted(header: str) -> list[Language]:
    """The forms of Norwegian in an Accept-Language header, best first; Norwegian without a form is bokmål.

    English is only ever chosen: in many a town hall the browser speaks English and the leaders do not.
    """
    names = [part.split(";")[0].strip().lower()[:2] for part in header.split(",")]
    ours: dict[str, Language] = {"no": "nb", "nb": "nb", "nn": "nn"}
    return [ours[name] for name in names if name in ours]
