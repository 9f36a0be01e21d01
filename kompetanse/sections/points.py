"""The points of a group's members, as its room may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kompetanse.analysis.disclosure import Audience, protect_points
from kompetanse.language import number
from kompetanse.sections.context import GroupContext


def point_rows(
    context: GroupContext, given: Sequence[dict[str, int]], items: Sequence[dict[str, str]]
) -> list[dict[str, Any]]:
    """A row for each of the items that got any, the most first: its title, the mean in words and as a share."""
    shown = {row["subject"]: row for row in protect_points(given, Audience.ROOM).rows()}
    titled = [(item["title"], shown[item["id"]]) for item in items if item["id"] in shown]
    rows = [
        {
            "title": title,
            "points": number(row["points"], context.language, decimals=1),
            "people": str(round(row["people"])),
            "share": row["points"],
        }
        for title, row in titled
    ]
    return sorted(rows, key=lambda row: -row["share"])
