"""The house of docs/developer/house.md, held by reading the source."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kompetanse"

#: One library, one door: where each third-party package may be imported.
DOORS = {
    "alembic": ("answers/",),
    "altair": ("figures/charts.py",),
    "anywidget": ("widgets/",),
    "authlib": ("server/openid_provider.py",),
    "babel": ("language.py",),
    "cryptography": ("answers/session.py", "answers/device_key.py"),
    "distributed": ("reports/cluster.py",),
    "fontTools": ("figures/theme/make_fonts.py",),
    "ipykernel": ("kernels/",),
    "httpx2": ("server/openid_provider.py",),
    "icalendar": ("sections/action_files.py", "sections/gathering_file.py"),
    "IPython": ("workbook.py", "kernels/kernel.py"),
    "jinja2": ("figures/theme/", "invitations/", "reports/", "server/"),
    "joserfc": ("server/openid_provider.py",),
    "jupyter_client": ("kernels/", "server/"),
    "jupyter_core": ("kernels/", "server/"),
    "jupyter_server": ("server/",),
    "jwt": ("answers/session.py",),
    "markdown_it": ("figures/blocks/markdown.py",),
    "markupsafe": ("invitations/", "reports/", "server/"),
    "nbclient": ("kernels/prompt.py", "reports/"),
    "nbformat": ("kernels/prompt.py", "reports/", "server/"),
    "packaging": ("doctor/",),
    "papermill": ("reports/",),
    "prometheus_client": ("server/",),
    "pyrage": ("backups/sealing.py",),
    "rapidfuzz": ("analysis/words.py",),
    "scipy": ("analysis/statistics/",),
    "segno": ("invitations/qr_code.py",),
    "simplemma": ("analysis/lemma.py",),
    "sqlalchemy": ("answers/",),
    "tornado": ("server/",),
    "tqdm": ("reports/",),
    "traitlets": ("kernels/", "widgets/", "server/"),
    "typer": ("cli.py", "commands/"),
    "typst": ("reports/",),
    "vl_convert": ("figures/engine.py",),
    "voila": ("server/",),
    "yaml": ("programme/plain_yaml.py",),
}
EVERYWHERE = {"numpy", "pandas", "pydantic", "kompetanse"}

TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "LICENSE-content", "Makefile", "README.md", "SECURITY.md",
    "benchmarks", "deploy", "docs", "environment.yml", "kompetanse", "pyproject.toml", "reports", "requirements.lock",
    "tests", "workbooks",
}  # fmt: skip

LONGEST = 400

#: Of another host a file may name these only: the names of XML's languages are addresses, but nobody goes there.
NAMES_OF_LANGUAGES = re.compile(r"http://www\.w3\.org/(2000/svg|1999/xhtml|1999/xlink|XML/1998/namespace)")
WHOLE_LINE_COMMENT = re.compile(r"^\s*(//|/\*|\*|#|\{#|<!--)")


def modules() -> list[Path]:
    """Every module of the package but the empty `__init__.py` files."""
    return sorted(path for path in PACKAGE.rglob("*.py") if path.read_text("utf-8").strip())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def house() -> list[str]:
    """The files of the package in the order of docs/developer/house.md."""
    text = (ROOT / "docs" / "developer" / "house.md").read_text("utf-8")
    listing = text.split("<!-- the order -->")[1].split("```")[1]
    return listing.split()


def module_file(name: str) -> Path | None:
    """The file of a dotted name inside the package."""
    path = ROOT.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def is_type_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def running_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if not is_type_only(child):
            yield child
            yield from running_nodes(child)


def imported_names(path: Path) -> set[str]:
    """The dotted names that a module imports when it runs, by statement or by `import_module("...")`."""
    names: set[str] = set()
    for node in running_nodes(tree(path)):
        match node:
            case ast.Import(names=found):
                names.update(alias.name for alias in found)
            case ast.ImportFrom(module=str(module), level=0, names=found):
                within = {f"{module}.{alias.name}" for alias in found}
                of_modules = {name for name in within if name.startswith("kompetanse") and module_file(name)}
                names.update(of_modules or {module})
            case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name))]):
                names.add(name)
    return names


def test_house_lists_every_file_once() -> None:
    assert sorted(house()) == sorted(map(place, modules()))


@pytest.mark.parametrize("path", modules(), ids=place)
def test_module_imports_only_from_those_above_it(path: Path) -> None:
    order = {name: index for index, name in enumerate(house())}
    own = order[place(path)]
    files = [file for name in imported_names(path) if (file := module_file(name)) and file.read_text("utf-8").strip()]
    below = sorted(place(file) for file in files if order[place(file)] >= own)
    assert not below, f"{place(path)} imports from below itself in docs/developer/house.md: {below}"


@pytest.mark.parametrize("path", modules(), ids=place)
def test_library_enters_by_its_door(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imported_names(path)} - EVERYWHERE - set(sys.stdlib_module_names)
    unknown = libraries - DOORS.keys()
    assert not unknown, f"give {unknown} a door in this test, or do without"
    wrong = {name for name in libraries if not place(path).startswith(DOORS[name])}
    assert not wrong, f"{place(path)} imports {wrong}; the doors are {[DOORS[name] for name in wrong]}"


def test_library_that_is_imported_is_one_we_ask_for() -> None:
    extras = [line for lines in project()["project"]["optional-dependencies"].values() for line in lines]
    asked_for = {re.split(r"[\[<>=;]", line)[0].lower() for line in [*project()["project"]["dependencies"], *extras]}
    tools = {re.split(r"[\[<>=;]", line)[0].lower() for line in project()["dependency-groups"]["dev"]}
    distributions = packages_distributions()
    for path in modules():
        for library in {name.split(".")[0] for name in imported_names(path)} & DOORS.keys():
            names = {name.lower().replace("_", "-") for name in distributions[library]}
            allowed = asked_for | tools if place(path) == "figures/theme/make_fonts.py" else asked_for
            assert names & allowed, f"{place(path)} imports {library}: add {names} to pyproject.toml"


def test_import_stands_at_the_top_of_its_module() -> None:
    inside = [
        f"{place(path)}:{node.lineno}"
        for path in modules()
        if not place(path).startswith(("cli.py", "commands/"))
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inside, "an import inside a function says that a module has the wrong name"


def test_file_is_named_after_its_idea() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "tools.py"}
    assert not [place(path) for path in modules() if path.name in drawers]


def test_module_is_not_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = sorted(((len(path.read_text("utf-8").splitlines()), place(path)) for path in modules()), reverse=True)
    with capsys.disabled():
        print("\nlongest modules:", ", ".join(f"{name} {length}" for length, name in lengths[:5]))
    assert not [name for length, name in lengths if length > LONGEST]


def public_definitions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize("path", modules(), ids=place)
def test_public_name_says_what_it_is(path: Path) -> None:
    silent = [node.name for node in public_definitions(path) if not ast.get_docstring(node)]
    assert not silent, f"{place(path)} has public names without a docstring: {silent}"


@pytest.mark.parametrize("path", modules(), ids=place)
def test_public_function_is_annotated(path: Path) -> None:
    bare = [
        node.name
        for node in public_definitions(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.returns is None
        or any(
            argument.annotation is None for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        )
    ]
    assert not bare


@pytest.mark.parametrize("path", [path for path in modules() if path.name == "__init__.py"], ids=place)
def test_package_lists_exactly_what_it_re_exports(path: Path) -> None:
    exported = {
        alias.asname or alias.name
        for node in tree(path).body
        if isinstance(node, ast.ImportFrom)
        and node.module != "__future__"
        and (node.module or "").startswith("kompetanse")
        for alias in node.names
    }
    listed = [
        ast.literal_eval(node.value)
        for node in tree(path).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert not listed or sorted(listed[0]) == sorted(exported)


def test_top_level_has_no_strays() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {name.split("/")[0] for name in tracked.splitlines()} <= TOP_LEVEL


IMPORT_EVERYTHING = """
import importlib, logging, os, sys, threading
before = set(os.listdir("."))
for name in sys.argv[1:]:
    importlib.import_module(name)
