"""The one place where it is decided whether a request goes on: for every route, every method and the websocket.

Each page names what kind of thing it is (`auth_resource`); one that names nothing is refused to everybody. Whoever asks
for something that belongs to somebody else is told that it does not exist.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from kompetanse.answers.session import Session
from kompetanse.server.access import (
    OPEN,
    REPORTS,
    WORKBOOKS,
    may_lead_poll,
    may_open,
    may_read_report,
    may_see_poll,
    may_use,
)
from kompetanse.server.identity import Visitor
from kompetanse.server.kernels import OwnedKernels
from kompetanse.server.services import Services


class Authority(Authorizer):
    """Says yes only where a table or a rule of `access` does."""

    def is_authorized(self, handler: JupyterHandler, user: User | None, action: str, resource: str) -> bool:
        """Whether the visitor may go on; HTTPError 404 where there is nothing that is theirs."""
        session = user.session if isinstance(user, Visitor) else None
        if resource == OPEN:
            return True
        if session is None:
            return False
        if not _is_there(handler, session, resource):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        if resource == "workbooks" and not may_open(session, handler.path_kwargs["name"]):
            return False
        if resource == "own practice" and not _services(handler).is_practice(session.group):
            return False
        return may_use(session, resource)


def _services(handler: JupyterHandler) -> Services:
    return cast(Services, handler.settings["services"])


def _is_there(handler: JupyterHandler, session: Session, resource: str) -> bool:
    """Whether what the address names is there for this session."""
    named = handler.path_kwargs
    match resource:
        case "kernels":
            kernels = cast(OwnedKernels, handler.kernel_manager)
            return kernels.owned_by(named.get("kernel_id", ""), session)
        case "workbooks":
            return named.get("name") in WORKBOOKS
        case "reports":
            return _is_readable(handler, session, group=named.get("group", ""), file=named.get("file", ""))
        case "polls" | "poll results" if "code" in named:
            return _is_poll_there(handler, session, resource, named["code"])
        case _:
            return True


def _is_poll_there(handler: JupyterHandler, session: Session, resource: str, code: str) -> bool:
    """Whether the poll with this code is one that the session leads, or sees the results of."""
    services = _services(handler)
    found = services.polls.find(code)
    if found is None:
        return False
    run, _ = found
    if resource == "polls":
        return may_lead_poll(session, run.group)
    group = services.store.group(session.group) if session.group else None
    if group is not None and group.practice is not None and run.group is None:
        # What is asked of those who take part is not for practice.
        return False
    is_its_date = run.gathering_date is None or group is None or group.gathering_date == run.gathering_date
    return is_its_date and may_see_poll(session, run.group)


def _is_readable(handler: JupyterHandler, session: Session, *, group: str, file: str) -> bool:
    services = _services(handler)
    if file not in REPORTS or services.store.group(group) is None:
        return False
    return may_read_report(session, group=group, edition=REPORTS[file][0], approved=services.is_approved(group))
