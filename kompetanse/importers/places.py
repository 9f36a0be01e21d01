"""Which group a row belongs to: one that is there, or one that is made on the way."""

from __future__ import annotations

from collections.abc import Iterable

from kompetanse.answers.store.groups import GROUP_ID
from kompetanse.errors import SHOWN_MISTAKES, InputError
from kompetanse.programme.models import LeadershipGroup
from kompetanse.programme.municipality import municipalities, municipality


class Places:
    """The groups of a home while a file is read; `new` holds those that the file brings."""

    def __init__(self, groups: Iterable[LeadershipGroup]):
        self._groups = {group.id: group for group in groups}
        self._known = frozenset(self._groups)
        self._of_municipality: dict[str, list[str]] = {}
        self._unknown_numbers = 0
        for group in self._groups.values():
            self._index(group)

    @property
    def new(self) -> list[LeadershipGroup]:
        """The groups that were not there before."""
        return [group for id_, group in self._groups.items() if id_ not in self._known]

    def find(self, group: str, number: str, *, made_up: bool = False) -> LeadershipGroup:
        """The group by its id, or by its municipality; InputError where they do not say which.

        A group that is not there is made: of the municipality, with its name, and with the id that was given or else
        the municipality's slug, numbered where another municipality already has it.
        """
        if number and number not in municipalities():
            raise InputError(self._unknown(number))
        if group:
            return self._named(group, number, made_up=made_up)
        if not number:
            raise InputError("municipality is empty; write its number, or name a group in the column group")
        found = self._of_municipality.get(number, [])
        if len(found) > 1:
            raise InputError(f"municipality {number} has {len(found)} groups; name one of {', '.join(found)} in group")
        return self._groups[found[0]] if found else self._make(self._free_id(number), number, made_up=made_up)

    def put(self, group: LeadershipGroup) -> None:
        """Replaces what is known about a group."""
        self._groups[group.id] = group
        self._index(group)

    def _named(self, group: str, number: str, *, made_up: bool) -> LeadershipGroup:
        found = self._groups.get(group)
        if found is None:
            if not GROUP_ID.fullmatch(group):
                raise InputError(f"{group!r:.60} cannot be a group's id; use a-z, 0-9 and hyphens between them")
            return self._make(group, number, made_up=made_up)
        if number in {"", *found.municipalities}:
            return found
        if group in self._known:
            raise InputError(
                f"group {group} does not belong to municipality {number}; say so in a file of members first"
            )
        wider = found.model_copy(update={"municipalities": (*found.municipalities, number)})
        self.put(wider)
        return wider

    def _unknown(self, number: str) -> str:
        """What is wrong with the number. To find the likeliest one takes a while, too long for 100,000 bad rows."""
        self._unknown_numbers += 1
        if self._unknown_numbers > SHOWN_MISTAKES:
            return f"There is no municipality {number!r:.60}."
        try:
            return municipality(number).number
        except InputError as error:
            return str(error)

    def _make(self, id_: str, number: str, *, made_up: bool) -> LeadershipGroup:
        name = municipality(number).name_norwegian if number else id_
        made = LeadershipGroup(id=id_, name=name, municipalities=(number,) if number else (), made_up=made_up)
        self.put(made)
        return made

    def _free_id(self, number: str) -> str:
        slug = municipality(number).slug
        candidates = (slug if place == 1 else f"{slug}-{place}" for place in range(1, len(self._groups) + 2))
        return next(candidate for candidate in candidates if candidate not in self._groups)

    def _index(self, group: LeadershipGroup) -> None:
        for number in group.municipalities:
            groups = self._of_municipality.setdefault(number, [])
            if group.id not in groups:
                groups.append(group.id)
