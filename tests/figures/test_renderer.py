"""The renderer draws for other processes what they would draw themselves, and is nobody's burden."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kompetanse.errors import ReportError
from kompetanse.figures import rendering
from kompetanse.figures.own_renderer import Renderer
from kompetanse.figures.renderer import TOO_SLOW, UNAVAILABLE, Drawer, Pictures
from kompetanse.figures.rendering import svg, use_renderer
from kompetanse.sockets import MOST_BYTES, Broken, connected, receive, send


def spec(points: int = 2, **changes: Any) -> dict[str, Any]:
    """A chart of some points."""
    axis = {"type": "quantitative"}
    return {
        "data": {"values": [{"a": number, "b": number % 7} for number in range(points)]},
        "mark": {"type": "point", "clip": True},
        "encoding": {"x": {"field": "a", **axis}, "y": {"field": "b", **axis}},
        **changes,
    }


SLOW = spec(points=60_000)


@pytest.fixture(scope="module")
def running() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


@pytest.fixture
def renderer(running: Renderer) -> Iterator[Renderer]:
    """A renderer that draws for this process."""
    rendering._drawn.cache_clear()
    use_renderer(running.path)
    yield running
    use_renderer(None)
    rendering._drawn.cache_clear()


def drawn_here(chart: dict[str, Any], language: Any = "nb") -> str:
    use_renderer(None)
    rendering._drawn.cache_clear()
    return svg(chart, language=language)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_picture_is_the_same_as_in_process(renderer: Renderer, language: Any) -> None:
    asked = svg(spec(), language=language)
    assert asked == drawn_here(spec(), language)


def test_bad_chart_gets_the_same_sentence(renderer: Renderer) -> None:
    with pytest.raises(ReportError, match="A figure could not be drawn") as asked:
        svg({"mark": "nothing"}, language="nb")
    with pytest.raises(ReportError) as here:
        drawn_here({"mark": "nothing"})
    assert str(asked.value) == str(here.value)


def test_charts_fetch_nothing(renderer: Renderer) -> None:
    with pytest.raises(ReportError, match="could not be drawn"):
        svg(spec(data={"url": "https://example.org/data.csv"}), language="nb")


def test_engine_is_not_imported_where_a_renderer_draws(renderer: Renderer) -> None:
    code = (
        "import sys; from pathlib import Path; from kompetanse.figures.rendering import svg, use_renderer; "
        "use_renderer(Path(sys.argv[1])); "
        "svg({'mark': 'bar', 'encoding': {}, 'data': {'values': [{}]}}, language='nb'); "
        "print('vl_convert' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(renderer.path)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_renderer_that_is_gone_is_one_line_and_the_same_picture(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here = [drawn_here(spec(width=width)) for width in (100, 200)]
    rendering._drawn.cache_clear()
    use_renderer(tmp_path / "nobody")
    with caplog.at_level(logging.INFO):
        assert [svg(spec(width=width), language="nb") for width in (100, 200)] == here
    assert [record.getMessage().partition(" (")[0] for record in caplog.records] == [
        f"The renderer at {tmp_path / 'nobody'} cannot be reached"
    ]


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("!I", MOST_BYTES + 1),
        struct.pack("!I", 3) + b"{]}",
        struct.pack("!I", 2) + b"[]",
        struct.pack("!I", 31) + b'{"spec": 1, "language": "no\\u0000"}'[:31],
    ],
)
def test_garbage_gets_no_answer_and_hurts_nobody(renderer: Renderer, garbage: bytes) -> None:
    with connected(renderer.path, seconds=10) as peer:
        peer.sendall(garbage)
        peer.shutdown(socket.SHUT_WR)
        with pytest.raises(Broken):
            receive(peer)
    assert svg(spec(width=77), language="nb").startswith("<svg")


def test_client_that_goes_away_hurts_nobody(renderer: Renderer) -> None:
    with connected(renderer.path, seconds=10) as peer:
        send(peer, {"spec": "{}", "language": "nb"})
    with connected(renderer.path, seconds=10):
        assert svg(spec(width=78), language="nb").startswith("<svg")


def test_renderer_that_died_is_started_again(renderer: Renderer, caplog: pytest.LogCaptureFixture) -> None:
    os.kill(renderer._process.pid, signal.SIGKILL)
    assert svg(spec(width=79), language="nb").startswith("<svg")
    assert "is started again" in caplog.text
    assert "cannot be reached" not in caplog.text


def test_slow_picture_is_given_up_and_the_next_one_drawn() -> None:
    async def draw() -> list[dict[str, Any]]:
        drawer = Drawer(seconds=3)
        orders = [{"spec": rendering.json.dumps(chart), "language": "nb"} for chart in (spec(), SLOW, spec())]
        try:
            return [await drawer.draw(order) for order in orders]
        finally:
            await drawer._ended()

    first, slow, last = asyncio.run(draw())
    assert slow == {"problem": TOO_SLOW}
    assert first == last
    assert "svg" in first


def test_drawer_that_is_killed_leaves_the_picture_to_whoever_asked() -> None:
    async def draw() -> dict[str, Any]:
        drawer = Drawer()
        drawing = asyncio.create_task(drawer.draw({"spec": rendering.json.dumps(SLOW), "language": "nb"}))
        while drawer._process is None:
            await asyncio.sleep(0.05)
        drawer._process.kill()
        return await drawing

    assert asyncio.run(draw()) == UNAVAILABLE


class Counting(Drawer):
    """Draws nothing, and counts."""

    def __init__(self) -> None:
        self.count = 0

    async def draw(self, order: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        await asyncio.sleep(0)
        return {"svg": "x" * 100}


def test_pictures_are_drawn_once_and_kept_within_bounds() -> None:
    async def ask() -> tuple[int, int, int]:
        pictures = Pictures(0, most_bytes=250)
        drawer = Counting()
        pictures._free.put_nowait(drawer)
        orders = [{"spec": name, "language": "nb"} for name in "aaabca"]
        await asyncio.gather(*(pictures.get(order) for order in orders[:3]))
        at_once = drawer.count
        for order in orders[3:]:
            await pictures.get(order)
        return at_once, drawer.count, pictures._bytes

    assert asyncio.run(ask()) == (1, 4, 200)


OWNER = """
import time
from kompetanse.figures.own_renderer import Renderer
from kompetanse.figures.rendering import svg, use_renderer
renderer = Renderer()
use_renderer(renderer.path)
svg({"mark": "bar", "encoding": {}, "data": {"values": [{}]}}, language="nb")
print(renderer._process.pid, renderer.path, flush=True)
time.sleep(60)
"""


def test_renderer_ends_with_its_owner_however_that_ends(living: Callable[[int], list[str]]) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        group, path = owner.stdout.readline().split()
        assert len(living(int(group))) == 2
        owner.kill()
    end = time.monotonic() + 5
    while living(int(group)) and time.monotonic() < end:
        time.sleep(0.05)
    assert living(int(group)) == []
    assert not Path(path).parent.exists()


def test_stopped_renderer_leaves_nothing() -> None:
    with Renderer() as renderer:
        assert renderer.path.is_socket()
    assert not renderer.path.parent.exists()
    assert renderer._process.returncode == -signal.SIGKILL
