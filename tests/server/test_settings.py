"""What an operator decides: which word counts, and one sentence for what will not do; and the list of it all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kompetanse.errors import InputError
from kompetanse.server.limits import Limits
from kompetanse.server.settings import FILE, ServerSettings, is_loopback, names, variable

ROOT = Path(__file__).parents[2]


def test_option_goes_before_environment_and_environment_before_file(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('port = 1001\nhost = "10.0.0.1"\nlog_format = "json"\n[limits]\nkernels = 5\n')
    environment = {"KOMPETANSE_PORT": "1002", "KOMPETANSE_HOST": "10.0.0.2", "KOMPETANSE_LIMITS_IDLE_MINUTES": "2.5"}
    found = ServerSettings.read(tmp_path, {"port": 1003, "host": None}, environment)
    assert (found.port, found.host, found.log_format) == (1003, "10.0.0.2", "json")
    assert (found.limits.kernels, found.limits.idle_minutes) == (5, 2.5)
    assert found.limits.message_bytes == Limits().message_bytes


def test_nothing_said_is_the_default(tmp_path: Path) -> None:
    assert ServerSettings.read(tmp_path, {}, {}) == ServerSettings()
    assert ServerSettings.read(tmp_path, {}, {"KOMPETANSE_PORT": ""}) == ServerSettings()


@pytest.mark.parametrize(
    ("content", "environment", "sentence"),
    [
        ('port = "åtte"', {}, r"The setting 'port' cannot be 'åtte' \(an option, or port in .*, says so\): it .*int"),
        ("", {"KOMPETANSE_PORT": "x"}, r"setting 'port' cannot be 'x' \(KOMPETANSE_PORT in the environment says so\)"),
        ("prot = 8000", {}, r"There is no setting 'prot', as .*\.toml has it; there are host, port, address"),
        ("[limits]\nkernel = 8", {}, r"no setting 'limits.kernel', as .*; there are kernels_per_person, kernels,"),
        ("[limits]\nkernels = 0", {}, r"'limits.kernels' cannot be 0 .*: it should be greater than or equal"),
        ("", {"KOMPETANSE_LIMITS_KERNELS": "-1"}, r"'limits.kernels' cannot be '-1' \(KOMPETANSE_LIMITS_KERNELS in"),
        ("limits = 3", {}, r"'limits' in .*\.toml is one value; write a line \[limits\]"),
        ("port 8000", {}, r"The settings in .*kompetanse\.toml cannot be read: .*line 1"),
        ('address = "kompetanse.no"', {}, r"'address' cannot be 'kompetanse.no' .*: write it as https://name"),
        ('address = "https://x.no/sti"', {}, r"'address' cannot be 'https://x.no/sti'"),
        ('log_format = "xml"', {}, r"'log_format' cannot be 'xml' .*: it should be 'text' or 'json'"),
    ],
)  # fmt: skip
def test_what_will_not_do_is_one_sentence(
    tmp_path: Path, content: str, environment: dict[str, str], sentence: str
) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    with pytest.raises(InputError) as refused:
        ServerSettings.read(tmp_path, {}, environment)
    assert re.search(sentence, str(refused.value)), refused.value
    assert "\n" not in str(refused.value)


def test_all_that_will_not_do_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('port = -1\nlog_level = "loud"\n')
    with pytest.raises(InputError) as refused:
        ServerSettings.read(tmp_path, {}, {})
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("x.no", False)]
)
def test_proxy_is_trusted_where_only_this_machine_reaches_us(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    assert ServerSettings(host=host).trusts_proxy is loopback
    assert ServerSettings(host=host, behind_proxy=True).trusts_proxy
    assert not ServerSettings(host=host, behind_proxy=False).trusts_proxy


def test_list_of_settings_is_what_the_code_reads() -> None:
    page = (ROOT / "docs" / "drift.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| `(KOMPETANSE_\w+)` \| (.*?) ?\| (.+) \|$", page, re.MULTILINE)
    assert [(name, at) for name, at, _, _ in rows] == [(".".join(path), variable(path)) for path in names()]
    defaults = ServerSettings()
    for name, _, said, _ in rows:
        owner = defaults.limits if name.startswith("limits.") else defaults
        value = getattr(owner, name.removeprefix("limits."))
        expected = "etter minnet" if name == "limits.kernels" else "" if value is None else f"{value:g}" if isinstance(
            value, float
        ) else str(value)  # fmt: skip
        assert said == expected, name
