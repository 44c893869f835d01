"""Everything that is kept of one learner, as they may take it away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from studybot.core.card import CardId
from studybot.core.learner import Learner
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
class Kept:
    """A learner's own data. Reviews stand in their order, and so do attempts; those that were undone are here too."""

    learner: Learner
    next_reminder_at: datetime
    reviews: tuple[KeptReview, ...]
    attempts: tuple[Attempt, ...]
    memories: Mapping[CardId, Memory]
