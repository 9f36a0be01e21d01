"""The command line: examples in every help, one sentence for every error, and an exit code."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from kompetanse.cli import app, ended, spread
from kompetanse.errors import AccessDenied, InputError, KompetanseError

COMMANDS = (
    "demo", "serve", "check", "import", "export", "audit", "sessions", "erase", "backup", "restore", "invite", "report",
    "doctor",
)  # fmt: skip

#: As the project promises them; they stay as they are.
OPTIONS = {
    "demo": {"--home", "--port", "--no-serve"},
    "serve": {"--home", "--programme", "--host", "--port", "--front-end", "--log-format"},
    "check": set(),
    "import": {"--home", "--programme"},
    "export": {"--home", "--out", "--raw", "--approved-by", "--reason", "--programme"},
    "audit": {"--home", "--since", "--kind", "--format"},
    "invite": {"--municipality", "--group", "--all", "--role", "--slips", "--format", "--out", "--address", "--until"}
    | {"--rotate", "--another-person", "--revoke", "--list", "--code", "--approved-by", "--reason"}
    | {"--home", "--programme"},
    "backup": {"--home", "--passphrase-file", "--recipient"},
    "restore": {"--home", "--passphrase-file", "--identity", "--replace"},
    "erase": {"--participant", "--group", "--whole-programme", "--due", "--programme", "--home", "--yes"},
    "sessions": {"--home", "--end", "--role", "--group", "--all"},
    "report": {"--municipality", "--group", "--all", "--edition", "--home", "--programme", "--out", "--format"}
    | {"--again", "--jobs", "--dask"},
    "doctor": {"--home", "--programme", "--json"},
}


def kompetanse(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What a user sees, without any KOMPETANSE_ variables of the machine that tests."""
    command = [sys.executable, "-m", "kompetanse", *arguments]
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8"}
    # Where the package that is tested is not the installed one.
    surroundings |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    return subprocess.run(command, cwd=cwd, env=surroundings, capture_output=True, text=True, check=False)


def test_commands_are_those_that_were_promised() -> None:
    command = get_command(app)
    found = {name: {option for each in sub.params for option in each.opts if option.startswith("--")}
             for name, sub in command.commands.items()}  # type: ignore[attr-defined]  # a group has them  # fmt: skip
    assert {name: options - {"--help"} for name, options in found.items()} == OPTIONS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_that_parses(command: str, tmp_path: Path) -> None:
    done = kompetanse(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    example = re.search(r"Example: kompetanse (.+)", done.stdout)
    assert example, done.stdout
    name, *arguments = spread(shlex.split(example[1]))
    assert name == command
    sub = get_command(app).commands[name]  # type: ignore[attr-defined]  # a group has them
    sub.make_context(name, arguments)


def test_help_lists_every_command(tmp_path: Path) -> None:
    listed = re.findall(r"^  (\w+)  ", kompetanse("--help", cwd=tmp_path).stdout, re.MULTILINE)
    assert tuple(listed) == COMMANDS


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, kompetanse.cli; print([name for name in ('pandas', 'papermill', 'voila') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_several_values_may_follow_one_option() -> None:
    given = ["report", "--municipality", "1841", "1804", "--format", "html", "pdf", "--out", "here"]
    assert list(spread(given)) == [
        *("report", "--municipality", "1841", "--municipality", "1804"),
        *("--format", "html", "--format", "pdf", "--out", "here"),
    ]


def test_arguments_of_other_commands_stay_as_they_are() -> None:
    given = ["import", "--home", "here", "answers.csv"]
    assert list(spread(given)) == given


def raising(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KompetanseError("It is full."), 1, "kompetanse: It is full.\n"),
        (InputError("There is no such thing."), 2, "kompetanse: There is no such thing.\n"),
        (AccessDenied("Not yours."), 3, "kompetanse: Not yours.\n"),
        (OSError(28, "No space left on device", "/srv/out"), 1, "/srv/out cannot be used: No space left on device.\n"),
        (KeyboardInterrupt(), 130, ""),
        (typer.Exit(4), 4, ""),
    ],
)
def test_error_is_one_sentence_and_a_code(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(lambda: raising(SystemExit(error.exit_code) if isinstance(error, typer.Exit) else error)) == code
    assert capsys.readouterr().err.endswith(words)


def test_unforeseen_error_is_one_sentence_and_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(lambda: raising(ZeroDivisionError("by zero"))) == 1
    told = capsys.readouterr().err
    log = re.fullmatch(
        r"kompetanse: something nobody foresaw \(ZeroDivisionError\); the details are in (\S+\.log)\n", told
    )
    assert log
    path = Path(log[1])
    assert "Traceback" in path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()


def test_unknown_option_is_told(tmp_path: Path) -> None:
    done = kompetanse("report", "--kommune", "1841", cwd=tmp_path)
    assert done.returncode == 2
    assert "No such option" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("check", "nowhere"), 2, "nowhere: There is no such folder; name the one that programme.yml lies in.\n"),
        (("report", "--all"), 1, "kompetanse: There is no home in .*; name another with --home.*\n"),
        (("export",), 1, "kompetanse: There is no home in .*\n"),
        (("sessions",), 1, "kompetanse: There is no home in .*\n"),
        (
            ("audit", "--kind", "gossip"),
            2,
            "kompetanse: There is no kind 'gossip' in the audit log; it has sign_in, .*\n",
        ),
        (("import", "nowhere.csv"), 2, "kompetanse: .*nowhere.csv.*\n"),
        (("serve", "--programme", "nowhere"), 2, "nowhere: There is no such folder.*\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_is_not_there_is_one_sentence(
    arguments: tuple[str, ...], code: int, sentence: str, tmp_path: Path
) -> None:
    done = kompetanse(*arguments, cwd=tmp_path)
    assert re.fullmatch(sentence, done.stderr), done.stderr
    assert done.returncode == code


def test_shipped_programme_has_no_mistakes(tmp_path: Path) -> None:
    done = kompetanse("check", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "No mistakes.\n", "")
