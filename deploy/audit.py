"""Whether anything that we lock has a hole that PyPI knows of, and whether every licence is allowed.

`make audit` runs it. Where PyPI cannot be asked it says so, in one sentence, and ends well; with --strict, as before a
release, that is a failure too. pip-audit alone would call a package that PyPI told nothing about a good one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import licences

ROOT = Path(__file__).parents[1]
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--vulnerability-service", "pypi", "--requirement", "requirements.lock"),
    *("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "20"),
)


def audit(*, strict: bool) -> int:
    """The exit code; what was found is printed."""
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        asked = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        lines = done.stderr.strip().splitlines() or ["nothing was said"]
        return _not_audited(f"PyPI cannot be reached from here ({lines[-1][:200]})", strict=strict)
    holes = [(each, hole) for each in asked for hole in each.get("vulns", ())]
    for each, hole in holes:
        fixed = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{each['name']} {each['version']}: {hole['id']}; mended in {fixed}. {' '.join(hole['aliases'])}")
    told = [each for each in asked if "skip_reason" not in each]
    if holes:
        return 1
    if len(told) < len(asked):
        missing = f"PyPI told nothing about {len(asked) - len(told)} of {len(asked)} locked packages"
        return _not_audited(missing, strict=strict)
    print(f"{len(told)} locked packages, none with a hole that PyPI knows of.")
    return 0


def _not_audited(why: str, *, strict: bool) -> int:
    print(f"NOT AUDITED: {why}; run `make audit` where pypi.org can be asked.", file=sys.stderr)
    return int(strict)


if __name__ == "__main__":
    of_licences = licences.main(["--check"])
    sys.exit(audit(strict="--strict" in sys.argv[1:]) or of_licences)
