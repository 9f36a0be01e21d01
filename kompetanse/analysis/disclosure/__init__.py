"""What may be shown to whom: the one way from answers to anything that somebody else sees.

Charts, blocks, sections and reports take nothing but what these functions make, and nothing else can make it. Each
result carries a log of what was hidden by which rule:

S1  a figure needs as many answers as the policy says; a policy below its floors is refused
S2  answers must not be reconstructable: below `mean_from` there is the agreed value with a word for agreement, no mean
S3  means are kept away from the ends of the scale, spreads from nothing, shares from none and all
S4  a total with a hidden part is hidden itself, and no sum of what is published gives a municipality's mean away
S5  two releases differ by nobody or by enough; what would differ by a few stays as it was
S6  whoever knows their own group's mean cannot compute another's
S7  no municipality carries over half of a regional figure
S8  others stand beside one's own only with at least five of them, never lowest or highest; quarters only if turned on
S9  outside the room a word needs three people in three municipalities; free text never by itself
S10 what is missing looks like what is hidden
S11 one engine for all figures: what stands beside a rounded figure is made from it as it is shown
"""

from kompetanse.analysis.disclosure.choices import CHOICE_COLUMNS, POINT_COLUMNS, protect_choices, protect_points
from kompetanse.analysis.disclosure.group import PROTECTED_COLUMNS, protect
from kompetanse.analysis.disclosure.items import PROTECTED_ITEM_COLUMNS, protect_items
from kompetanse.analysis.disclosure.policy import (
    FLOORS,
    GROUP_POLICIES,
    REGION_POLICIES,
    Audience,
    GroupPolicy,
    PolicyError,
    RegionPolicy,
)
from kompetanse.analysis.disclosure.protected import (
    Hidden,
    Protected,
    ProtectedChoices,
    ProtectedItems,
    ProtectedPoints,
    ProtectedRegion,
    ProtectedTexts,
    ProtectedWords,
    Shown,
)
from kompetanse.analysis.disclosure.region import PROTECTED_REGION_COLUMNS, protect_region
from kompetanse.analysis.disclosure.release import Earlier
from kompetanse.analysis.disclosure.released import beside_own, frozen_region, protect_public
from kompetanse.analysis.disclosure.words import (
    SAID_COLUMNS,
    WORD_COLUMNS,
    frozen_words,
    protect_feedback,
    protect_texts,
    protect_words,
)
from kompetanse.analysis.frames.talk import Agreement

__all__ = [
    "CHOICE_COLUMNS", "FLOORS", "GROUP_POLICIES", "POINT_COLUMNS", "PROTECTED_COLUMNS", "PROTECTED_ITEM_COLUMNS",
    "PROTECTED_REGION_COLUMNS", "REGION_POLICIES", "SAID_COLUMNS", "WORD_COLUMNS", "Agreement", "Audience", "Earlier",
    "GroupPolicy", "Hidden", "PolicyError", "Protected", "ProtectedChoices", "ProtectedItems", "ProtectedPoints",
    "ProtectedRegion", "ProtectedTexts", "ProtectedWords", "RegionPolicy", "Shown", "beside_own", "frozen_region",
    "frozen_words", "protect", "protect_choices", "protect_feedback", "protect_items", "protect_points",
    "protect_public", "protect_region", "protect_texts", "protect_words",
]  # fmt: skip
