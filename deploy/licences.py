"""What may come with the package: the licence of everything it runs on, held against a list, and written down.

    python deploy/licences.py          writes docs/developer/licences.md
    python deploy/licences.py --check  says what is not allowed, or not written down

Licences are what the packages themselves say, in their metadata and in package-lock.json.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "developer" / "licences.md"
LOCK = ROOT / "kompetanse" / "front_end" / "package-lock.json"

#: Besides these nothing is allowed, the GPL least of all. The LGPL and the MPL are good for what is used as it comes,
#: as a library of its own that anybody may replace: none of it is changed by us or built into our files.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC-BY-4.0", "CC0-1.0", "ISC",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip

#: What older packages write instead of a licence's own name.
SPELLINGS = {
    "apache software license": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
    "bsd license": "BSD", "bsd": "BSD", "bsd 3-clause license": "BSD-3-Clause", "bsd 2-clause license": "BSD-2-Clause",
    "mit license": "MIT", "isc license": "ISC", "isc license (iscl)": "ISC", "psfl": "PSF-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "python software foundation license": "PSF-2.0",
}  # fmt: skip

#: Packages that bring a licence's text and name none in their metadata.
AS_A_TEXT = {"pyrage": "MIT"}

#: npm packages that write a list, as was done once, which a lock does not repeat; `npm view NAME licenses` tells it.
AS_A_LIST = dict.fromkeys(
    ("compute-gcd", "compute-lcm", "validate.io-function", "validate.io-integer", "validate.io-integer-array",
     "validate.io-number"),
    "MIT",
)  # fmt: skip

PAGE_HEAD = """# Licences of what comes with it

Made by `.venv/bin/python deploy/licences.py` from what the packages say themselves; `make audit` and the tests hold
it. Only what the package runs on is here, with the extras `dask` and `postgresql`. What tests compare with may have any
licence: none of it is imported or shipped.

Allowed are permissive licences, and the LGPL and MPL for libraries that are used as they come; the GPL is not.

The dictionaries of Norwegian in simplemma are made from lists of others (the Open Database License, CC BY, CC BY-SA;
see its own page). They are used as they come with it, and nothing made from them is shipped here.
"""


def runtime() -> dict[str, str]:
    """The licence of each Python package that ours runs on here, by name."""
    found: dict[str, set[str]] = {}
    waiting = [Requirement("kompetanse[dask,postgresql]")]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found and wanted.extras <= found[name]:
            continue
        found.setdefault(name, set()).update(wanted.extras)
        for each in map(Requirement, metadata.requires(name) or ()):
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)):
                waiting.append(each)
    names = sorted(found.keys() - {"kompetanse"})
    return {name: AS_A_TEXT.get(name) or licence_of(metadata.metadata(name)) for name in names}


def licence_of(about: metadata.PackageMetadata) -> str:
    """The licence that a package names, as an SPDX expression where it can be told; "unknown" else."""
    expression = about.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [
        line.split(" :: ")[-1] for line in about.get_all("Classifier") or () if line.startswith("License :: ")
    ]
    written = str(about.get("License") or "").strip()
    short = written if written and "\n" not in written and len(written) < 60 else ""
    for each in (short, *classifiers):
        known = SPELLINGS.get(each.lower(), each)
        if known and is_allowed(known):
            return known
    return short or " AND ".join(classifiers) or "unknown"


def bundled() -> dict[str, str]:
    """The licence of each npm package that the browser's part is made of, by name."""
    packages = json.loads(LOCK.read_text("utf-8"))["packages"].items()
    wanted = {path.rpartition("node_modules/")[2]: about for path, about in packages if path and not about.get("dev")}
    return {name: str(wanted[name].get("license") or AS_A_LIST.get(name, "unknown")) for name in sorted(wanted)}


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression leaves us a way that is allowed: one part of an OR, every part of an AND."""
    if "(" in expression:
        return all(name in ALLOWED for name in re.findall(r"[\w.+-]+", expression) if name not in {"AND", "OR"})
    return any(
        all(part.strip() in ALLOWED for part in choice.split(" AND ")) for choice in re.split(r" OR ", expression)
    )


def page() -> str:
    """The page, for the packages that are installed here."""
    parts = [PAGE_HEAD]
    for heading, found in (("Python", runtime()), ("In the browser", bundled())):
        rows = [f"| {name} | {licence} |" for name, licence in found.items()]
        parts.append("\n".join([f"\n## {heading}\n", "| package | licence |", "|---|---|", *rows]) + "\n")
    return "".join(parts)


def mistakes() -> Iterator[str]:
    """What is not allowed, and what the page does not say; it may name packages that other systems need."""
    written = dict(re.findall(r"^\| (\S+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    for name, licence in {**runtime(), **bundled()}.items():
        if not is_allowed(licence):
            yield f"{name} has the licence {licence!r}, which is not allowed: do without it."
        elif written.get(name) != licence:
            yield f"{name} ({licence}) is not in {PAGE.relative_to(ROOT)}: run .venv/bin/python deploy/licences.py"


def main(arguments: list[str]) -> int:
    """Writes the page, or with --check says what is wrong."""
    if arguments != ["--check"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    found = list(mistakes())
    print("\n".join(found) or f"{len(runtime()) + len(bundled())} licences, all allowed and written down.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
