"""What libraries import on their way and nobody here uses, left out so that processes start sooner."""

from __future__ import annotations

import sys

#: jsonschema compiles a whole grammar, for 1.6 s, in case a schema speaks of international addresses.
UNUSED = ("rfc3987_syntax",)


def leave_out_unused() -> None:
    """Makes these look as if they were not installed; at the edge of a process, before it imports what would."""
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is how Python writes "not to be had"
