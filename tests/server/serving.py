"""A real server in a process and on a home of its own: `python serving.py HOME PORT MINUTES KERNELS [FOLDER]`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.server.application import KompetanseServer
from kompetanse.server.limits import Limits
from kompetanse.server.services import Services

NOTEBOOKS = Path(__file__).parent / "notebooks"


def main(home: Path, port: int, idle_minutes: float, most: int, workbooks: Path = NOTEBOOKS) -> None:
    """Serves the small notebooks beside this file, or those of another folder."""
    limits = Limits(idle_minutes=idle_minutes, check_seconds=0.5, kernels=most, kernels_per_person=2)
    with Store.open(home, exclusive=True) as store:
        services = Services.of(store, load_programme(), limits=limits, workbooks=workbooks)
        server = KompetanseServer(services, port=port)
        server.initialize([])
        asyncio.run(server.serve())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), *map(Path, sys.argv[5:]))
