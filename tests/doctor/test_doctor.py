"""`kompetanse doctor`: what is wrong with an installation is found, told in one line each, and nothing is changed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kompetanse.answers.store import Store
from kompetanse.doctor import home as of_home
from kompetanse.doctor import machine, package, visit, work
from kompetanse.doctor.finding import Finding, Patient
from kompetanse.programme.models import LeadershipGroup
from kompetanse.server.limits import Limits
from kompetanse.server.settings import ServerSettings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as a server has left it."""
    where = tmp_path / "home"
    with Store.open(where, exclusive=True) as store:
        store.put_group(LeadershipGroup(id="fauske", name="Fauske", invited=8, municipalities=("1841",), made_up=True))
        for key in (store.keys.session_key, store.keys.cookie_secret, store.keys.code_key, store.keys.metrics_token):
            assert key
    return where


def patient(home: Path, **settings: object) -> Patient:
    return Patient(home, None, None, ServerSettings(**settings))  # type: ignore[arg-type]


Check = Callable[[Patient], Iterator[Finding]]


def one(check: Check, of: Patient) -> tuple[str, str]:
    """The status and the words of the one finding there should be."""
    (found,) = check(of)
    assert found.status == "ok" or found.mend, found
    return found.status, found.found


def snapshot(home: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_mode) for path in home.rglob("*") if path.is_file()}


def test_sound_home_is_well_and_stays_as_it_is(home: Path) -> None:
    keys = {name: state for name, state in snapshot(home).items() if "sqlite" not in name}
    for check in (of_home.folder, of_home.database, of_home.keys, of_home.lock, of_home.disk):
        status, found = one(check, patient(home))
        assert status == "ok", found
    assert list(of_home.newest_answer(patient(home))) == []
    assert {name: state for name, state in snapshot(home).items() if "sqlite" not in name} == keys


def test_home_that_others_may_read_fails(home: Path) -> None:
    (home / "keys" / "session.pem").chmod(0o644)
    home.chmod(0o755)
    assert one(of_home.folder, patient(home)) == ("fail", "others may read home, session.pem")


def test_home_that_is_not_there_yet_is_no_failure(tmp_path: Path) -> None:
    for check in (of_home.folder, of_home.database, of_home.keys):
        assert one(check, patient(tmp_path / "none"))[0] == "warn"
    assert not (tmp_path / "none").exists()


def test_damaged_database_is_told(home: Path) -> None:
    for path in home.glob("kompetanse.sqlite*"):
        path.write_bytes(b"this is no database at all, and long enough to be read as one" * 20)
    status, found = one(of_home.database, patient(home))
    assert (status, "is damaged" in found) == ("fail", True)


def test_database_of_a_newer_version_is_told(home: Path) -> None:
    with Store.open(home) as store, store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    status, found = one(of_home.database, patient(home))
    assert (status, "9999" in found) == ("fail", True)


def test_lost_and_broken_keys_are_told(home: Path) -> None:
    (home / "keys" / "cookie.secret").unlink()
    (home / "keys" / "session.pem").write_text("-----BEGIN NOTHING-----")
    lost, broken = of_home.keys(patient(home))
    assert (lost.status, "cookie.secret" in lost.found) == ("warn", True)
    assert (broken.status, "session.pem" in broken.found) == ("fail", True)
    assert "backup" in lost.mend
    assert "backup" in broken.mend


def test_lock_says_who_serves(home: Path) -> None:
    with Store.open(home, exclusive=True):
        assert one(of_home.lock, patient(home)) == ("ok", f"served by process {os.getpid()}")
    status, found = one(of_home.lock, patient(home))
    assert (status, "no hindrance" in found) == ("ok", True)


