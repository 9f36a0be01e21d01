"""A notebook's signature: its parameters cell, and whether given values fit it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from kompetanse.errors import InputError


def signature(notebook: NotebookNode) -> dict[str, object]:
    """The names in the cell tagged `parameters`, with their defaults; empty without such a cell."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            return dict(_assigned(cell.source))
    return {}


def check_parameters(notebook: NotebookNode, given: Mapping[str, object]) -> None:
    """InputError where a name is not in the signature or a value is not of its default's type.

    Papermill itself only logs an unknown name, and turns what it does not know into text.
    """
    known = signature(notebook)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(
            f"The notebook has no parameter {', '.join(map(repr, unknown))}; it has {', '.join(known) or 'none'}."
        )
    for name, value in given.items():
        _check_type(name, value, type(known[name]))


def _check_type(name: str, value: object, wanted: type) -> None:
    if isinstance(value, wanted) and isinstance(value, bool) == (wanted is bool):
        return
    if wanted is str and isinstance(value, int | float):
        raise InputError(
            f"Parameter {name!r} is {value!r}, a number, but must be a string; write: papermill -r {name} {value}"
        )
    raise InputError(f"Parameter {name!r} is {value!r}; it must be of type {wanted.__name__}.")


def _assigned(source: str) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pairs.append((name, ast.literal_eval(value)))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pairs.append((name, ast.literal_eval(value)))
    return pairs
