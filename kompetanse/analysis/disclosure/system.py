"""What can be computed from published sums: the linear system behind S4 and S6."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: A published figure as a weighted sum: the weight of each cell in it.
Sum = Mapping[Hashable, float]
Floats = NDArray[np.float64]

_NOTHING = 1e-9


def determined(published: Sequence[Sum], *, public: Collection[Hashable] = ()) -> set[Hashable]:
    """The cells whose value follows from the published sums, as if these were exact, for somebody who knows one more.

    public: cells whose value stands elsewhere, so that they are known. One more: each cell is known to its own members,
    who must not be able to compute another's (S6).
    """
    cells = list(dict.fromkeys(cell for each in published for cell in each if cell not in public))
    if not cells:
        return set()
    basis = row_space(np.array([[each.get(cell, 0.0) for cell in cells] for each in published]))
    # How far each cell can move, and how far with each other one, while no sum changes.
    free = np.eye(len(cells)) - basis.T @ basis
    alone = np.diagonal(free)
    fixed = alone < _NOTHING
    together = free**2 > np.outer(alone, alone) * (1 - _NOTHING)
    np.fill_diagonal(together, False)
    together[fixed] = together[:, fixed] = False
    return {cell for cell, follows in zip(cells, fixed | together.any(axis=1), strict=True) if follows}


def row_space(rows: Floats) -> Floats:
    """An orthonormal basis of all sums of the rows, one direction a row."""
    sizes, mixtures = np.linalg.eigh(rows @ rows.T)
    kept = sizes > _NOTHING * max(float(sizes.max(initial=0.0)), 1e-3)
    basis: Floats = (mixtures[:, kept] / np.sqrt(sizes[kept])).T @ rows
    return basis
