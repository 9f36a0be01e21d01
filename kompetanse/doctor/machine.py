"""The machine: memory, open files, the port, the clock, and how the server is reached from outside."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

from kompetanse.doctor.finding import Finding, Patient
from kompetanse.server.limits import kernels_that_fit
from kompetanse.server.settings import is_loopback, names, variable
from kompetanse.settings import DATABASE, HOME, PASSPHRASE, PROGRAMME, of_ours_in_environment, package_folder

#: What a page takes of open files in the server: its kernel's sockets, its websocket, its connections.
_FILES_OF_A_PAGE = 16
_SECONDS = 5.0
_DAYS_LEFT = 14
#: What the system says when nobody sets its clock.
_NOT_SYNCHRONISED = 5


def memory(patient: Patient) -> Iterator[Finding]:
    """Whether the machine's memory holds as many kernels as the server may start."""
    wanted, fit = patient.settings.limits.kernels, kernels_that_fit()
    if wanted > fit:
        yield Finding("memory", "warn", f"{wanted} kernels are allowed, {fit} fit", f"set limits.kernels to {fit}")
    else:
        yield Finding("memory", "ok", f"{wanted} kernels of {fit} that fit")


def open_files(patient: Patient) -> Iterator[Finding]:
    """Whether the system lets the server have as many files open as its pages take."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits = patient.settings.limits
    wanted = limits.kernels * _FILES_OF_A_PAGE + limits.connections
    if most != resource.RLIM_INFINITY and most < wanted:
        yield Finding(
            "open files", "warn", f"{most} at most, {wanted} may be wanted", f"LimitNOFILE={wanted} in the unit"
        )
    else:
        yield Finding("open files", "ok", f"{'any number' if most == resource.RLIM_INFINITY else most}")


def port(patient: Patient) -> Iterator[Finding]:
    """Whether the port is free, or our own server answers there."""
    host, number = patient.settings.host, patient.settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE and _says_ok(f"http://{_in_url(host)}:{number}/healthz"):
                yield Finding("port", "ok", f"a server answers at {host}:{number}")
            else:
                said = os.strerror(error.errno or 0).lower()
                yield Finding("port", "fail", f"{host}:{number} cannot be had ({said})", "choose another with --port")
        else:
            yield Finding("port", "ok", f"{host}:{number} is free")


def _in_url(host: str) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]" if ":" in host else host


def _says_ok(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:
            return bool(answer.read(16) == b"ok\n")
    except (OSError, ValueError):
        return False


def clock(_: Patient) -> Iterator[Finding]:
    """Whether the clock can be right, and whether somebody sets it."""
    installed = package_folder().stat().st_mtime
    if time.time() < installed - 24 * 3600:
        yield Finding("clock", "fail", "it is set to before this package was made", "set it: timedatectl set-ntp true")
        return
    if sys.platform == "linux":
        # All zero asks and sets nothing; the structure is smaller than this on every system.
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
        if state == _NOT_SYNCHRONISED:
            yield Finding("clock", "warn", "nobody sets it by the network", "timedatectl set-ntp true")
            return
    yield Finding("clock", "ok", time.strftime("%Y-%m-%d %H:%M %Z"))


def outside(patient: Patient) -> Iterator[Finding]:
    """Whether the server is reached over TLS, through a proxy that says so, under the address it was told."""
    settings = patient.settings
    if not is_loopback(settings.host) and not settings.trusts_proxy:
        yield Finding(
            "TLS", "warn", f"listens on {settings.host} without TLS in front", "see docs/drift.md: a proxy with TLS"
        )
    if settings.address is None:
        yield Finding("address", "ok", "not set: links are made as each visitor's browser names the server")
        return
    parts = urlsplit(settings.address)
    if parts.scheme != "https":
        yield Finding("TLS", "warn", f"{settings.address} has none", "codes travel readable: see docs/drift.md")
    elif not settings.trusts_proxy:
        yield Finding("TLS", "warn", "the proxy's word is not trusted", "behind_proxy = true in kompetanse.toml")
    yield from _public(settings.address)


def _public(address: str) -> Iterator[Finding]:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=_SECONDS) as answer:
            ours, strict = answer.read(16) == b"ok\n", "Strict-Transport-Security" in answer.headers
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        yield Finding("address", "warn", f"{address} does not answer ({reason})", "start the server, look at the proxy")
        return
    if not ours:
        yield Finding("address", "fail", f"{address} answers, but not from us", "look at where the proxy passes it on")
        return
    yield Finding("address", "ok", address)
    if address.startswith("https:"):
        if not strict:
            yield Finding("TLS", "warn", "the server does not know of it", "let the proxy set X-Forwarded-Proto")
        yield from _certificate(address)


def _certificate(address: str) -> Iterator[Finding]:
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), _SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
        ):
            ends = ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"]))
    except (OSError, KeyError, ValueError) as error:
        yield Finding("TLS", "fail", f"the certificate will not do ({error})", "renew it")
        return
    days = int((ends - time.time()) // 86400)
    if days < _DAYS_LEFT:
        yield Finding("TLS", "warn", f"the certificate ends in {days} days", "see why it was not renewed by itself")
    else:
        yield Finding("TLS", "ok", f"the certificate is good for {days} days")


def environment(_: Patient) -> Iterator[Finding]:
    """Whether each variable that begins as ours do is one that we know."""
    known = {HOME, DATABASE, PASSPHRASE, PROGRAMME, *map(variable, names())}
    unknown = [name for name in of_ours_in_environment() if name not in known]
    if unknown:
        yield Finding("environment", "warn", f"nobody reads {', '.join(unknown)}", "mend the name, see docs/drift.md")
    else:
        yield Finding("environment", "ok", "every variable is a known one")
