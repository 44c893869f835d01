"""The stored fact of one settled answer: append-only, the truth from which memory can be rebuilt."""

from dataclasses import dataclass
from datetime import date, datetime

from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.quiz import Showing, ShowingId
from studybot.core.schedule import Answered, Grade, Memory


@dataclass(frozen=True, slots=True)
class Review:
    """Everything needed to replay the schedule, and to fit another scheduler to it later.

    `latency_ms` runs from the question to the settling answer. `drill` marks a same-day repetition.
    `before` is None at the first review of a card.
    """

    showing_id: ShowingId
    learner_id: LearnerId
    card_id: CardId
    kind: str
    revision: Revision
    seed: int
    torch_version: str
    at: datetime
    day: date
    grade: Grade
    right: bool
    latency_ms: int
    attempts: int
    hints: int
    gave_up: bool
    drill: bool
    scheduler: str
    before: Memory | None
    after: Memory

    @property
    def answered(self) -> Answered:
        """What a scheduler reads of it."""
        return Answered(self.day, self.grade, counted=self.before is None or self.before.is_due(self.day))

    @property
    def early(self) -> bool:
        """Whether the card was asked before it was due ("5 more", a last look): then nothing moved."""
        return self.before is not None and not self.drill and not self.before.is_due(self.day)


@dataclass(frozen=True, slots=True)
class Undone:
    """An answer that was taken back. `again` is the card's new showing, None if its quiz was another day's."""

    review: Review
    again: Showing | None
