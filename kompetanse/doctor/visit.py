"""`kompetanse doctor`: looks at everything, and says what is wrong and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from kompetanse.doctor import home, machine, package, work
from kompetanse.doctor.finding import Finding, Patient
from kompetanse.errors import InputError, KompetanseError
from kompetanse.server.settings import ServerSettings
from kompetanse.settings import Settings

#: In this order: what others rest on comes first.
CHECKS: tuple[Callable[[Patient], Iterator[Finding]], ...] = (
    package.python,
    package.packages,
    package.front_end,
    package.kernelspec,
    package.fonts,
    home.folder,
    home.database,
    home.keys,
    home.lock,
    home.disk,
    home.newest_answer,
    machine.environment,
    machine.memory,
    machine.open_files,
    machine.clock,
    machine.port,
    machine.outside,
    work.kernels,
    work.renderer,
    work.typst,
)


def examine(where: Path, programme: Path | None = None) -> list[Finding]:
    """All findings about the installation that serves this home."""
    findings = []
    try:
        settings = ServerSettings.read(where)
        findings.append(Finding("settings", "ok", "can be read"))
    except InputError as error:
        settings = ServerSettings()
        findings += [Finding("settings", "fail", each, "see docs/drift.md") for each in str(error).splitlines()]
    surroundings = Settings.from_environment()
    patient = Patient(where.absolute(), programme or surroundings.programme, surroundings.database, settings)
    for check in CHECKS:
        try:
            findings += check(patient)
        except (KompetanseError, OSError) as error:
            findings.append(Finding(check.__name__, "fail", f"could not be looked at: {error}", "mend that first"))
    return findings


def as_table(findings: Sequence[Finding]) -> str:
    """The findings as lines, each with its remedy below it where there is one, and how many there are of each kind."""
    width = max(len(finding.check) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{finding.status:<4}  {finding.check:<{width}}  {finding.found}")
        if finding.mend:
            lines.append(f"{'':<{6 + width}}  -> {finding.mend}")
    counts = [f"{sum(each.status == status for each in findings)} {status}" for status in ("ok", "warn", "fail")]
    return "\n".join([*lines, ", ".join(counts)])


def as_json(findings: Sequence[Finding]) -> str:
    """The findings as a JSON list."""
    return json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1)
