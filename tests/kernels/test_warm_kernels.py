"""A forked kernel is an ordinary kernel: alone, bounded, interruptible, and gone when it should be."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kompetanse.kernels import warm
from kompetanse.kernels.warm import starter
from kompetanse.settings import FORK_SERVER, KERNEL_MEMORY, KERNEL_SECONDS
from tests.kernels.conftest import running
from tests.server.running import children, is_running, wait_until

HERE = Path(__file__).parent


def test_kernel_is_forked_and_has_let_go_of_what_it_came_from(folder: Path, loop: asyncio.Runner) -> None:
    async def look() -> dict[str, str]:
        async with running(folder, {"ONLY_HERE": "yes"}) as kernel:
            return json.loads(
                await kernel.says(
                    "import json, os, sys, signal\n"
                    "files = [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') "
                    "if os.path.lexists(f'/proc/self/fd/{n}')]\n"
                    "print(json.dumps({'parent': os.getppid(), 'session': os.getsid(0) == os.getpid(), "
                    "'here': os.environ['ONLY_HERE'], 'cwd': os.getcwd(), 'pandas': 'pandas' in sys.modules, "
                    "'interrupt': signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, 'files': files}))"
                )
            )

    found = loop.run(look())
    assert found["parent"] == starter(None).running().process.pid
    assert found["session"] is True
    assert found["here"] == "yes"
    assert found["cwd"] == str(folder)
    assert found["pandas"] is True
    assert found["interrupt"] is True
    assert not [file for file in found["files"] if "sqlite" in file or "fork.sock" in file]
    inherited = {os.readlink(f"/proc/{found['parent']}/fd/{n}") for n in (3, 4, 5) if _open_in(found["parent"], n)}
    assert not inherited & set(found["files"])


def _open_in(pid: int | str, number: int) -> bool:
    return os.path.lexists(f"/proc/{pid}/fd/{number}")


def test_two_kernels_draw_different_chances(folder: Path, loop: asyncio.Runner) -> None:
    code = (
        "import random, tempfile, uuid\nimport numpy as np\n"
        "print(uuid.uuid4(), uuid.uuid1(), random.random(), np.random.rand(), np.random.default_rng().random(), "
        "tempfile.mktemp())"
    )

    async def both() -> tuple[str, str]:
        async with running(folder) as one, running(folder) as other:
            return await one.says(code), await other.says(code)

    one, other = (each.split() for each in loop.run(both()))
    assert len(one) == len(other) == 6
    assert not [pair for pair in zip(one, other, strict=True) if pair[0] == pair[1]]


def test_forked_kernel_reads_its_owners_own_settings_and_nobody_elses(folder: Path, loop: asyncio.Runner) -> None:
    own = folder / "ipython"
    (own / "profile_default" / "startup").mkdir(parents=True)
    (own / "profile_default" / "startup" / "mine.py").write_text("MINE = 'from my own profile'")
    (own / "profile_default" / "ipython_config.py").write_text(
        "get_config().InteractiveShell.ast_node_interactivity='all'"
    )
    code = "print(globals().get('MINE'), get_ipython().ast_node_interactivity)"

    async def both() -> tuple[str, str]:
        async with running(folder, {"IPYTHONDIR": str(own)}) as mine, running(folder) as others:
            return await mine.says(code), await others.says(code)

    assert loop.run(both()) == ("from my own profile all", "None last_expr")


def test_notebook_imports_what_lies_beside_it(folder: Path, loop: asyncio.Runner) -> None:
    (folder / "beside_it.py").write_text("WORD = 'beside'")
    (folder / "json.py").write_text("raise ImportError('the standard library comes first')")

    async def says() -> str:
        async with running(folder) as kernel:
            return await kernel.says("import beside_it, json, os\nprint(beside_it.WORD, os.getcwd())")

    try:
        assert loop.run(says()) == f"beside {folder}"
    finally:
        (folder / "json.py").unlink()


def test_kernel_survives_a_line_that_the_other_end_has_left(folder: Path, loop: asyncio.Runner) -> None:
    code = (
        "import socket\none, other = socket.socketpair()\nother.close()\n"
        "try:\n    one.send(b'x')\nexcept BrokenPipeError:\n    print('left')"
    )

    async def says() -> str:
        async with running(folder) as kernel:
            return await kernel.says(code)

    assert loop.run(says()) == "left"


def test_what_a_kernel_prints_is_there_before_its_answer(folder: Path, loop: asyncio.Runner) -> None:
    code = "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')"

    async def said() -> str:
        async with running(folder) as kernel:
            return await kernel.says(code)

    assert set(loop.run(said()).split()) == {"one", "two", "three"}


def test_fifty_kernels_at_once(folder: Path, loop: asyncio.Runner) -> None:
    async def one() -> int:
        async with running(folder) as kernel:
            return int(await kernel.says("import os; print(os.getpid())", seconds=120))

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(one() for _ in range(50)))

    found = loop.run(all_of_them())
    assert len(set(found)) == 50
    assert wait_until(lambda: not [pid for pid in found if is_running(pid)])
    assert wait_until(lambda: not children(starter(None).running().process.pid))


def test_interrupt_and_restart(folder: Path, loop: asyncio.Runner) -> None:
    async def disturb() -> tuple[str, int, int, str]:
        async with running(folder) as kernel:
            before = kernel.pid
            sleeping = asyncio.create_task(kernel.says("import time; time.sleep(60)"))
            await asyncio.sleep(1)
            await kernel.manager.interrupt_kernel()
            said = await sleeping
            await kernel.manager.restart_kernel(now=True)
            await kernel.client.wait_for_ready(timeout=60)
            return said, before, kernel.pid, await kernel.says("print(6 * 7)")

    said, before, after, result = loop.run(disturb())
    assert said == "KeyboardInterrupt"
    assert before != after
    assert not is_running(before)
    assert result == "42"


def test_greedy_kernel_hurts_itself_only(folder: Path, loop: asyncio.Runner) -> None:
    async def greedy() -> tuple[str, str, bool]:
        limits = {KERNEL_MEMORY: str(600 * 2**20), KERNEL_SECONDS: "3"}
        async with running(folder, limits) as kernel:
            memory = await kernel.says("kept = bytearray(700 * 2**20)")
            after = await kernel.says("print('still here')")
            kernel.client.execute("while True: pass")
            ended = await asyncio.to_thread(wait_until, lambda: not is_running(kernel.pid))
            return memory, after, ended

    assert loop.run(greedy()) == ("MemoryError", "still here", True)


def test_kernel_killed_with_9_takes_what_it_started_along(folder: Path, loop: asyncio.Runner) -> None:
    async def kill() -> tuple[int, int]:
        async with running(folder) as kernel:
            started = int(await kernel.says("import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"))
            pid = kernel.pid
            os.kill(pid, signal.SIGKILL)
            async with asyncio.timeout(15):
                while await kernel.manager.is_alive():
                    await asyncio.sleep(0.05)
            await kernel.manager.provisioner.wait()
            return pid, started

    pid, started = loop.run(kill())
    assert not is_running(pid)
    assert wait_until(lambda: not is_running(started))


def test_fork_server_killed_with_9_leaves_nobody_and_the_next_kernel_is_there(
    folder: Path, loop: asyncio.Runner
) -> None:
    async def kill() -> tuple[int, int, int]:
        async with running(folder) as kernel:
            before = starter(None).running().process.pid
            os.kill(before, signal.SIGKILL)
            assert await asyncio.to_thread(wait_until, lambda: not is_running(kernel.pid), seconds=5)
        async with running(folder) as kernel:
            return before, starter(None).running().process.pid, int(await kernel.says("import os; print(os.getppid())"))

    before, after, parent = loop.run(kill())
    assert before != after == parent


OWNER = """
import asyncio, os, signal, sys
from pathlib import Path
from kompetanse.kernels.warm import starter
from tests.kernels.conftest import running