assert not logging.getLogger().handlers, "importing set up logging"
assert threading.active_count() == 1, threading.enumerate()
assert set(os.listdir(".")) == before, "importing wrote files"
assert not os.environ.keys() & {"KOMPETANSE_HOME", "KOMPETANSE_SESSION"}
"""


def test_importing_has_no_effects(tmp_path: Path) -> None:
    names = [
        ".".join(("kompetanse", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for path in modules()
        if path.name != "__main__.py" and "migrations" not in path.parts
    ]
    done = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_EVERYTHING, *names],
        cwd=tmp_path, env={}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def assets() -> list[Path]:
    """What a browser, a reader or Typst gets from us; what is built from others' work is looked at when it is built."""
    kinds = {".css", ".js", ".mjs", ".html", ".j2", ".typ", ".svg", ".toml", ".ipynb"}
    return sorted(
        path
        for folder in (PACKAGE, ROOT / "workbooks")
        for path in folder.rglob("*")
        if path.suffix in kinds and "built" not in path.parts
    )


@pytest.mark.parametrize("path", assets(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_asset_names_no_other_host(path: Path) -> None:
    lines = [NAMES_OF_LANGUAGES.sub("", line) for line in path.read_text("utf-8").splitlines()]
    named = [
        f"{path.name}:{number}: {line.strip()[:120]}"
        for number, line in enumerate(lines, start=1)
        if re.search(r"https?://|[\"'(]//\w", line) and not WHOLE_LINE_COMMENT.match(line)
    ]
    assert not named