def test_full_disk_fails_and_a_nearly_full_one_warns(home: Path) -> None:
    free = of_home.free_megabytes(home)
    assert one(of_home.disk, patient(home, limits=Limits(free_megabytes=free * 2)))[0] == "fail"
    assert one(of_home.disk, patient(home, limits=Limits(free_megabytes=free // 2)))[0] == "warn"


def test_answer_from_the_future_says_that_the_clock_went_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(home) as store, store._database.writing() as connection:
        columns = {row[1]: row for row in connection.exec_driver_sql("PRAGMA table_info(answer)")}
        values = {name: ("1" if "INT" in row[2].upper() else "'x'") for name, row in columns.items() if name != "seq"}
        values["time"] = "'2999-01-01T00:00:00+00:00'"
        names = ", ".join(f'"{name}"' for name in values)
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        values["group_id"] = "'fauske'"
        connection.exec_driver_sql(f"INSERT INTO answer ({names}) VALUES ({', '.join(values.values())})")
    (found,) = of_home.newest_answer(patient(home))
    assert (found.status, "2999" in found.found) == ("fail", True)


def test_taken_port_fails_unless_it_is_our_own_server(home: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        status, found = one(machine.port, patient(home, port=port))
        assert (status, "cannot be had" in found) == ("fail", True)
    assert one(machine.port, patient(home, port=port))[0] == "ok"


def test_server_without_tls_warns(home: Path) -> None:
    findings = list(machine.outside(patient(home, host="0.0.0.0", address="http://127.0.0.1:9")))
    assert [finding.status for finding in findings] == ["warn"] * 3
    assert all(finding.mend for finding in findings)


def test_more_kernels_than_fit_warn(home: Path) -> None:
    assert one(machine.memory, patient(home, limits=Limits(kernels=100000)))[0] == "warn"


def test_variable_that_nobody_reads_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPETANSE_PROT", "8000")
    status, found = one(machine.environment, patient(home))
    assert (status, "KOMPETANSE_PROT" in found) == ("warn", True)


def test_package_that_is_too_old_or_missing_fails(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["typer>=99", "no-such-package-of-ours>=1", "tornado>=6"]
    monkeypatch.setattr(package.metadata, "requires", lambda _: wanted)
    old, missing = package.packages(patient(home))
    assert (old.status, "typer is" in old.found) == ("fail", True)
    assert (missing.status, "is missing" in missing.found) == ("fail", True)


def test_front_end_that_was_not_built_fails(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(package, "front_end_folder", lambda: tmp_path)
    assert one(package.front_end, patient(home))[0] == "fail"
    assert one(package.front_end, patient(home, front_end="voila"))[0] == "warn"


def test_fork_server_that_fails_says_of_what(home: Path, tmp_path: Path) -> None:
    (tmp_path / "programme.yml").write_text("id: [")
    assert "programme.yml" in work._why(tmp_path)


def kompetanse(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("KOMPETANSE_")}
    command = [sys.executable, "-m", "kompetanse", "doctor", *arguments]
    return subprocess.run(command, cwd=cwd, env=surroundings, capture_output=True, text=True, check=False)


def test_sound_installation_is_well_from_python_to_pdf(home: Path, tmp_path: Path) -> None:
    done = kompetanse("--home", str(home), "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    findings = {each["check"]: each for each in json.loads(done.stdout)}
    for check in ("python", "packages", "kernelspec", "fonts", "home", "database", "keys", "lock", "fork server"):
        assert findings[check]["status"] == "ok", findings[check]
    for check in ("kernel", "renderer", "PDF", "settings", "environment"):
        assert findings[check]["status"] == "ok", findings[check]
    assert not [each for each in findings.values() if each["status"] == "fail"]


def test_table_says_how_to_mend_and_exits_with_one(home: Path) -> None:
    findings = [Finding("a", "ok", "well"), Finding("bcd", "fail", "broken", "mend it")]
    assert visit.as_table(findings).splitlines() == [
        "ok    a    well",
        "fail  bcd  broken",
        "           -> mend it",
        "1 ok, 0 warn, 1 fail",
    ]


def test_wrong_setting_is_a_finding_and_the_rest_is_looked_at(home: Path, tmp_path: Path) -> None:
    (home / "kompetanse.toml").write_text("prot = 1\n")
    done = kompetanse("--home", str(home), cwd=tmp_path)
    assert done.returncode == 1
    assert "fail  settings" in done.stdout
    assert "ok    PDF" in done.stdout
