"""One municipality's report, against what one would do by hand: `papermill`, then `jupyter nbconvert --to html`.

Both run the same notebook on the same made-up answers; ours also makes a tagged PDF.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kompetanse.settings import workbooks_folder

GROUP = "1841"
ROUNDS = 3


def seconds(*command: str, environment: dict[str, str]) -> float:
    """How long a command takes, in seconds."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - begun


def main() -> None:
    """Print both, and the ratio between them."""
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder, "home"), Path(folder, "out")
        environment = {**os.environ, "KOMPETANSE_HOME": str(home)}
        kompetanse = (sys.executable, "-m", "kompetanse")
        subprocess.run(
            (*kompetanse, "demo", "--no-serve", "--home", str(home)), check=True, capture_output=True, cwd=folder
        )
        template, executed = (
            str(workbooks_folder() / "templates" / "kommunerapport.ipynb"),
            str(Path(folder, "r.ipynb")),
        )
        by_hand = [
            seconds("papermill", template, executed, "-r", "municipality", GROUP, environment=environment)
            + seconds("jupyter", "nbconvert", "--to", "html", executed, environment=environment)
            for _ in range(ROUNDS)
        ]
        ours = [
            seconds(
                *kompetanse, "report", "--municipality", GROUP, "--home", str(home), "--out", str(out), "--again",
                environment=environment,
            )
            for _ in range(ROUNDS)
        ]  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"papermill + nbconvert, HTML          {min(by_hand):6.1f} s")
    print(f"kompetanse report, HTML and PDF      {min(ours):6.1f} s")
    print(f"ratio                                {min(by_hand) / min(ours):6.1f}")
    print(f"largest process of either            {peak:6.0f} MB")


if __name__ == "__main__":
    main()
