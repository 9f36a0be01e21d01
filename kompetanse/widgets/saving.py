"""A component whose changes are saved: what the browser may send, and what it is told back."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NotRequired, TypedDict

import traitlets

from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.language import Language, translate
from kompetanse.widgets.component import Component

#: A browser sends a handful at a time; more in one message is not a person answering.
MOST_DRAFTS: Final = 64
MOST_BYTES: Final = 200_000

_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_LONGEST_NAME = 200

_log = logging.getLogger(__name__)


class WidgetDraft(TypedDict):
    """One change as a browser sends it; `id` is the browser's own, so that sending it again is safe.

    base: the text, or the fields, that the change was made in; without it the last writer's value stands alone.
    goes_on: whether it goes on where its writer wrote last.
    """

    id: str
    subject: str
    aspect: str
    value: Any
    base: NotRequired[Any]
    goes_on: NotRequired[bool]


@dataclass(frozen=True)
class Saved:
    """What became of some drafts: when they were saved, and which were refused, with a sentence each.

    merged: by id, what stands now where somebody else had written in the same place meanwhile.
    """

    time: str
    refused: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, Any] = field(default_factory=dict)


#: Saves drafts and returns after the commit. InvalidAnswer and AccessDenied refuse; any other error means "try again".
OnDrafts = Callable[[list[WidgetDraft]], Saved]


class SavingWidget(Component):
    """A component that holds answers: it hands changes to `on_drafts` and tells the browser what was saved.

    `answers` are the current values keyed "subject|aspect". `scope` ("<group>/<participant>") and `step` name the
    browser's own queue of changes that are not acknowledged yet.
    """

    answers = traitlets.Dict().tag(sync=True)
    scope = traitlets.Unicode().tag(sync=True)
    step = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        *,
        content: Mapping[str, Any],
        answers: Mapping[str, Any] | None = None,
        on_drafts: OnDrafts | None = None,
        scope: str = "",
        step: str = "",
        language: Language = "nb",
        locked: bool = False,
    ):
        self._on_drafts = on_drafts
        super().__init__(
            content=content, answers=dict(answers or {}), scope=scope, step=step, language=language, locked=locked
        )

    @classmethod
    def words_in(cls, language: Language) -> dict[str, str]:
        """The words about saving."""
        return super().words_in(language) | {
            "saved": translate("Lagret kl. {time}", language),
            "unsaved": translate("Ikke lagret ennå. Vi prøver igjen, og du kan skrive videre.", language),
            "locked": translate("Svarene er låst, så alle ser det samme bildet", language),
            "refused": translate("Ikke lagret: {message}", language),
            "changed": translate("Endret av noen andre", language),
            "changed-field": translate("Endret av noen andre: {field}", language),
            "changed-meanwhile": translate("Noen andre skriver også her. Alt er tatt med.", language),
            "characters": translate("{count} av {most} tegn", language),
            "no-more-characters": translate("Det er ikke plass til flere tegn", language),
        }

    def receive(self, message: Mapping[str, Any]) -> None:
        """Save the drafts of an "answers" message; tell the browser which were saved and which refused."""
        if message.get("type") != "answers":
            return
        drafts, malformed = _drafts(message)
        if malformed:
            self._refuse(malformed, translate("Svaret kunne ikke leses", self.words["language"]))
        if drafts:
            self._save(drafts)

    def _save(self, drafts: list[WidgetDraft]) -> None:
        try:
            saved = self._saved(drafts)
        except Exception:
            # Not acknowledged is not lost: the browser keeps the drafts and sends them again.
            _log.exception("Could not save %d answers of step %r", len(drafts), self.step)
            self.send({"type": "unsaved", "ids": [draft["id"] for draft in drafts]})
            return
        kept = [draft for draft in drafts if draft["id"] not in saved.refused]
        if kept:
            self._keep([{**draft, "value": saved.merged.get(draft["id"], draft["value"])} for draft in kept])
            told = {"type": "saved", "ids": [draft["id"] for draft in kept], "time": saved.time}
            self.send({**told, "merged": dict(saved.merged)} if saved.merged else told)
        for draft, message in saved.refused.items():
            self._refuse([draft], message)

    def _keep(self, drafts: list[WidgetDraft]) -> None:
        """Take the saved values into `answers`; None withdraws one."""
        fresh = {f"{draft['subject']}|{draft['aspect']}": draft["value"] for draft in drafts}
        self.answers = {key: value for key, value in (self.answers | fresh).items() if value is not None}

    def _saved(self, drafts: list[WidgetDraft]) -> Saved:
        if self._on_drafts is None:
            raise LookupError("This component was made without on_drafts, so nothing it holds is saved.")
        try:
            return self._on_drafts(drafts)
        except (InvalidAnswer, AccessDenied) as error:
            if len(drafts) == 1:
                return Saved(time="", refused={drafts[0]["id"]: str(error)})
        # One that is refused must not take the others with it.
        each = [self._saved([draft]) for draft in drafts]
        refused = {draft: message for saved in each for draft, message in saved.refused.items()}
        merged = {draft: value for saved in each for draft, value in saved.merged.items()}
        return Saved(time=max(saved.time for saved in each), refused=refused, merged=merged)

    def _refuse(self, drafts: list[str], message: str) -> None:
        self.send({"type": "refused", "ids": drafts, "message": message})


def _drafts(message: Mapping[str, Any]) -> tuple[list[WidgetDraft], list[str]]:
    """The well-formed drafts of a message, and the ids of the others."""
    sent = message.get("drafts")
    if not isinstance(sent, list):
        return [], []
    ids = [draft["id"] for draft in sent[:MOST_DRAFTS] if isinstance(draft, dict) and _is_id(draft.get("id"))]
    if len(sent) > MOST_DRAFTS or _bytes(message) > MOST_BYTES:
        return [], ids
    good = [_draft(draft) for draft in sent if _is_draft(draft)]
    known = {draft["id"] for draft in good}
    return good, [draft for draft in ids if draft not in known]


def _draft(sent: Mapping[str, Any]) -> WidgetDraft:
    """The fields that a draft has, and no others."""
    draft = WidgetDraft(id=sent["id"], subject=sent["subject"], aspect=sent["aspect"], value=sent["value"])
    if sent.get("base") is not None:
        draft["base"] = sent["base"]
    if sent.get("goes_on") is True:
        draft["goes_on"] = True
    return draft


def _bytes(message: Mapping[str, Any]) -> int:
    return len(json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_draft(draft: object) -> bool:
    return (
        isinstance(draft, dict)
        and _is_id(draft.get("id"))
        and all(_is_name(draft.get(name)) for name in ("subject", "aspect"))
        and "value" in draft
    )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_NAME
