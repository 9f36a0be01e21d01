"""How our processes start sooner: what libraries import and nobody here uses is left out, and no garbage looked for."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: For addresses in a schema, of which nobody here asks whether they are any: jsonschema compiles a whole grammar for
#: international ones in 1.6 s, and expressions for the others in 0.1 s.
UNUSED = ("rfc3987_syntax", "rfc3986_validator")


def leave_out_unused() -> None:
    """Makes these look as if they were not installed; at the edge of a process, before it imports what would."""
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is how Python writes "not to be had"


@contextmanager
def made_to_stay() -> Iterator[None]:
    """While modules are imported and caches filled: what is there afterwards is never looked through for garbage.

    Nearly all of it stays as long as the process does; looking through it again and again as it grows is a seventh of
    a start. In a process that forks, it would also copy the memory it lies in; and so would what a last look frees,
    as forked kernels fill such holes: they are a megabyte smaller without it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
