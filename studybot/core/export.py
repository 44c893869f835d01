"""Everything that is kept of one learner, as they may take it away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from studybot.core.card import CardId, Revision
from studybot.core.hold import Hold
from studybot.core.learner import Learner
from studybot.core.publication import Adjustment
from studybot.core.quiz import ShowingId
from studybot.core.review import Review
from studybot.core.schedule import Memory


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer that did not settle its showing: what was written, and when."""

    showing_id: ShowingId
    card_id: CardId
    text: str
    right: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptReview:
    """A settling answer with what was written; `undone_at` tells that it was taken back."""

    review: Review
    text: str
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What the learner reported of a card, in their own words and with the answer they had given."""

    card_id: CardId
    revision: Revision
    seed: int
    answer: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A learner's own data. Reviews stand in their order, and so do attempts; those that were undone are here too."""

    learner: Learner
    next_reminder_at: datetime
    reviews: tuple[KeptReview, ...]
    attempts: tuple[Attempt, ...]
    memories: Mapping[CardId, Memory]
    holds: Mapping[CardId, Hold] = field(default_factory=dict)
    reports: tuple[Reported, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
