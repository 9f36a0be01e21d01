"""The log of a server: one line an event, as text or JSON, and nothing in it that says who somebody is.

Whatever is logged by any library, warned of, or printed by this process and those it starts passes through here: the
filter stands at the one handler there is, and what is written to the standard streams comes back in through a pipe.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO

from kompetanse.redaction import Output, one_line, redacted, said, traced

Format = Literal["text", "json"]

#: What is printed to the standard streams is logged under this name.
PRINTED = "kompetanse.printed"

_OURS = "kompetanse"


class Redaction(logging.Filter):
    """Leaves a record with a text that may be read by anyone: its arguments, its error and its extras are gone."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; the record is what has changed."""
        record.msg = one_line(redacted(_message(record)))
        record.args = ()
        error = record.exc_info[1] if record.exc_info else None
        # A text that somebody else has formatted already would have the values in it.
        record.exc_text = redacted(traced(error)) if error is not None else None
        record.exc_info = None
        record.stack_info = redacted(record.stack_info) if record.stack_info else None
        return True


def _message(record: logging.LogRecord) -> str:
    """What a record says; where an error is a part of it, its name."""
    if isinstance(record.msg, BaseException):
        return said(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(said(each) if isinstance(each, BaseException) else each for each in record.args)
    try:
        return record.getMessage()
    except Exception as error:
        # Such as an argument that cannot be printed: the log goes on, and says where to look.
        return f"A line of the log could not be made ({type(error).__name__} in {record.pathname}:{record.lineno})."


class TextLines(logging.Formatter):
    """Time, level, logger and what happened; where an error came from follows on indented lines."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        head = f"{_time(record)} {record.levelname:<7} {record.name}: {record.msg}"
        more = [line for text in (record.exc_text, record.stack_info) if text for line in text.splitlines()]
        return "\n    ".join([head, *map(one_line, more)])


class JsonLines(logging.Formatter):
    """The same as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name, "message": record.msg}
        for name, text in (("error", record.exc_text), ("stack", record.stack_info)):
            if text:
                line[name] = text
        return json.dumps(line)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Counting(logging.Handler):
    """Tells somebody of every error, by the name of its logger."""

    def __init__(self, tell: Callable[[str], None]):
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(record.name)


def redacting_handler(stream: TextIO, format: Format) -> logging.Handler:
    """A handler that writes redacted lines."""
    handler = logging.StreamHandler(stream)
    handler.addFilter(Redaction())
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    return handler


@contextmanager
def logging_to_stderr(
    format: Format = "text", level: str = "info", *, on_error: Callable[[str], None] | None = None
) -> Iterator[None]:
    """As long as it lasts, all of this process's logging, warnings and prints go to the standard error, redacted.

    level: of our own lines; libraries tell no more than warnings unless it is "debug". on_error: is told the logger of
    each error.
    """
    with _standard_streams() as stream:
        root = logging.getLogger()
        handlers = [redacting_handler(stream, format)]
        handlers += [_Counting(on_error)] if on_error else []
        wanted = logging.getLevelNamesMapping()[level.upper()]
        root.setLevel(wanted if level == "debug" else max(wanted, logging.WARNING))
        logging.getLogger(_OURS).setLevel(wanted)
        for handler in handlers:
            root.addHandler(handler)
        logging.captureWarnings(True)
        hooks = (threading.excepthook, sys.unraisablehook)
        threading.excepthook = lambda args: _log_error("A thread ended by an error.", args.exc_value)
        sys.unraisablehook = lambda args: _log_error("An error could not be passed on.", args.exc_value)
        try:
            yield
        finally:
            threading.excepthook, sys.unraisablehook = hooks
            logging.captureWarnings(False)
            for handler in handlers:
                root.removeHandler(handler)


def _log_error(words: str, error: BaseException | None) -> None:
    information: tuple[type[BaseException], BaseException, TracebackType | None] | None = None
    if error is not None:
        information = (type(error), error, error.__traceback__)
    logging.getLogger(_OURS).error(words, exc_info=information)


@contextmanager
def _standard_streams() -> Iterator[TextIO]:
    """The real standard error for the log; what is printed to either stream, by children too, is logged instead."""
    real = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    before = [os.dup(number) for number in (1, 2)]
    read, write = os.pipe()
    for number in (1, 2):
        os.dup2(write, number)
    os.close(write)
    faulthandler.enable(real)
    reader = threading.Thread(target=_log_printed, args=(read,), name="printed", daemon=True)
    reader.start()
    try:
        yield real
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        faulthandler.disable()
        for number, kept in zip((1, 2), before, strict=True):
            os.dup2(kept, number)
            os.close(kept)
        # Children that go on keep their end of the pipe open; what they still print is nobody's any more.
        reader.join(timeout=0.5)
        real.flush()


def _log_printed(read: int) -> None:
    log, output = logging.getLogger(PRINTED), Output()
    with os.fdopen(read, encoding="utf-8", errors="backslashreplace") as lines:
        for line in lines:
            shown = output.line(line.rstrip("\n"))
            if shown is not None:
                log.warning("%s", shown)
