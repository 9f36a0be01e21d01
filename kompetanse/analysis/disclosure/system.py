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

    public: cells that may stand elsewhere: taken as known when another cell is looked for, and looked for themselves as
    long as they do not stand there. One more: each cell is known to its own members, who must not be able to compute
    another's (S6).
    """
    cells = list(dict.fromkeys(cell for each in published for cell in each))
    if not cells:
        return set()
    weights = np.array([[each.get(cell, 0.0) for cell in cells] for each in published])
    is_public = np.array([cell in public for cell in cells], dtype=bool)
    closed = weights[:, ~is_public]
    names = [cell for cell, is_open in zip(cells, is_public, strict=True) if not is_open]
    found = {names[place] for place in _fixed(closed)}
    # A public cell that no change of the closed ones can make up for follows from the rest. (That somebody knows a
    # closed one more changes this only where that one follows itself.)
    reached = row_space(closed.T)
    for place in np.flatnonzero(is_public):
        column = weights[:, place]
        if np.linalg.norm(column - reached.T @ (reached @ column)) > _NOTHING:
            found.add(cells[place])
    return found


def _fixed(weights: Floats) -> NDArray[np.intp]:
    """The columns that no change leaves the sums alone with, or only one that moves another column with it."""
    basis = row_space(weights)
    # How far each column can move, and how far with each other one, while no sum changes.
    free = np.eye(weights.shape[1]) - basis.T @ basis
    alone = np.diagonal(free)
    fixed = alone < _NOTHING
    together = free**2 > np.outer(alone, alone) * (1 - _NOTHING)
    np.fill_diagonal(together, False)
    together[fixed] = together[:, fixed] = False
    return np.flatnonzero(fixed | together.any(axis=1))


def row_space(rows: Floats) -> Floats:
    """An orthonormal basis of all sums of the rows, one direction a row."""
    sizes, mixtures = np.linalg.eigh(rows @ rows.T)
    kept = sizes > _NOTHING * max(float(sizes.max(initial=0.0)), 1e-3)
    basis: Floats = (mixtures[:, kept] / np.sqrt(sizes[kept])).T @ rows
    return basis
