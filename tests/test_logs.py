"""The log says what happened and never who: hostile values through every library's logger, and out of every process."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from random import Random
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import create_signed_value

from kompetanse.answers.store.codes import LETTERS
from kompetanse.answers.store.groups import new_participant
from kompetanse.errors import InvalidAnswer, StoreError
from kompetanse.logs import Format, redacting_handler
from kompetanse.redaction import Output, one_line, redacted

WRITTEN = "Ordføreren sa nei i møtet"
COOKIE = create_signed_value("hemmelig", "kompetanse", '{"role":"leader","group":"fauske"}').decode()

#: What must never come out, by what it is.
SECRETS = {
    "code": "7KDM-Q2XR",
    "code as typed": "7KDMQ2XR",
    "code without a digit": "KDMQ-XRWA",
    "code in small letters": "7kdm-q2xr",
    "long code": "7KDM-Q2XR-WA9T",
    "token": "eyJhbGciOiJFZERTQSJ9.eyJyb2xlIjoibGVhZGVyIn0.Zm9yLXJlYWwtYS1zaWduYXR1cmU",
    "kernel": "3f0b7c1e-9a54-4d1f-8a77-0c1d2e3f4a5b",
    "message": "9f86d081884c7d659a2feaa0c55ad015",
    "cookie": COOKIE,
    "xsrf": "2|1a2b3c4d|00112233445566778899aabbccddeeff|1764180000",
    "participant": "p-mzxw6ytboi4dsnrtgiza",
    "person's place": "192.168.41.7",
    "person's mail": "kari.nordmann@fauske.kommune.no",
}

#: Every library that logs in the server, and ourselves.
LOGGERS = (
    "tornado.access", "tornado.application", "tornado.general", "jupyter_server", "jupyter_client", "KompetanseServer",
    "traitlets", "voila", "nbclient", "papermill", "sqlalchemy.engine", "sqlalchemy.pool", "alembic", "asyncio",
    "concurrent.futures", "py.warnings", "kompetanse.printed", "kompetanse.answers.service",
)  # fmt: skip


def fails(value: str) -> BaseException:
    """An error from deep inside, with the value in everything that it says."""
    try:
        try:
            raise ValueError(f"could not read {value} of {WRITTEN}")
        except ValueError as first:
            raise KeyError(value, WRITTEN) from first
    except KeyError as second:
        second.add_note(f"while saving {value}")
        return second


def request(value: str) -> HTTPServerRequest:
    """A request as Tornado prints one when a page fails."""
    line = RequestStartLine("POST", f"/inn/{value}?kode={value}", "HTTP/1.1")
    return HTTPServerRequest(start_line=line, headers=HTTPHeaders({"Host": "x"}), connection=Mock())


WAYS: dict[str, Callable[[logging.Logger, str], None]] = {
    "text": lambda log, value: log.error(f"Failed at {value}."),
    "argument": lambda log, value: log.error("Failed at %s.", value),
    "dictionary": lambda log, value: log.error("Failed at %r.", {"Cookie": f"kompetanse={value}; a=b", "x": value}),
    "error": lambda log, value: log.error("Failed.", exc_info=fails(value)),
    "error as the text": lambda log, value: log.error(fails(value)),
    "error as an argument": lambda log, value: log.error("Failed with %s.", fails(value)),
    "group of errors": lambda log, value: log.error("Failed.", exc_info=ExceptionGroup(value, [fails(value)])),  # type: ignore[list-item]
    "stack": lambda log, value: log.error("Failed at %s.", value, stack_info=True),
    "extra": lambda log, value: log.error("Failed.", extra={"participant": value}),
    "request": lambda log, value: log.error("Uncaught exception\n%r", request(value), exc_info=fails(value)),
    "new line": lambda log, value: log.error("Failed.\n2026-01-01 CRITICAL root: %s\x1b[2J\u202e", value),
    "future": lambda log, value: log.error(f"never retrieved\nfuture: <Task exception={ValueError(value)!r}>"),
    "wrong arguments": lambda log, value: log.error("Failed at %d.", value),
}


@pytest.fixture
def written() -> Iterator[Callable[[Format, str], tuple[logging.Logger, io.StringIO]]]:
    """A logger whose lines come out redacted, and what came out; whatever other tests have switched off is on."""
    opened: list[tuple[logging.Logger, logging.Handler, int, bool]] = []

    def through(format: Format, name: str) -> tuple[logging.Logger, io.StringIO]:
        stream, logger = io.StringIO(), logging.getLogger(name)
        handler = redacting_handler(stream, format)
        logger.addHandler(handler)
        opened.append((logger, handler, logger.level, logger.disabled))
        logger.setLevel(logging.DEBUG)
        logger.disabled = False
        return logger, stream

    yield through
    for logger, handler, level, disabled in opened:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.disabled = disabled


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("format", ["text", "json"])
def test_no_library_tells_a_secret(
    written: Callable[[Format, str], tuple[logging.Logger, io.StringIO]], format: Format, way: str
) -> None:
    for name in LOGGERS:
        logger, stream = written(format, name)
        for value in SECRETS.values():
            WAYS[way](logger, value)
        out = stream.getvalue()
        told = [what for what, value in SECRETS.items() if value in out]
        assert not told, (name, told, out[:500])
        assert WRITTEN not in out
        assert out.isprintable() or set(out) - {"\n"} == {each for each in out if each.isprintable()}
        lines = out.splitlines()
        if format == "json":
            assert [json.loads(line)["level"] for line in lines] == ["error"] * len(SECRETS)
        else:
            # Whatever is no line of the log's own is indented below one.
            assert sum(not line.startswith("    ") for line in lines) == len(SECRETS)
            assert all(" ERROR " in line[:40] for line in lines if not line.startswith("    "))


def test_traceback_keeps_where_and_what_kind(
    written: Callable[[Format, str], tuple[logging.Logger, io.StringIO]],
) -> None:
    logger, stream = written("text", "tornado.application")
    logger.error("Failed.", exc_info=fails("7KDM-Q2XR"))
    out = stream.getvalue()
    assert "in fails" in out
    assert [name for name in ("ValueError", "KeyError") if f"    {name}\n" in out] == ["ValueError", "KeyError"]


def test_what_is_ours_or_the_systems_is_told(
    written: Callable[[Format, str], tuple[logging.Logger, io.StringIO]],
) -> None:
    logger, stream = written("text", "kompetanse.answers.writer")
    for error in (StoreError("The disk is full; free some space."), OSError(28, "No space left on device")):
        logger.error("Not saved.", exc_info=error)
    logger.error("Not saved.", exc_info=InvalidAnswer(f"This is no level: {WRITTEN!r}."))
    out = stream.getvalue()
    assert "StoreError: The disk is full; free some space." in out
    assert "OSError: [Errno 28] No space left on device" in out
    assert WRITTEN not in out


def test_database_tells_no_parameter(written: Callable[[Format, str], tuple[logging.Logger, io.StringIO]]) -> None:
    logger, stream = written("text", "sqlalchemy.engine.Engine")
    engine = create_engine("sqlite://", echo=False)
    logger.setLevel(logging.DEBUG)
    try:
        with engine.connect() as connection:
            connection.execute(text("CREATE TABLE t (a TEXT UNIQUE)"))
            connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": WRITTEN})
            with pytest.raises(DBAPIError) as refused:
                connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": WRITTEN})
        logger.error("It said: %s", str(refused.value))
        logger.error("Key exists.\nDETAIL:  Key (value)=(%s) already exists.", WRITTEN)
    finally:
        logger.setLevel(logging.NOTSET)
        engine.dispose()
    assert "INSERT INTO t" in stream.getvalue()
    assert WRITTEN not in stream.getvalue()


@given(st.randoms(use_true_random=False), st.sampled_from([8, 12, 16]))
def test_every_code_and_participant_that_is_made_is_found(chance: Random, length: int) -> None:
    letters = "".join(chance.choices(LETTERS, k=length))
    code = "-".join(letters[place : place + 4] for place in range(0, length, 4))
    for secret in (code, letters, new_participant()):
        assert secret not in redacted(f"signing in with {secret} failed")


@given(st.text())
def test_nobodys_text_makes_a_line_of_its_own(given_text: str) -> None:
    assert len(one_line(given_text).splitlines()) <= 1
    redacted(given_text)


@pytest.mark.parametrize(
    "line",
    [
        "GET /inn/jobb/tilbake?code={}&state={}",
        "POST grant_type=authorization_code&code_verifier={}&client_secret={}",
        "{{'access_token': '{}', 'refresh_token': '{}', 'x': 1}}",
        'answered {{"id_token":"{}","nonce":"{}"}}',
        "id_token_hint={} passphrase={}",
    ],
)
def test_what_a_provider_of_accounts_gives_is_hidden(line: str) -> None:
    secret = "hemmelig.verdi-som_ingen+ser"
    assert "hemmelig" not in redacted(line.format(secret, secret))


def test_what_an_operator_needs_stays_readable() -> None:
    for line in (
        "Serving /srv/kompetanse at 127.0.0.1:8866.",
        "Kernels start warm; known after 3.2 s.",
        "A kernel starts cold: the fork server has 2 threads.",
        "Port 8866 on 127.0.0.1 cannot be used (address already in use)",
        "Cell 'gruppas-bilde' of /arbeidsbok/samling failed: RuntimeError",
        "The renderer ended (-9) and is started again.",
        "2026-11-26 module modul-1 version 6.6.1 kompetanse-home/kompetanse.sqlite",
    ):
        assert redacted(line) == line


def test_printed_tracebacks_lose_what_the_error_says() -> None:
    output = Output()
    lines = [
        "Starting",
        "Traceback (most recent call last):",
        '  File "x.py", line 1, in f',
        "    raise ValueError(text)",
        f"ValueError: {WRITTEN}",
        f"and more: {WRITTEN}",
        "Traceback (most recent call last):",
        '  File "y.py", line 2, in g',
        "kompetanse.errors.InvalidAnswer",
    ]
    shown = [found for line in lines if (found := output.line(line)) is not None]
    assert WRITTEN not in "\n".join(shown)
    assert [line for line in shown if not line.startswith(" ")] == [
        "Starting",
        "Traceback (most recent call last):",
        "ValueError",
        "Traceback (most recent call last):",
        "kompetanse.errors.InvalidAnswer",
    ]


#: Everything that may reach a server's standard error without a logger, each with a secret in it.
PROGRAM = """
import asyncio, gc, logging, os, subprocess, sys, threading, time, warnings
from kompetanse.logs import logging_to_stderr

