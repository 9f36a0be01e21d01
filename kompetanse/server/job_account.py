"""What a browser keeps of a sign-in with a job account: one attempt for some minutes, and that it was this way."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from tornado.web import RequestHandler

ATTEMPT_COOKIE = "kompetanse-forsok"
SIGNED_IN_COOKIE = "kompetanse-jobbkonto"

#: So long somebody may take to sign in at the provider.
ATTEMPT_MINUTES = 15

#: The pages here, and no others, get the cookie of an attempt.
PATH = "/jobbkonto"


@dataclass(frozen=True)
class Attempt:
    """One attempt: what ties the provider's answer to this browser, and where it goes afterwards."""

    state: str
    nonce: str
    verifier: str
    goal: str

    @classmethod
    def new(cls, goal: str) -> Attempt:
        """An attempt that nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), goal)

    def keep(self, handler: RequestHandler) -> None:
        """Has the browser keep it, signed."""
        handler.set_signed_cookie(
            _named(handler, ATTEMPT_COOKIE),
            json.dumps(vars(self)),
            expires_days=ATTEMPT_MINUTES / (24 * 60),
            **_attributes(handler, PATH),
        )

    @classmethod
    def take(cls, handler: RequestHandler) -> Attempt | None:
        """The browser's attempt, which it then has no more; None for one that is old or not of ours."""
        kept = handler.get_signed_cookie(_named(handler, ATTEMPT_COOKIE), max_age_days=ATTEMPT_MINUTES / (24 * 60))
        handler.clear_cookie(_named(handler, ATTEMPT_COOKIE), **_attributes(handler, PATH))
        try:
            return cls(**json.loads(kept)) if kept else None
        except (TypeError, ValueError):
            return None


def note_sign_in(handler: RequestHandler) -> None:
    """Keeps that this browser has signed in with a job account, so that signing out can say what is left."""
    handler.set_cookie(_named(handler, SIGNED_IN_COOKIE), "1", **_attributes(handler, "/"))


def forget_sign_in(handler: RequestHandler) -> None:
    """Forgets it."""
    handler.clear_cookie(_named(handler, SIGNED_IN_COOKIE), **_attributes(handler, "/"))


def page_after_sign_out(handler: RequestHandler) -> str:
    """Where one goes after having signed out here: to a page about the job account, if it was one."""
    return f"{PATH}/ut" if handler.get_cookie(_named(handler, SIGNED_IN_COOKIE)) else "/inn"


def _named(handler: RequestHandler, cookie: str) -> str:
    """The cookie's name in this home: another one may be served on the same host."""
    return f"{cookie}.{handler.settings['services'].mark}"


def _attributes(handler: RequestHandler, path: str) -> dict[str, Any]:
    return {"httponly": True, "samesite": "Lax", "secure": handler.request.protocol == "https", "path": path}
