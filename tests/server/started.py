"""`serving.py` as the command line would start it: without what libraries need not import."""

from __future__ import annotations

import runpy
from pathlib import Path

from kompetanse.imports import leave_out_unused

if __name__ == "__main__":
    leave_out_unused()
    runpy.run_path(str(Path(__file__).with_name("serving.py")), run_name="__main__")
