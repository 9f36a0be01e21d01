"""A real server in a process of its own: `python serving.py HOME PORT MINUTES-IDLE KERNELS NOTEBOOKS FRONT-END`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import cast

from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.server.application import KompetanseServer
from kompetanse.server.limits import Limits
from kompetanse.server.services import FrontEnd, Services


def main(home: Path, port: int, idle_minutes: float, most: int, notebooks: Path, front_end: FrontEnd) -> None:
    """Serves the small notebooks of a folder."""
    limits = Limits(idle_minutes=idle_minutes, check_seconds=0.5, kernels=most, kernels_per_person=2)
    with Store.open(home, exclusive=True) as store:
        services = Services.of(store, load_programme(), limits=limits, workbooks=notebooks, front_end=front_end)
        server = KompetanseServer(services, port=port)
        server.initialize([])
        asyncio.run(server.serve())


if __name__ == "__main__":
    _, home, port, idle_minutes, most, notebooks, front_end = sys.argv
    main(Path(home), int(port), float(idle_minutes), int(most), Path(notebooks), cast(FrontEnd, front_end))
