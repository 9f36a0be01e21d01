"""What can be computed from published sums: the linear system behind S4 and S6."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: A published figure as a weighted sum: the weight of each cell in it.
Sum = Mapping[Hashable, float]

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
    _, sizes, directions = np.linalg.svd(closed.T, full_matrices=False)
    reached = directions[sizes > _NOTHING]
    for place in np.flatnonzero(is_public):
        column = weights[:, place]
        if np.linalg.norm(column - reached.T @ (reached @ column)) > _NOTHING:
            found.add(cells[place])
    return found


def _fixed(weights: NDArray[np.float64]) -> NDArray[np.intp]:
    """The columns that no change leaves the sums alone with, or only one that moves another column with it."""
    if not weights.shape[1]:
        return np.array([], dtype=np.intp)
    _, sizes, directions = np.linalg.svd(weights, full_matrices=True)
    free = directions[int((sizes > _NOTHING).sum()) :].T
    lengths = np.linalg.norm(free, axis=1)
    fixed = lengths < _NOTHING
    loose = np.flatnonzero(~fixed)
    unit = free[loose] / lengths[loose, None]
    together = np.abs(unit @ unit.T) > 1 - _NOTHING
    np.fill_diagonal(together, False)
    return np.concatenate([np.flatnonzero(fixed), loose[together.any(axis=1)]])
