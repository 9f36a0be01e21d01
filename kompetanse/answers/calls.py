"""What a page may ask of the answer log when the server keeps it, and how questions and answers travel.

Nothing is written down twice: arguments and results are what the annotations of `AnswerLog` say.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from kompetanse.answers.log import AnswerLog
from kompetanse.errors import AccessDenied, InputError, InvalidAnswer, KompetanseError, StoreError

#: What steps and pages use. The operator's calls are not among them, nor those of the server's own pages.
CALLS: Final = frozenset(
    {
        "append", "approval", "approval_in_force", "cards", "erased_since_approval", "exchange", "group", "groups",
        "is_approved", "is_revealed", "join_cross_group", "latest", "lead", "lead_plenum", "leave_cross_group",
        "moment", "of_group", "open_cross_group", "overview", "own", "participation", "plenum", "points", "present",
        "region_releases", "released_words", "reply", "reveal", "revealed", "share", "shared_words", "show_points",
        "standing", "take_back", "write_notes",
    }
)  # fmt: skip

#: Those of them that write; all of them may be made twice without harm.
WRITES: Final = frozenset(
    {
        "append", "join_cross_group", "lead", "lead_plenum", "leave_cross_group", "open_cross_group", "reveal", "share",
        "show_points", "take_back", "write_notes",
    }
)  # fmt: skip

#: The errors that a page is told as they are; whatever else goes wrong is the server's own affair.
TOLD: Final = (AccessDenied, InvalidAnswer, InputError, StoreError)


@dataclass(frozen=True)
class Call:
    """One method of the log: its arguments and its result as they travel."""

    name: str
    signature: inspect.Signature
    parameters: Mapping[str, TypeAdapter[Any]]
    result: TypeAdapter[Any]
    #: The names of the arguments that it cannot do without.
    needed: frozenset[str]

    def sent(self, *arguments: Any, **named: Any) -> dict[str, Any]:
        """The arguments as JSON, by name."""
        bound = self.signature.bind(None, *arguments, **named).arguments
        return {name: _plain(value) for name, value in bound.items() if name in self.parameters}

    def received(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments out of JSON; InvalidAnswer for whatever the method does not take."""
        try:
            found = {name: self.parameters[name].validate_python(value) for name, value in sent.items()}
            if not self.needed <= found.keys():
                raise KeyError
        except (ValidationError, KeyError, TypeError):
            # What the validation says holds what was sent.
            raise InvalidAnswer(
                f"What was asked of {self.name!r} has arguments that it does not take; open the page again."
            ) from None
        return found


@cache
def call(name: str) -> Call:
    """How this method travels; AccessDenied for one that pages have no business with."""
    if name not in CALLS:
        raise AccessDenied(f"A page may not ask for {name!r:.40}.")
    method = getattr(AnswerLog, name)
    hints = get_type_hints(method)
    signature = inspect.signature(method)
    return Call(
        name=name,
        signature=signature,
        parameters={each: _adapter(hints[each]) for each in signature.parameters if each != "self"},
        result=_adapter(hints["return"]),
        needed=frozenset(_needed(signature)),
    )


def _needed(signature: inspect.Signature) -> Iterable[str]:
    return (each.name for each in signature.parameters.values() if each.default is each.empty and each.name != "self")


def asks_for(name: str, question: Any) -> bool:
    """Whether this is the question for one method, or a look that has it among others; whatever was sent."""
    match question:
        case {"look": [*questions]}:
            pass
        case _:
            questions = [question]
    return any(isinstance(each, dict) and each.get("call") == name for each in questions)


def told(error: KompetanseError) -> dict[str, str]:
    """An error as it travels; one that is none of the page's business as a StoreError without details."""
    known = next((kind for kind in TOLD if isinstance(error, kind)), None)
    if known is None:
        return {"error": StoreError.__name__, "says": "The server could not answer this; try again."}
    return {"error": known.__name__, "says": str(error)}


def raised(answer: Mapping[str, Any]) -> KompetanseError:
    """The error that an answer tells of: the same class, the same sentence."""
    kind = next((kind for kind in TOLD if kind.__name__ == answer.get("error")), StoreError)
    return kind(str(answer.get("says", "")))


def _plain(argument: Any) -> Any:
    """An argument for JSON as it is: pydantic would turn what is no number into an answer taken back."""
    if is_dataclass(argument):
        return {each.name: getattr(argument, each.name) for each in fields(argument)}
    if isinstance(argument, Iterable) and not isinstance(argument, str):
        return [_plain(each) for each in argument]
    return argument.isoformat() if isinstance(argument, date) else argument


def _adapter(hint: Any) -> TypeAdapter[Any]:
    # What can be gone through only once travels as a list.
    kind: Any = list[get_args(hint)[0]] if get_origin(hint) is Iterable else hint  # type: ignore[misc]
    return TypeAdapter(kind)
