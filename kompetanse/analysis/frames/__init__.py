"""Answers as tidy frames. Raw: nothing here may be shown to anyone but the writer before `disclosure` has seen it.

answers   as they were given, and one row per person and item
levels    one row per person and facet, cluster, axis; what makes a level valid
talk      what to talk about first, and which conversation a theme calls for
groups    one row per group and facet, cluster, axis: means, spread, agreement, importance, agreed values
change    from one round to the next, with the versions that made them
regions   municipalities together, and others beside one's own
"""

from kompetanse.analysis.frames.answers import ANSWER_COLUMNS, ITEM_COLUMNS, answer_frame, item_frame
from kompetanse.analysis.frames.change import CHANGE_COLUMNS, Round, change_frame
from kompetanse.analysis.frames.groups import GROUP_COLUMNS, TALK_COLUMNS, group_frame, talk_frame
from kompetanse.analysis.frames.levels import LEVEL_COLUMNS, PART_COLUMNS, SCORING, level_frame, part_frame
from kompetanse.analysis.frames.regions import REGION_COLUMNS, UNIT_COLUMNS, other_units, region_frame, unit_frame
from kompetanse.analysis.frames.talk import Agreement, Pattern

__all__ = [
    "ANSWER_COLUMNS", "CHANGE_COLUMNS", "GROUP_COLUMNS", "ITEM_COLUMNS", "LEVEL_COLUMNS", "PART_COLUMNS",
    "REGION_COLUMNS", "SCORING", "TALK_COLUMNS", "UNIT_COLUMNS", "Agreement", "Pattern", "Round", "answer_frame",
    "change_frame", "group_frame", "item_frame", "level_frame", "other_units", "part_frame", "region_frame",
    "talk_frame", "unit_frame",
]  # fmt: skip
