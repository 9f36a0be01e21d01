"""A real server in a process of its own: `python serving.py HOME PORT MINUTES-IDLE KERNELS NOTEBOOKS FRONT-END`.

What else a test wants of it stands in `kompetanse.toml` in the home; beside the notebooks may lie a `programme`.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

from kompetanse.answers.store import Store
from kompetanse.logs import logging_to_stderr
from kompetanse.programme.content import load_programme
from kompetanse.server.application import KompetanseServer
from kompetanse.server.services import Services
from kompetanse.server.settings import FrontEnd, ServerSettings


def main(home: Path, port: int, idle_minutes: float, most: int, notebooks: Path, front_end: FrontEnd) -> None:
    """Serves the small notebooks of a folder."""
    settings = ServerSettings.read(home, {"port": port, "front_end": front_end})
    of_the_test = {"idle_minutes": idle_minutes, "check_seconds": 0.5, "kernels": most, "kernels_per_person": 2}
    limits = replace(settings.limits, **of_the_test)
    own = notebooks / "programme"
    programme_folder = own if own.is_dir() else None
    with Store.open(home, exclusive=True) as store:
        services = Services.of(
            store,
            load_programme(programme_folder),
            programme_folder=programme_folder,
            limits=limits,
            workbooks=notebooks,
            front_end=front_end,
            address=settings.address,
        )
        with logging_to_stderr(on_error=services.metrics.erred):
            server = KompetanseServer(services, settings)
            server.initialize([])
            asyncio.run(server.serve())


if __name__ == "__main__":
    _, home, port, idle_minutes, most, notebooks, front_end = sys.argv
    main(Path(home), int(port), float(idle_minutes), int(most), Path(notebooks), cast(FrontEnd, front_end))