# A shell that runs the tests in the background lets what they start ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

async def main():
    async with running(Path(sys.argv[1])) as one, running(Path(sys.argv[1])) as other:
        print(starter(None).running().process.pid, one.pid, other.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_owner_that_ends_leaves_no_orphan(folder: Path, number: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    ) as owner:
        assert owner.stdout
        family = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(family) == 3
        assert all(map(is_running, family))
        try:
            owner.send_signal(number)
            owner.wait(timeout=30)
        finally:
            owner.kill()
    assert wait_until(lambda: not [pid for pid in family if is_running(pid)], seconds=10)


def test_without_a_fork_server_the_kernel_starts_cold_with_one_line(
    folder: Path, loop: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    async def look(environment: dict[str, str]) -> str:
        async with running(folder, environment) as kernel:
            return await kernel.says(
                "import os\nfrom kompetanse.workbook import Workbook\n"
                "print(os.getppid(), Workbook.open().module.id, get_ipython().kernel.__class__.__name__)"
            )

    home = {"KOMPETANSE_HOME": str(folder / "home")}
    subprocess.run(
        [sys.executable, "-c", "from kompetanse.answers.store import Store\nfrom kompetanse.answers.demo import "
         "make_one_group\nfrom kompetanse.programme.content import load_programme\n"
         f"make_one_group(Store.open({home['KOMPETANSE_HOME']!r}), load_programme())"],
        check=True,
    )  # fmt: skip
    with caplog.at_level(logging.WARNING, "kompetanse"):
        cold = loop.run(look({**home, FORK_SERVER: str(folder / "nobody.sock")}))
    assert len([record for record in caplog.records if record.name.startswith("kompetanse")]) == 1
    assert "starts cold" in caplog.text
    forked = loop.run(look(home))
    assert cold.split()[0] == str(os.getpid())
    assert cold.split()[1:] == forked.split()[1:] == ["modul-1", "WidgetKernel"]


def test_fork_server_that_cannot_start_is_not_tried_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    broken = warm.WarmStarter()
    try:
        for _ in range(2):
            with pytest.raises(warm.ColdStart):
                broken.start([], {}, cwd="/")
        begun = time.monotonic()
        with pytest.raises(warm.ColdStart, match="a moment ago"):
            broken.start([], {}, cwd="/")
        assert time.monotonic() - begun < 1
    finally:
        broken.close()


def test_changed_content_replaces_the_fork_server_and_leaves_running_kernels(
    folder: Path, loop: asyncio.Runner, tmp_path: Path
) -> None:
    programme = tmp_path / "programme"
    subprocess.run(["cp", "-r", str(HERE.parents[1] / "kompetanse" / "content"), str(programme)], check=True)
    environment = {"KOMPETANSE_PROGRAMME": str(programme)}

    async def edit() -> tuple[int, int, str, str]:
        async with running(folder, environment) as old:
            before = starter(programme).running().process.pid
            top = programme / "programme.yml"
            top.write_text(top.read_text("utf-8") + "\n", "utf-8")
            await asyncio.sleep(1.1)
            async with running(folder, environment) as new:
                after = starter(programme).running().process.pid
                code = "import os; print(os.getppid())"
                return before, after, await old.says(code), await new.says(code)

    try:
        before, after, of_old, of_new = loop.run(edit())
        assert before != after
        assert (of_old, of_new) == (str(before), str(after))
        # The older one has nothing left to do, and goes while its owner stays.
        assert wait_until(lambda: not is_running(before))
        assert is_running(after)
    finally:
        starter(programme).close()


THREADED = """
import socket, sys, threading, time
from pathlib import Path
from kompetanse import sockets
from kompetanse.kernels.fork_server import ForkServer
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
mine, theirs = socket.socketpair()
ForkServer(sockets.listening(Path(sys.argv[1])), theirs, code="x").serve()
"""


def test_fork_server_with_a_second_thread_refuses(folder: Path) -> None:
    path = folder / "s"
    with subprocess.Popen(
        [sys.executable, "-c", THREADED, str(path)], env={**os.environ, **warm.ONE_THREAD}
    ) as process:
        try:
            assert wait_until(path.exists)
            with pytest.raises(warm.ColdStart, match="2 threads"):
                warm.request(path, [], {}, cwd="/", code="x")
            with pytest.raises(warm.ColdStart, match="code has changed"):
                warm.request(path, [], {}, cwd="/", code="y")
        finally:
            process.kill()
