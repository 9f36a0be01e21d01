"""What workers are forked from: a process that has imported, once for all of them, what makes reports.

Imported there by its name, so all that it does is to import; nothing that is imported keeps a thread.
"""

from __future__ import annotations

from importlib import import_module

from kompetanse.imports import leave_out_unused, made_to_stay

leave_out_unused()
with made_to_stay():
    import_module("kompetanse.reports.making")
