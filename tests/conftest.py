"""What many tests stand on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from kompetanse.answers.demo import make_demo
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme

# How long an example takes says how busy the machine is.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

#: What waits for a clock, or starts servers and browsers: two files of these at a time, after all others.
ALONE = (
    "browser/",
    "doctor/",
    "kernels/",
    "reports/test_cluster.py",
    "server/",
    "importers/",
    "test_demo.py",
    "test_wheel.py",
    "answers/test_demo.py",
    "programme/test_content.py",
)


#: What takes longest, in this order: begun last, it would be waited for when all others have ended.
LONGEST_FIRST = (
    "browser/walk/test_accessibility.py",
    "browser/test_pages.py",
    "browser/walk/test_walk.py",
    "browser/",
    "server/test_kernels.py",
    "test_demo.py",
    "kernels/",
    "server/",
    "test_notebooks.py",
    "analysis/test_other_instruments.py",
    "analysis/test_attack.py",
    "reports/",
    "test_report_command.py",
    "answers/",
)


def place(path: Path) -> str:
    """Where a file stands in the folder of the tests."""
    return path.relative_to(Path(__file__).parent).as_posix()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out what the marker would: each of the workers would import every file for nothing."""
    wanted = config.option.markexpr
    if collection_path.suffix != ".py" or wanted not in {"alone", "not alone"}:
        return None
    return place(collection_path).startswith(ALONE) != (wanted == "alone") or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that must not run beside others, and lets the longest files begin first."""
    for item in items:
        if place(item.path).startswith(ALONE):
            item.add_marker(pytest.mark.alone)
    items.sort(key=lambda item: [not place(item.path).startswith(name) for name in LONGEST_FIRST])


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of made-up answers that tests read and do not write to."""
    home = tmp_path_factory.mktemp("demo") / "home"
    with Store.open(home) as store:
        make_demo(store, load_programme())
    return home


@pytest.fixture
def living() -> Callable[[int], list[str]]:
    """Tells the states of the processes of a group that have not ended."""

    def look(group: int) -> list[str]:
        stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
        rows = [stat.rpartition(")")[2].split() for stat in stats]
        return [state for state, _, its, *_ in rows if int(its) == group and state != "Z"]

    return look


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, with its own calls home switched off; the one without windows, twice as fast, where it is.

    One a module and not one for all: while Playwright's loop runs, nothing else in this process can run one.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()
