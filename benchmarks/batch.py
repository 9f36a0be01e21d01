"""A report for each of 41 municipalities, and then of 357: ours against `papermill` and `jupyter nbconvert`.

Ours makes a notebook, an HTML page and a tagged PDF; by hand it is a notebook and an HTML page, one municipality after
the other and two at a time. All read the same made-up answers with the same template.

Beside them what the work itself costs: the template's cells in an interpreter that has run them before, and the two
exports, before ours and after, as machines are not always equally fast. Processor time is that of the whole machine
without what looking at memory takes, so nothing else may run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.measured import Measured, options
from benchmarks.servers import descendants, memory_of
from kompetanse.answers.demo import make_demo
from kompetanse.answers.store import Store
from kompetanse.kernels.warm import ONE_THREAD
from kompetanse.programme.content import load_programme
from kompetanse.settings import HOME, PROGRAMME, package_folder, workbooks_folder

TEMPLATE = workbooks_folder() / "templates" / "kommunerapport.ipynb"

#: Makes all reports in this one process: what is left when nobody waits for a kernel, papermill or another process.
WARM = """
import json, sys, time
from pathlib import Path
import kompetanse.workbook as workbook
from kompetanse.answers.store import Store
from kompetanse.figures.blocks import MIME_TYPE, from_json
from kompetanse.programme.content import load_programme
from kompetanse.reports.jobs import report_jobs
from kompetanse.reports.making import WRITERS

programme = load_programme()
with Store.open(Path(sys.argv[1])) as store:
    jobs = report_jobs(store.groups(), store=store, programme=programme, out=Path(sys.argv[2]))
cells = ["".join(cell["source"]) for cell in json.loads(Path(sys.argv[3]).read_text())["cells"]
         if cell["cell_type"] == "code"]

def make(job):
    shown = []
    workbook.display = lambda bundle, raw: shown.extend(from_json(bundle[MIME_TYPE]["blocks"]))
    names = {}
    for cell in cells:
        exec(cell, names)
        names.update(job.parameters if "edition = " in cell else {})
    for write in WRITERS.values():
        write(shown, job.meta)

make(jobs[0])
begun = time.process_time()
for job in jobs:
    make(job)
print((time.process_time() - begun) / len(jobs))
"""


def machine_seconds() -> float:
    """How long all cores together have worked since the machine was started."""
    user, nice, system, _, _, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and on the processor without this process's own."""
    used, own, begun = machine_seconds(), time.process_time(), time.perf_counter()
    work()
    taken = time.perf_counter() - begun
    return taken, machine_seconds() - used - (time.process_time() - own)


def in_a_warm_interpreter(home: Path, folder: Path) -> float:
    """Seconds of a core for one report without anything around it."""
    run = subprocess.run(
        [sys.executable, "-c", WARM, str(home), str(folder), str(TEMPLATE)],
        check=True, capture_output=True, text=True, env={**os.environ, HOME: str(home), **ONE_THREAD},
    )  # fmt: skip
    return float(run.stdout)


def by_hand(home: Path, folder: Path, numbers: Sequence[str], *, at_once: int) -> None:
    """What one would do without us."""
    environment = {**os.environ, HOME: str(home)}

    def one(number: str) -> None:
        made = folder / f"{number}.ipynb"
        parameters = ["-r", "municipality", number]
        run = [sys.executable, "-m", "papermill", str(TEMPLATE), str(made), *parameters]
        subprocess.run(run, check=True, capture_output=True, env=environment)
        convert = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", str(made)]
        subprocess.run(convert, check=True, capture_output=True, env=environment)

    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(one, numbers))


@contextmanager
def whole_country(folder: Path) -> Iterator[Path]:
    """The programme with all municipalities in it."""
    programme = folder / "programme"
    shutil.copytree(package_folder() / "content", programme)
    top = programme / "programme.yml"
    top.write_text(re.sub(r"^counties:.*\n", "", top.read_text("utf-8"), flags=re.M), "utf-8")
    yield programme


def command(home: Path, out: Path, programme: Path | None, *arguments: str) -> list[str]:
    """`kompetanse report` for every group."""
    given = ["--all", "--home", str(home), "--out", str(out), *arguments]
    return [
        sys.executable,
        "-m",
        "kompetanse",
        "report",
        *given,
        *(["--programme", str(programme)] if programme else []),
    ]


