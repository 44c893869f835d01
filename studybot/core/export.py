"""Everything that is kept of one learner, as they may take it away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from studybot.core.board import Shown
from studybot.core.card import CardId, Revision
from studybot.core.challenge import ChallengeId, GroupId
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
class GroupVote:
    """What the learner voted in one ballot of a group; `right` is None where it was never judged."""

    challenge_id: ChallengeId
    card_id: CardId
    ballot: int
    text: str
    right: bool | None
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupTake:
    """What the learner said to a card without a key."""

    challenge_id: ChallengeId
    card_id: CardId
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupName:
    """Under which name the learner was in a challenge; `named` where it may stand in the notes."""

    challenge_id: ChallengeId
    name: str
    named: bool


@dataclass(frozen=True, slots=True)
class GroupPoints:
    challenge_id: ChallengeId
    day: date
    points: int


@dataclass(frozen=True, slots=True)
class BoardName:
    """How the learner is named on a group's board; `pseudonym` is the number that was drawn."""

    group_id: GroupId
    name: str
    board: Shown
    pseudonym: int | None


@dataclass(frozen=True, slots=True)
class InGroups:
    """What is kept of a learner in groups: each in the order of the challenges."""

    votes: tuple[GroupVote, ...] = ()
    takes: tuple[GroupTake, ...] = ()
    names: tuple[GroupName, ...] = ()
    points: tuple[GroupPoints, ...] = ()
    boards: tuple[BoardName, ...] = ()


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
    in_groups: InGroups = field(default_factory=InGroups)
