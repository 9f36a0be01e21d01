"""All components, for those who give out their code."""

from __future__ import annotations

from kompetanse.widgets.actions import ActionsWidget
from kompetanse.widgets.agreement import AgreementWidget
from kompetanse.widgets.assessment import AssessmentWidget
from kompetanse.widgets.command import CommandWidget
from kompetanse.widgets.component import Component
from kompetanse.widgets.exchange import ExchangeWidget
from kompetanse.widgets.feedback import FeedbackWidget
from kompetanse.widgets.live_blocks import LiveBlocks
from kompetanse.widgets.moments import MomentsWidget
from kompetanse.widgets.practice import PracticeWidget
from kompetanse.widgets.priorities import PrioritiesWidget
from kompetanse.widgets.prompts import PromptsWidget
from kompetanse.widgets.review import ReviewWidget
from kompetanse.widgets.second_round import SecondRoundWidget
from kompetanse.widgets.words import WordsWidget

COMPONENTS: tuple[type[Component], ...] = (
    ActionsWidget,
    AgreementWidget,
    AssessmentWidget,
    CommandWidget,
    ExchangeWidget,
    FeedbackWidget,
    LiveBlocks,
    MomentsWidget,
    PracticeWidget,
    PrioritiesWidget,
    PromptsWidget,
    ReviewWidget,
    SecondRoundWidget,
    WordsWidget,
)