def ours(home: Path, out: Path, programme: Path | None = None, *arguments: str) -> float:
    """Our reports; the most memory, in MB, that all processes together held at any time (PSS)."""
    process = subprocess.Popen(
        command(home, out, programme, *arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    most = 0.0
    while process.poll() is None:
        time.sleep(0.5)
        held = 0.0
        for pid in [process.pid, *descendants(process.pid)]:
            try:
                held += memory_of(pid)[1]
            except (OSError, KeyError, IndexError):
                continue
        most = max(most, held)
    assert process.returncode == 0, "reports failed; run the command by hand"
    return most


def demo(home: Path, programme: Path | None = None) -> list[str]:
    """A home of made-up answers; its municipalities."""
    content = load_programme(programme)
    with Store.open(home) as store:
        make_demo(store, content)
        return [group.municipalities[0] for group in store.groups()]


def change_one(home: Path) -> None:
    """One group states one thing again."""
    with Store.open(home) as store:
        stated = store.current(participant="")[0]
        store.append([replace(stated, id="benchmark-change")])


def main() -> None:
    """Measures all of it, and prints the ratios."""
    parser = options(__doc__)
    parser.add_argument("--country", action="store_true", help="also 357 municipalities")
    parser.add_argument("--only-ours", action="store_true", help="leave out what one would do by hand: ten minutes")
    given = parser.parse_args()
    measured = Measured("batch")
    with tempfile.TemporaryDirectory(prefix="bench-") as text:
        folder = Path(text)
        home = folder / "home"
        numbers = demo(home)
        held: list[float] = []
        before = in_a_warm_interpreter(home, folder / "before")
        taken, used = timed(lambda: held.append(ours(home, folder / "ours")))
        pure = (before + in_a_warm_interpreter(home, folder / "after")) / 2
        each = taken / len(numbers)
        if given.only_ours:
            measured.add(f"{len(numbers)} municipalities", "s", taken)
        else:
            one, _ = timed(lambda: by_hand(home, folder / "one", numbers, at_once=1))
            measured.add(
                f"{len(numbers)} municipalities, by hand one after the other", "s", taken, one, "20 times; goal 40"
            )
            two, _ = timed(lambda: by_hand(home, folder / "two", numbers, at_once=2))
            measured.add(f"{len(numbers)} municipalities, by hand two at a time", "s", taken, two, "10 times")
        measured.add(
            "processor time of one, against its cells and exports in a warm interpreter (ours / pure)", "s",
            pure, used / len(numbers), "at most 2; goal 1.3",
        )  # fmt: skip
        measured.add("memory of all processes together, at most (PSS)", "MB", held[0])
        again, _ = timed(lambda: ours(home, folder / "ours"))
        measured.add("the same again, nothing changed", "s", again)
        if given.country:
            with whole_country(folder) as programme:
                os.environ[PROGRAMME] = str(programme)
                country = folder / "country"
                every = demo(country, programme)
                taken, used = timed(lambda: held.append(ours(country, folder / "all", programme)))
                measured.add(
                    f"{len(every)} municipalities: one of them, against one of {len(numbers)}", "s",
                    each, taken / len(every), "at most 1.1",
                )  # fmt: skip
                measured.add(
                    f"{len(every)} municipalities: processor time of one, against the same (ours / pure)", "s",
                    pure, used / len(every), "at most 2; goal 1.3",
                )  # fmt: skip
                measured.add(
                    f"{len(every)} municipalities: memory, against {len(numbers)}", "MB", held[0], held[-1], "flat"
                )
                again, _ = timed(lambda: ours(country, folder / "all", programme))
                measured.add(f"{len(every)} municipalities again, nothing changed", "s", again, must="under 3")
                change_one(country)
                again, _ = timed(lambda: ours(country, folder / "all", programme))
                measured.add(f"{len(every)} municipalities again, one changed", "s", again)
    measured.notes["municipalities"] = json.dumps(numbers)
    measured.write(given.json)


if __name__ == "__main__":
    main()
