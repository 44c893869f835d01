"""The stored fact of one settled answer: append-only, the truth from which memory can be rebuilt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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
class Standing:
    """Where a showing stands before an answer to it, read as one state: all that judging and grading it needs.

    `total` is how many showings its quiz has. `words` is what the shown revision says, None if that is not kept.
    `counted` tells that the answer's update was recorded before: it came a second time.
    `typical_seconds` is the learner's median for this kind of card, None while there are too few answers.
    """

    showing: Showing
    total: int
    words: Mapping[str, Any] | None
    counted: bool
    memory: Memory | None
    typical_seconds: float | None


@dataclass(frozen=True, slots=True)
class Undone:
    """An answer that was taken back. `again` is the card's new showing, None if its quiz was another day's."""

    review: Review
    again: Showing | None
