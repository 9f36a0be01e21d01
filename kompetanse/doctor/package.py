"""What was installed: Python, the packages, the browser's part, the kernel's name, the fonts."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from kompetanse.doctor.finding import Finding, Patient
from kompetanse.figures.theme import fonts_folder
from kompetanse.kernels.prompt import own_spec
from kompetanse.kernels.provisioner import KERNEL_NAME
from kompetanse.kernels.warm import can_fork
from kompetanse.server.assets import front_end_folder

PACKAGE = "kompetanse"
INSTALL = "install the package again: `make install` in a checkout, else `pip install --upgrade kompetanse`"

#: What pages and reports are set in.
FONTS = ("Inter-Regular.ttf", "Inter-Italic.ttf", "Inter-SemiBold.ttf", "Inter-Bold.ttf", "NotoEmoji-Regular.ttf")


def python(_: Patient) -> Iterator[Finding]:
    """Whether this Python is one that we have tried."""
    wanted = metadata.metadata(PACKAGE)["Requires-Python"] or ""
    version = platform.python_version()
    if version not in SpecifierSet(wanted):
        yield Finding("python", "fail", f"{version}, wanted {wanted}", "make the environment with a newer Python")
    else:
        yield Finding("python", "ok", f"{version} on {platform.system()}")
    if not can_fork():
        yield Finding("python", "warn", "this system cannot fork kernels", "pages open slowly; serve from Linux")


def packages(patient: Patient) -> Iterator[Finding]:
    """Whether every package is there, in a version of its range."""
    wrong, right = [], 0
    extra = "postgresql" if (patient.database or "").startswith("postgres") else ""
    for requirement in map(Requirement, metadata.requires(PACKAGE) or ()):
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if requirement.specifier.contains(version, prereleases=True):
            right += 1
        else:
            wrong.append(f"{requirement.name} is {version}, wanted {requirement.specifier}")
    for each in wrong:
        yield Finding("packages", "fail", each, INSTALL)
    if not wrong:
        yield Finding("packages", "ok", f"{right}, each in its range")


def front_end(patient: Patient) -> Iterator[Finding]:
    """Whether the scripts that draw a workbook have been built, whole."""
    folder = front_end_folder()
    try:
        built = json.loads((folder / "files.json").read_bytes())
        missing = [name for name in (built["first"], *built["needed"]) if not (folder / name).is_file()]
    except (OSError, ValueError, KeyError):
        missing = ["files.json"]
    if not missing:
        yield Finding("front end", "ok", "built")
    elif patient.settings.front_end == "voila":
        yield Finding("front end", "warn", "not built; Voilà's is in use", INSTALL)
    else:
        yield Finding("front end", "fail", f"{', '.join(missing)} not built", INSTALL)


def kernelspec(_: Patient) -> Iterator[Finding]:
    """Whether Jupyter finds our kernel, and who starts it."""
    path = Path(sys.prefix, "share", "jupyter", "kernels", KERNEL_NAME, "kernel.json")
    names = metadata.entry_points(group="jupyter_client.kernel_provisioners").names
    try:
        same = json.loads(path.read_bytes()).get("argv") == own_spec().argv
    except (OSError, ValueError):
        yield Finding("kernelspec", "fail", f"{path} is missing", INSTALL)
        return
    if not same or KERNEL_NAME not in names:
        yield Finding("kernelspec", "fail", "of another version", INSTALL)
    else:
        yield Finding("kernelspec", "ok", KERNEL_NAME)


def fonts(_: Patient) -> Iterator[Finding]:
    """Whether the fonts of pages, charts and reports are there."""
    missing = [name for name in FONTS if not (fonts_folder() / name).is_file()]
    if missing:
        yield Finding("fonts", "fail", f"{', '.join(missing)} missing", INSTALL)
    else:
        yield Finding("fonts", "ok", f"{len(FONTS)} files")