secret, count = sys.argv[1], []

class Broken:
    def __del__(self):
        raise ValueError(secret)

def fail():
    raise ValueError(secret)

async def leave_an_error():
    asyncio.ensure_future(asyncio.sleep(0)).add_done_callback(lambda _: fail())
    lost = asyncio.get_running_loop().create_future()
    lost.set_exception(ValueError(secret))
    del lost
    gc.collect()
    await asyncio.sleep(0.05)

with logging_to_stderr("json", "info", on_error=count.append):
    print("printed", secret, flush=True)
    print("to stderr", secret, file=sys.stderr, flush=True)
    os.write(2, f"written {secret}\\n".encode())
    subprocess.run([sys.executable, "-c", "import sys; raise ValueError(sys.argv[1])", secret])
    warnings.warn("mind " + secret)
    thread = threading.Thread(target=fail); thread.start(); thread.join()
    Broken(); gc.collect()
    asyncio.run(leave_an_error())
    logging.getLogger("tornado.application").error("page %s", secret)
    time.sleep(0.3)
print("after", len(count) >= 4)
"""


def test_nothing_gets_past_on_the_standard_streams() -> None:
    secret = f"7KDM-Q2XR p-mzxw6ytboi4dsnrtgiza {SECRETS['kernel']}"
    done = subprocess.run([sys.executable, "-c", PROGRAM, secret], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "after True\n"), done.stderr
    assert not [part for part in secret.split() if part in done.stderr]
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    said = "\n".join(line["message"] for line in lines)
    for expected in ("printed [code] [participant] [id]", "to stderr [code]", "written [code]", "mind [code]"):
        assert expected in said
    assert {"A thread ended by an error.", "An error could not be passed on."} <= {line["message"] for line in lines}
    assert {"kompetanse.printed", "py.warnings", "asyncio", "kompetanse"} <= {line["logger"] for line in lines}
