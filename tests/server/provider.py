"""A certified OpenID provider in a process of its own, and people who sign in there as a browser would."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from tests.server.running import Server, Visitor, free_port

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).with_name("openid")

#: With signs that mean something in a header and in a form.
SECRET = "hemmelig+tegn/100%:&="

SETTINGS = """
issuer = "{issuer}"
client_id = "kompetanse"
client_secret_file = "oidc.secret"
address = "{address}"
scopes = ["openid", "email", "groups", "pid"]
timeout_seconds = 1.5

[[roles]]
programme = "{programme}"
role = "facilitator"
claim = "email"
values = ["frida@example.org"]

[[roles]]
programme = "{programme}"
role = "analyst"
claim = "groups"
values = ["analysts"]

[[roles]]
programme = "another"
role = "facilitator"
claim = "sub"
values = ["ukjent"]
"""


def build_module() -> Any:
    """What finds Node for the front end, which the tests' provider needs as well."""
    spec = spec_from_file_location("front_end_build", ROOT / "deploy" / "front_end_build.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def installed() -> tuple[list[str], Path]:
    """The command for Node, and a folder with the provider's packages, fetched once for each lock file."""
    build = build_module()
    node, npm = build.find_node()
    lock = SOURCES / "package-lock.json"
    folder = ROOT / "build" / f"openid-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(SOURCES / name, folder / name)
            build.run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder, "fetch")
            (folder / "done").touch()
        shutil.copyfile(SOURCES / "provider.mjs", folder / "provider.mjs")
    return node, folder


class Provider:
    """One provider, which knows one client: the server at `address`."""

    def __init__(self, address: str):
        self.address = address
        self.port = free_port()
        node, folder = installed()
        self.process = subprocess.Popen(
            [*node, "provider.mjs", str(self.port), address, SECRET],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        assert self.process.stdout.readline() == "ready\n"

    @property
    def issuer(self) -> str:
        """What it calls itself. To a browser `localhost` is another site than 127.0.0.1."""
        return f"http://localhost:{self.port}"

    def settings(self, programme: str) -> str:
        """An `oidc.toml` for it."""
        return SETTINGS.format(issuer=self.issuer, address=self.address, programme=programme)

    def tell(self, what: str) -> None:
        """Has it do something that only a provider in a test does."""
        with urlopen(Request(f"{self.issuer}/test/{what}", method="POST"), timeout=10) as answer:
            assert answer.status == 200

    def spoil(self, how: str) -> None:
        """Has it give out ID tokens with something wrong about them; with nothing wrong for an empty word."""
        self.tell(f"spoil?how={quote(how)}")

    def freeze(self) -> None:
        """Has it take connections and never answer."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ends it."""
        self.thaw()
        self.process.terminate()
        self.process.communicate(timeout=10)

    def sign_in(self, authorization: str, account: str) -> str:
        """Signs in an account at the address that the browser was sent to; the path that it is sent back to."""
        browser = Visitor(cast(Server, SimpleNamespace(address="")))
        form = self._follow(browser, authorization)
        action = re.search(r'<form autocomplete="off" action="([^"]+)"', browser.get(form).text)
        assert action
        answer = browser.post(action[1], {"prompt": "login", "login": account, "password": "x"}, xsrf=False)
        return self._follow(browser, answer.headers["Location"])

    def cancel(self, authorization: str) -> str:
        """Goes there and cancels; the path that the browser is sent back to."""
        browser = Visitor(cast(Server, SimpleNamespace(address="")))
        form = self._follow(browser, authorization)
        return self._follow(browser, f"{form}/abort")

    def _follow(self, browser: Visitor, address: str) -> str:
        """Where redirects lead from an address of the provider: a page of its own, or a path of the client."""
        for _ in range(8):
            parts = urlsplit(address)
            if not address.startswith(self.issuer):
                assert address.startswith(self.address), address
                return f"{parts.path}?{parts.query}"
            answer = browser.get(address)
            if "Location" not in answer.headers:
                return address
            location = answer.headers["Location"]
            address = location if "://" in location else self.issuer + location
        raise AssertionError(f"{address} leads on and on")


def write_private(path: Path, text: str) -> None:
    """A file that only its owner can use."""
    path.write_text(text, "utf-8")
    os.chmod(path, 0o600)
