"""Who asks: the signed cookie of a device, read into a `Session`."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, cast

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, RequestHandler

from kompetanse.answers.session import ROLES, Role, Session
from kompetanse.answers.store import Store
from kompetanse.language import Language
from kompetanse.programme.models import Programme
from kompetanse.server.kernels import OwnedKernels
from kompetanse.server.limits import Limits

COOKIE = "kompetanse"
LANGUAGE_COOKIE = "kompetanse-sprak"


@dataclass(frozen=True)
class Device:
    """What one device keeps in its signed cookie: who it speaks for, and the code that brings the person back."""

    role: Role
    programme: str
    group: str | None
    participant: str | None
    return_code: str | None = None
    #: Seconds since 1970 after which the cookie is of no use, where that is sooner than for others.
    until: float | None = None

    def to_cookie(self) -> str:
        """The cookie's text."""
        return json.dumps(vars(self), separators=(",", ":"))

    @classmethod
    def from_cookie(cls, text: str) -> Device | None:
        """The device that wrote this text; None if it is not one."""
        try:
            device = cls(**json.loads(text))
        except (TypeError, ValueError):
            return None
        return device if device.role in ROLES else None


@dataclass
class Visitor(User):
    """A signed-in person, as Jupyter's handlers want to see one."""

    session: Session | None = None
    return_code: str | None = None


class CookieIdentity(IdentityProvider):
    """Reads and writes the signed, HttpOnly, SameSite=Lax cookie; there is no token and no password."""

    store: Store
    programme: Programme
    limits: Limits

    #: Jupyter checks XSRF and origin only where authentication is on, and it always is.
    auth_enabled = True

    def get_user(self, handler: RequestHandler) -> Visitor | None:
        """The visitor of this request; None without a valid cookie."""
        device = self.device(handler)
        if device is None or device.programme != self.programme.id or _is_over(device):
            return None
        if device.group is not None and self.store.group(device.group) is None:
            return None
        session = Session(
            role=device.role,
            programme=device.programme,
            group=device.group,
            participant=device.participant,
            language=self.language(handler),
            expires=None,
        )
        name = device.participant or f"{device.role}:{device.group or ''}"
        return Visitor(username=name, session=session, return_code=device.return_code)

    def device(self, handler: RequestHandler) -> Device | None:
        """The device behind this request, by its cookie."""
        cookie = handler.get_signed_cookie(COOKIE, max_age_days=self.limits.signed_in_days)
        return Device.from_cookie(cookie.decode()) if cookie else None

    def sign_in(self, handler: RequestHandler, device: Device) -> None:
        """Makes this device speak for a person from now on."""
        handler.set_signed_cookie(
            COOKIE, device.to_cookie(), expires_days=self.limits.signed_in_days, **self._attributes(handler)
        )

    def sign_out(self, handler: RequestHandler) -> None:
        """Forgets the person on this device."""
        handler.clear_cookie(COOKIE, **self._attributes(handler))

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

    @staticmethod
    def _attributes(handler: RequestHandler) -> dict[str, Any]:
        return {"httponly": True, "samesite": "Lax", "secure": handler.request.protocol == "https", "path": "/"}


def _is_over(device: Device) -> bool:
    return device.until is not None and device.until < time.time()


def _accepted(header: str) -> list[Language]:
    """The forms of Norwegian in an Accept-Language header, best first; Norwegian without a form is bokmål.

    English is only ever chosen: in many a town hall the browser speaks English and the leaders do not.
    """
    names = [part.split(";")[0].strip().lower()[:2] for part in header.split(",")]
    ours: dict[str, Language] = {"no": "nb", "nb": "nb", "nn": "nn"}
    return [ours[name] for name in names if name in ours]


class OwnKernelsOnly(Authorizer):
    """Lets a visitor reach the kernels this very person started; every other looks as if it did not exist."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        """Whether the kernel in the request belongs to the visitor."""
        kernels = cast(OwnedKernels, handler.kernel_manager)
        session = user.session if isinstance(user, Visitor) else None
        if session is None:
            return False
        if not kernels.owned_by(handler.path_kwargs.get("kernel_id", ""), session):
            raise HTTPError(404)
        return True
