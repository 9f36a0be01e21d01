"""`kompetanse invite`: codes for many at once, made anew, ended and listed."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.invitations.command import end_codes, list_codes, make_codes
from kompetanse.invitations.wanted import Delivery, Terms, Whom
from kompetanse.programme.models import Programme

CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2,3}")
EVERYTHING = Whom()
EVERY = Whom(every=True)
FAUSKE = Whom(groups=["fauske"])


class Command:
    """The command on one home."""

    def __init__(self, store: Store, programme: Programme, folder: Path):
        self.store, self.programme, self.folder = store, programme, folder

    def make(self, whom: Whom = FAUSKE, *formats: str, **terms: object) -> str:
        """Makes codes, and says what it says."""
        delivery = Delivery(formats, self.folder, "https://kompetanse.example.no")  # type: ignore[arg-type]  # of a test
        return make_codes(self.store, self.programme, whom, Terms(**terms), delivery)  # type: ignore[arg-type]  # of a test

    def end(self, whom: Whom) -> str:
        """Ends codes, and says what it says."""
        return end_codes(self.store, self.programme, whom, Terms(), Delivery())

    def list(self, whom: Whom = EVERYTHING) -> str:
        """Lists codes."""
        return list_codes(self.store, self.programme, whom, Terms(), Delivery())

    def audited(self) -> list[tuple[str, str, str | None]]:
        """What the audit log says about it."""
        return [(entry.kind, entry.detail, entry.group) for entry in self.store.audit_log()]


@pytest.fixture
def command(store: Store, programme: Programme, tmp_path: Path) -> Command:
    return Command(store, programme, tmp_path / "sheets")


def test_every_group_gets_a_sheet_that_only_its_owner_may_read(command: Command) -> None:
    said = command.make(EVERY, "pdf", "html", "csv")
    names = {path.name for path in command.folder.iterdir()}
    assert names == {
        *(f"{name}.{format}" for name in ("0301-oslo", "1841-fauske", "4640-sogndal") for format in ("pdf", "html")),
        "invitations.csv",
    }
    assert "Made 6 codes and wrote 7 files" in said
    assert not CODE.search(said)
    assert {path.stat().st_mode & 0o777 for path in command.folder.iterdir()} == {0o600}
    assert command.folder.stat().st_mode & 0o777 == 0o700


def test_codes_of_a_sheet_let_in_whom_they_are_for(command: Command) -> None:
    command.make(EVERY, "csv")
    text = (command.folder / "invitations.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    entries = [command.store.enter(row["code"]) for row in rows]
    assert [(entry.role, entry.group) for entry in entries if entry] == [(row["role"], row["group"]) for row in rows]


def test_running_it_again_makes_only_what_is_missing(command: Command) -> None:
    command.make(FAUSKE)
    said = command.make(EVERY)
    assert len(CODE.findall(said)) == 4
    assert "Left alone, for they have a code: fauske (contact), fauske (leader)." in said
    assert "No code was made." in command.make(EVERY)


def test_code_that_is_made_anew_ends_the_old_one_and_nobodys_own(command: Command) -> None:
    leader = Whom(groups=["fauske"], roles=["leader"])
    (old,) = CODE.findall(command.make(leader))
    own = command.store.enter(old)
    assert own
    said = command.make(leader, anew=True)
    (new,) = CODE.findall(said)
    assert "Ended 1 earlier code." in said
    assert command.store.enter(old) is None
    assert command.store.enter(new)
    assert command.store.enter(own.return_code or "")


def test_ending_a_groups_codes_ends_slips_too(command: Command) -> None:
    (slip, _) = CODE.findall(command.make(slips=2))
    (shared,) = CODE.findall(command.make(Whom(groups=["fauske"], roles=["leader"])))
    assert "Ended 3 codes." in command.end(Whom(groups=["fauske"], roles=["leader"]))
    assert command.store.enter(slip) is None
    assert command.store.enter(shared) is None
    assert command.store.enter(command.store.create_code("leader", "oslo"))


def test_single_codes_are_ended_and_made_anew_by_code_or_id(command: Command) -> None:
    (code,) = CODE.findall(command.make(Whom(roles=["facilitator"])))
    (identity,) = re.findall(r"^([0-9a-f]{10})  -", command.list(Whom(roles=["facilitator"])), re.MULTILINE)
    (new,) = CODE.findall(command.make(Whom(codes=[identity]), anew=True))
    assert command.store.enter(code) is None
    assert "Ended 1 code." in command.end(Whom(codes=[new]))
    assert "Ended 0 codes." in command.end(Whom(codes=[new]))


def test_list_has_the_codes_that_let_in_and_no_code(command: Command) -> None:
    made = CODE.findall(command.make(EVERY))
    listed = command.list()
    assert len(listed.splitlines()) == 1 + len(made)
    assert not [code for code in made if code[:4] in listed]
    command.end(EVERY)
    assert command.list() == "No codes."


def test_analyst_needs_somebodys_approval_which_is_written_down(command: Command) -> None:
    analyst = Whom(roles=["analyst"])
    for terms in ({}, {"approved_by": "Kari"}, {"reason": "Evaluering"}, {"approved_by": " ", "reason": " "}):
        with pytest.raises(InputError, match="--approved-by"):
            command.make(analyst, **terms)
    assert command.audited() == []
    command.make(analyst, approved_by="Kari Nordmann", reason="Evaluering", last_day=date(2099, 1, 31))
    said = "analyst: code until 2099-01-31; approved by Kari Nordmann: Evaluering"
    assert command.audited() == [("invitation", said, None)]


def test_what_was_made_and_ended_is_written_down_without_codes(command: Command) -> None:
    (code,) = CODE.findall(command.make(Whom(groups=["fauske"], roles=["room"]), last_day=date(2099, 1, 31)))
    command.end(Whom(groups=["fauske"], roles=["room"]))
    assert command.audited() == [
        ("invitation", "room: code until 2099-01-31", "fauske"),
        ("revocation", "room: 1 shared", "fauske"),
    ]
    assert code not in repr(command.store.audit_log())


def test_sheet_is_never_written_over(command: Command) -> None:
    command.make(FAUSKE, "csv")
    command.make(FAUSKE, "csv", anew=True)
    assert sorted(path.name for path in command.folder.iterdir()) == ["invitations-2.csv", "invitations.csv"]


@pytest.mark.parametrize(
    ("whom", "terms", "sentence"),
    [
        (Whom(), {}, "Say which groups are meant: .*"),
        (Whom(groups=["nowhere"]), {}, "This home has no group of id 'nowhere'; it has .*"),
        (Whom(groups=["fauske"], roles=["facilitator"]), {}, "A code for the role facilitator belongs to no group: .*"),
        (Whom(roles=["facilitator"]), {"anew": True}, "Say which facilitator's code to make anew with --code; .*"),
        (Whom(codes=["ABCD"]), {"anew": True}, "There is no such code here; --list .*"),
        (Whom(codes=["ABCD"]), {}, r"A code that is there can be made anew .*"),
        (Whom(codes=["ABCD"], every=True), {}, r"Name either codes .*"),
        (FAUSKE, {"last_day": date(2020, 1, 1)}, "2020-01-01 has passed; .*"),
        (FAUSKE, {"slips": 61}, "61 slips cannot be made; .*"),
        (Whom(groups=["fauske"], roles=["room"]), {"slips": 3}, "Slips are for leaders: leave out --role."),
    ],
)
def test_what_does_not_go_together_is_told_and_nothing_is_made(
    command: Command, whom: Whom, terms: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError) as told:
        command.make(whom, **terms)
    assert re.fullmatch(sentence, str(told.value))
    assert command.list() == "No codes."


def test_folder_that_cannot_be_made_is_told_before_any_code_is_made(command: Command) -> None:
    command.folder.write_text("")
    with pytest.raises(InputError, match="name another with --out"):
        command.make(FAUSKE, "pdf")
    assert command.list() == "No codes."


def test_first_facilitator_of_an_installation_is_let_in(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "kompetanse", "invite", "--role", "facilitator", "--home", str(tmp_path / "new")]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
    (code,) = CODE.findall(done.stdout)
    with Store.open(tmp_path / "new") as store:
        entry = store.enter(code)
    assert entry
    assert entry.role == "facilitator"
    assert "which only this machine reaches" in done.stdout


def test_links_lead_where_the_server_says_that_people_reach_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "kompetanse.toml").write_text('address = "https://kompetanse.example.no"', "utf-8")
    line = [sys.executable, "-m", "kompetanse", "invite", "--role", "facilitator", "--home", str(home)]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "https://kompetanse.example.no/inn/" in done.stdout
    assert "only this machine" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--role", "boss"), "There is no role 'boss'; write one of .*"),
        (("--all", "--format", "docx"), "There is no format 'docx'; write one of pdf, html, csv."),
        (("--all", "--list", "--revoke"), "Say one of --rotate, --revoke and --list."),
        (("--all",), "There is no home in .*"),
    ],
)
def test_mistake_on_the_command_line_is_one_sentence(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    line = [sys.executable, "-m", "kompetanse", "invite", "--home", str(tmp_path / "none"), *arguments]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode
    assert re.fullmatch(f"kompetanse: {sentence}\n", done.stderr)
    assert not (tmp_path / "none").exists()
