"""What must not stand in a log, taken out of texts and errors: codes, tokens, cookies, ids, and what people wrote.

What looks like a secret goes out of every text. What an error says is kept only where it is ours or the system's own:
others repeat the value that was wrong, and that may be an answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from traceback import format_tb

from kompetanse.errors import ContentError, ImportFileError, InvalidAnswer, KompetanseError

#: Longer lines are none that a person reads.
LONGEST_LINE = 2000

#: What a secret is called in addresses, forms and printed dictionaries.
_KEYS = (
    r"kode|code|code_verifier|state|nonce|session|session_id|_xsrf|participant|password|passphrase|"
    r"(?:\w+_)?token(?:_hint)?|(?:\w+_)?secret"
)

#: In the order in which they are looked for: what holds other things comes first.
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        # Whole headers, as they stand in a request or in a printed dictionary.
        (r"(?i)\b((?:set-)?cookie|authorization)\b(['\"]?\s*[:=,]\s*).*", r"\1\2[hidden]"),
        (r"(?i)\bbearer\s+[^\s'\"]+", "Bearer [hidden]"),
        # What a statement to the database was given, as SQLAlchemy, Alembic and the drivers write it.
        (r"(?s)\[parameters: .*?(?:\](?=\s*\n|\s*$)|\Z)", "[parameters: hidden]"),
        (r"\[((?:generated in|cached since|no key|caching|raw sql|insertmanyvalues)[^\]]*)\] .*", r"[\1] [hidden]"),
        (r"\b(DETAIL|CONTEXT):  ?.*", r"\1: [hidden]"),
        # Signed: sessions, and the cookies that Tornado makes.
        (r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", "[token]"),
        (r"\b2(?:\||%7C)1:\d[^\s;,'\"<>]*", "[cookie]"),
        (r"\b2(?:\||%7C)[0-9a-f]{8}(?:\||%7C)[0-9a-f]{32}(?:\||%7C)\d+", "[cookie]"),
        # In addresses and forms.
        (r"(/inn/)[^\s/?#'\"<>]+", r"\1[code]"),
        (rf"(?i)(?<![\w-])({_KEYS})=[^\s&;,'\"<>]+", r"\1=[hidden]"),
        (rf"(?i)(['\"])({_KEYS})\1(\s*[:,]\s*)(['\"])(?:(?!\4).)+", r"\1\2\1\3\4[hidden]"),
        # Kernels, messages and drafts; participants; access codes, with their dashes and without.
        (r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]"),
        (r"(?i)\b[0-9a-f]{32,}\b", "[id]"),
        (r"\bp-[a-z0-9]{8,}\b", "[participant]"),
        (r"\b[2-9A-HJ-NP-Z]{4}(?:[- ][2-9A-HJ-NP-Z]{4}){1,3}\b", "[code]"),
        (r"(?i)\b(?=[a-z-]*\d)[2-9a-hj-np-z]{4}(?:-[2-9a-hj-np-z]{4}){1,3}\b", "[code]"),
        (r"\b(?:[2-9A-HJ-NP-Z]{4}){2,4}\b", "[code]"),
        # Where somebody sits; a machine's own loopback is nobody.
        (r"\b(?!127\.)(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b", "[address]"),
        (r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b", "[address]"),
        (r"(?i)(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::[0-9a-f:]+", "[address]"),
        (r"[\w.+-]+@[\w-]+\.[\w.-]+", "[address]"),
        # An error printed as a value, as asyncio does.
        (r"(\bexception=)(\w+)\(.*", r"\1\2(hidden)"),
    )
)  # fmt: skip

#: Of these an error's own words are about code or the machine, never about what somebody wrote.
_OF_THE_MACHINE = (ImportError, AttributeError, NameError, TypeError, MemoryError, RecursionError, TimeoutError)
#: Of ours, those that may repeat what somebody gave.
_OF_PEOPLE = (InvalidAnswer, ImportFileError, ContentError)

#: Characters that move a terminal's cursor, begin a new line, or turn a text's direction.
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def redacted(text: str) -> str:
    """The text without what looks like a secret or says who somebody is."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def one_line(text: str) -> str:
    """The text on one line that a terminal shows as it is: nobody's text can look like another line of the log."""
    line = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ... ({len(line)} characters)"


def said(error: BaseException) -> str:
    """An error's name, and what it says where that cannot be what somebody wrote."""
    name = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: [Errno {error.errno}] {error.strerror}"
    safe = isinstance(error, KompetanseError) and not isinstance(error, _OF_PEOPLE)
    if (safe or isinstance(error, _OF_THE_MACHINE)) and str(error):
        return f"{name}: {one_line(redacted(str(error)))}"
    return name


def traced(error: BaseException) -> str:
    """Where an error came from, and what it came from in its turn, as `traceback` would print it without the values."""
    return "\n".join(_traced(error, set()))


def _traced(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traced(before, seen)
        yield "This led to:"
    yield "Traceback (most recent call last):"
    yield from (line.rstrip() for line in format_tb(error.__traceback__))
    yield said(error)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            if id(each) not in seen:
                yield "One of its parts:"
                yield from _traced(each, seen)


class Output:
    """What another process prints, line by line: what its errors say is left out, their names and places are kept."""

    #: After so long a silence a new line belongs to nothing that was printed before.
    QUIET_SECONDS = 1.0

    _HEADER = re.compile(r"\s*(?:[+|] *)*(?:Traceback|Exception Group Traceback) \(most recent call last\):")
    _ERROR = re.compile(r"([A-Za-z_][\w.]*)(?::.*|)")

    def __init__(self) -> None:
        self._state = ""
        self._last = 0.0

    def line(self, line: str) -> str | None:
        """The line as it may stand in a log; None for one that may not stand there at all."""
        now = time.monotonic()
        if now - self._last > self.QUIET_SECONDS:
            self._state = ""
        self._last = now
        if self._HEADER.match(line):
            self._state = "frames"
        elif self._state == "frames" and line[:1] not in {" ", "\t", "|", "+"}:
            # The rest of what it says may follow on lines of its own.
            self._state = "words"
            found = self._ERROR.match(line)
            return found[1] if found else "[hidden]"
        elif self._state == "words":
            return None
        return one_line(redacted(line)) if line.strip() else None
