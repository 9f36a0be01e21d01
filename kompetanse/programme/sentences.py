"""What pydantic finds wrong with plain data, said to the one who wrote it: what is wrong, what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from kompetanse.programme.models import Text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def listed(names: Iterable[object]) -> str:
    """Names as one writes them: a, b and c."""
    *most, last = [str(name) for name in names]
    return f"{', '.join(most)} and {last}" if most else last


def sentence(details: ErrorDetails, shape: type[BaseModel]) -> str:
    """One clear sentence for one of pydantic's errors about a value of this shape."""
    say = _SENTENCES.get(details["type"])
    if say is None:
        return f"{_name(details)}: {details['msg']}; got {_got(details)}."
    if details["input"] is None and say is not _unknown_key:
        return f"{_name(details)} is empty; {_how_to_write(details, shape)}"
    return say(details, shape)


def _missing(details: ErrorDetails, shape: type[BaseModel]) -> str:
    return f"{_name(details)} is missing; {_how_to_write(details, shape)}"


def _unknown_key(details: ErrorDetails, shape: type[BaseModel]) -> str:
    *above, key = details["loc"]
    if details["input"] is None:
        return f"{key!r:.80} is not a key here; if it belongs to a text with a comma, put the whole text in quotes."
    holder = _annotation(shape, tuple(above))
    allowed = list(holder.model_fields) if isinstance(holder, type) and issubclass(holder, BaseModel) else []
    if not allowed:
        return f"{key!r:.80} is not used here; take it out."
    near = get_close_matches(str(key), allowed, n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"{key!r:.80} is not a key here; {meant}the keys are {listed(allowed)}."


def _wrong_type(details: ErrorDetails, shape: type[BaseModel]) -> str:
    if details["loc"] and details["loc"][-1] == "[key]":
        wanted = "a name in quotes" if details["type"] == "string_type" else "a whole number, without quotes"
        return f"{_got(details)} cannot be a key here; write {wanted}."
    return f"{_name(details)} cannot be {_got(details)}; {_how_to_write(details, shape)}"


def _not_an_option(details: ErrorDetails, shape: type[BaseModel]) -> str:
    options = [str(option) for option in get_args(_annotation(shape, details["loc"]))]
    near = get_close_matches(str(details["input"]), options, n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"{_name(details)} cannot be {_got(details)}; {meant}use one of {listed(options)}."


def _too_few(details: ErrorDetails, shape: type[BaseModel]) -> str:
    return f"{_name(details)} has {_entries(details)}; write at least {details['ctx']['min_length']}."


def _too_many(details: ErrorDetails, shape: type[BaseModel]) -> str:
    return f"{_name(details)} has {_entries(details)}; write at most {details['ctx']['max_length']}."


def _too_small(details: ErrorDetails, shape: type[BaseModel]) -> str:
    return f"{_name(details)} cannot be {_got(details)}; the least is {details['ctx']['ge']}."


def _too_large(details: ErrorDetails, shape: type[BaseModel]) -> str:
    return f"{_name(details)} cannot be {_got(details)}; the most is {details['ctx']['le']}."


def _our_own(details: ErrorDetails, shape: type[BaseModel]) -> str:
    """What a shape's own check says is a sentence already."""
    return str(details["ctx"]["error"])


def _entries(details: ErrorDetails) -> str:
    count = len(details["input"])
    return f"{count or 'no'} {'entry' if count == 1 else 'entries'}"


def _name(details: ErrorDetails) -> str:
    """The name of the key at fault; for an entry of a list, of the list it is in."""
    names = [step for step in details["loc"] if step != "[key]"]
    if not names:
        return "This"
    if isinstance(names[-1], int):
        above = next((step for step in reversed(names) if isinstance(step, str)), None)
        return f"An entry of {above!r}" if above else "This entry"
    return repr(names[-1])


def _got(details: ErrorDetails) -> str:
    got = details["input"]
    if isinstance(got, tuple):
        return "a list"
    if isinstance(got, dict):
        return "a block of keys"
    return f"{got!r:.80}" if not isinstance(got, date) else f"the date {got.isoformat()}"


def _how_to_write(details: ErrorDetails, shape: type[BaseModel]) -> str:
    name, got = next((step for step in reversed(details["loc"]) if isinstance(step, str)), ""), details["input"]
    wanted = _annotation(shape, details["loc"])
    if wanted is str:
        plain = isinstance(got, int | float | date) and not isinstance(got, bool)
        return f'write text in quotes: "{got}".' if plain else f'write text: `{name}: "..."`.'
    if wanted is bool:
        return "write true or false."
    if wanted is int:
        return "write a whole number, without quotes."
    if wanted is date:
        return "write a date as year-month-day, without quotes: 2026-11-09."
    if wanted is Text:
        return "write one line for each language below it: `nb: ...`, `nn: ...`, `en: ...`."
    if get_origin(wanted) is tuple:
        return "write a list: one entry on each line below it, each after a hyphen and a space."
    if get_origin(wanted) is Literal:
        return f"write one of {listed(get_args(wanted))}."
    if isinstance(wanted, type) and issubclass(wanted, BaseModel) and wanted.model_fields:
        return f"write a block with the keys {listed(wanted.model_fields)}."
    return "write a block of keys, one on each line below it."


def _annotation(shape: type[BaseModel], place: tuple[str | int, ...]) -> Any:
    """What kind of value a shape wants at a place."""
    wanted: Any = shape
    for step in place:
        if isinstance(wanted, type) and issubclass(wanted, BaseModel):
            field = wanted.model_fields.get(str(step))
            wanted = field.annotation if field else None
        elif get_origin(wanted) in {tuple, dict}:
            wanted = get_args(wanted)[0 if get_origin(wanted) is tuple else 1]
        wanted = _bare(wanted)
    return wanted


def _bare(wanted: Any) -> Any:
    """The annotation without «or None» and without constraints."""
    while get_origin(wanted) in {Annotated, Union, UnionType}:
        wanted = get_args(wanted)[0]
    return wanted


_SENTENCES: dict[str, Callable[[ErrorDetails, type[BaseModel]], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "string_type": _wrong_type,
    "int_type": _wrong_type,
    "bool_type": _wrong_type,
    "date_type": _wrong_type,
    "tuple_type": _wrong_type,
    "dict_type": _wrong_type,
    "model_type": _wrong_type,
    "model_attributes_type": _wrong_type,
    "literal_error": _not_an_option,
    "too_short": _too_few,
    "too_long": _too_many,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "value_error": _our_own,
}
