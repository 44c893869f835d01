"""A challenge: a group plays some cards together. What it is made of, and how long each part of it lasts.

A challenge waits in its lobby, is played round by round, and is over or called off. A round is one card: a vote, where
the shares ask for it a hint or a discussion and another vote, then the evidence. What follows a vote is decided in
`core.peer_instruction`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from studybot.core.ballot import Ballot, Ballots, Follow, MemberId
from studybot.core.card import CardId, Form, Language
from studybot.core.learner import ChatId
from studybot.core.quiz import Asked, Pick, interleaved
from studybot.core.variant import shuffled
from studybot.core.weekly import Weekly

GroupId = NewType("GroupId", int)
ChallengeId = NewType("ChallengeId", int)
RoundId = NewType("RoundId", int)

NOBODY = MemberId(0)
"""The moderator of a challenge whose moderator is gone, until somebody takes over."""

CARD_NUMBERS = (3, 5, 10)
VOTE_SECONDS = (30, 60, 90, 180)
FEWEST_TO_BEGIN = 2
"""So many make "everybody": a challenge of one begins by a press only."""

LOBBY_LASTS = timedelta(minutes=30)
EVIDENCE_LASTS = timedelta(seconds=90)
"""How long the evidence is talked about before the next card comes by itself."""
LAST_SECONDS = timedelta(seconds=3)
"""Everybody has voted: so long a vote can still be changed."""
ANYBODY_MAY_AFTER = timedelta(minutes=3)
"""When a moderator has been silent so long, any member may act in their place."""
RETRY_AFTER = timedelta(seconds=30)
MOST_RETRIES = 4
"""How often a card is tried again while no snippet can run; then the challenge ends with what was played."""
SPARE_CARDS = 5
"""Cards planned beyond those wanted, in place of some that cannot be asked."""


class Mode(StrEnum):
    LIVE = "live"
    DAILY = "daily"
    DUEL = "duel"
    RELAY = "relay"
    SPRINT = "sprint"


TEAMS = frozenset({Mode.RELAY})
"""Modes in which a vote is the team's work, and tells nothing of what its person knows."""


class Stage(StrEnum):
    LOBBY = "lobby"
    PLAYING = "playing"
    OVER = "over"
    CALLED_OFF = "called_off"


OPEN_STAGES = (Stage.LOBBY, Stage.PLAYING)


class Step(StrEnum):
    """Where a round is."""

    VOTE = "vote"
    EVIDENCE = "evidence"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat with the bot in it. `present` is false while the bot is out; all is kept."""

    id: GroupId
    chat_id: ChatId
    language: Language
    zone: str
    present: bool = True

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the moderator chose. No `topics` means all of them."""

    cards: int = 5
    vote_seconds: int = 60
    topics: tuple[str, ...] = ()
    mode: Mode = Mode.LIVE


@dataclass(frozen=True, slots=True)
class Challenge:
    """`thread_id` is the forum topic it is played in, 0 where the group has none.

    `plan` are the cards it may ask, in order, some to spare. `wakes_at` is the next moment at which something happens
    by itself; None while only a person can go on. `tries` counts the attempts at a card while no snippet can run.
    """

    id: ChallengeId
    group: Group
    thread_id: int
    rules: Rules
    stage: Stage
    moderator: MemberId
    created_at: datetime
    plan: tuple[CardId, ...] = ()
    message_id: int | None = None
    end_message_id: int | None = None
    wakes_at: datetime | None = None
    tries: int = 0

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN_STAGES


@dataclass(frozen=True, slots=True)
class Round:
    """One card of a challenge. `afters` holds what came before each of its ballots; the last one is being voted on.

    `shown` counts the ballots that stand in the chat, `shown_at` is when the last of them came there. `operations`
    counts the messages and edits that it has cost.
    """

    id: RoundId
    challenge_id: ChallengeId
    position: int
    card_id: CardId
    asked: Asked
    step: Step = Step.VOTE
    afters: tuple[Follow | None, ...] = (None,)
    shown: int = 0
    shown_at: datetime | None = None
    message_id: int | None = None
    evidence_id: int | None = None
    operations: int = 0
    noted: bool = False

    @property
    def ballot(self) -> int:
        """The number of the ballot being voted on, from 0."""
        return len(self.afters) - 1

    @property
    def taken(self) -> tuple[Follow, ...]:
        """The steps it has had."""
        return tuple(after for after in self.afters if after is not None)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who joined, by pressing Join or by voting; `here` is false once they left. Names are theirs: escape.

    `named`: they agreed to be named in the notes.
    """

    person: MemberId
    name: str
    here: bool = True
    named: bool = False


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody voted in one ballot. `right` is None while their code is being run."""

    person: MemberId
    ballot: int
    text: str
    right: bool | None
    at: datetime
    update_id: int


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A challenge that opens by itself in a group, or one of its forum topics; `next_at` is when it is next due."""

    group: Group
    thread_id: int
    weekly: Weekly
    rules: Rules
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """A vote was taken: `votes` of `members` have voted in this ballot; `late` joined after it was shown."""

    votes: int
    members: int
    late: int = 0

    @property
    def everybody(self) -> bool:
        """Whether nobody is waited for: where some came late, others may be on their way."""
        return self.votes >= self.members > 1 and not self.late


@dataclass(frozen=True, slots=True)
class Take:
    """What somebody said to a card without a key."""

    person: MemberId
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Played:
    """A challenge and everything that happened in it."""

    challenge: Challenge
    members: tuple[Member, ...]
    rounds: tuple[Round, ...]
    votes: Mapping[RoundId, Sequence[Vote]] = field(default_factory=dict)
    takes: Mapping[RoundId, Sequence[Take]] = field(default_factory=dict)

    def ballots_of(self, played: Round) -> Ballots:
        return ballots(played, self.votes.get(played.id, ()))

    @property
    def ballots(self) -> tuple[Ballots, ...]:
        """The votes on all cards that have a key."""
        return tuple(self.ballots_of(one) for one in self.rounds if self.votes.get(one.id))

    def name_of(self, person: MemberId) -> str:
        return next((member.name for member in self.members if member.person == person), "?")


def ballots(played: Round, votes: Sequence[Vote]) -> Ballots:
    """Return who was right and who wrong in each ballot of a round: a vote stands until its person votes again."""
    standing: dict[MemberId, bool] = {}
    closed = []
    for number, after in enumerate(played.afters):
        standing |= {vote.person: vote.right for vote in votes if vote.ballot == number and vote.right is not None}
        right = frozenset(person for person, is_right in standing.items() if is_right)
        closed.append(Ballot(right, frozenset(standing) - right, after))
    return Ballots(played.card_id, tuple(closed))


def missed(played: Played, person: MemberId) -> tuple[CardId, ...]:
    """Return the cards that somebody had wrong in the first vote they gave on them."""
    cards = []
    for one in played.rounds:
        mine = sorted((vote for vote in played.votes.get(one.id, ()) if vote.person == person), key=lambda v: v.ballot)
        if mine and mine[0].right is False:
            cards.append(one.card_id)
    return tuple(cards)


def plan_cards(
    deck: Sequence[Pick],
    *,
    wanted: int,
    topics: Collection[str],
    due: Mapping[CardId, int],
    played: Sequence[CardId],
    seed: int,
) -> tuple[CardId, ...]:
    """Choose the cards of a challenge, some to spare: those due for most members, then those not played lately.

    `played` are the cards of the group's challenges before, the latest last; they come only where nothing else is left.
    """
    known = {card_id: place for place, card_id in enumerate(played)}
    pool = [pick for pick in deck if not topics or pick.topic in topics]
    pool = shuffled(pool, seed, lambda pick: pick.card_id)
    pool.sort(key=lambda pick: (known.get(pick.card_id, -1), -due.get(pick.card_id, 0)))
    return tuple(pick.card_id for pick in interleaved(pool[: wanted + SPARE_CARDS]))


LENGTHS: Mapping[Form, float] = {"one": 1.0, "several": 1.5, "typed": 1.5, "code": 3.0, "none": 2.0}
"""How much longer than a pick an answer of each form takes."""


def ballot_lasts(rules: Rules, form: Form, after: Follow | None) -> timedelta:
    """Return how long a ballot is open: a discussion takes its time."""
    talk = 1.5 if after is Follow.DISCUSS else 1.0
    return timedelta(seconds=rules.vote_seconds * LENGTHS.get(form, 1.0) * talk)


MOST_OPERATIONS = 8
"""Messages and edits in one round: Telegram lets a group have twenty a minute, and more than that is noise."""
MOST_COUNTS = 2
"""Edits that only count the votes, in one ballot."""
AFTER_BALLOT = {0: 2, 1: 1}
"""Edits that may still come for a hint or a discussion."""
AT_THE_END = 2
"""The question as it was decided, and the evidence."""


def may_count(played: Round, counts: int, *, picture: bool) -> bool:
    """Return whether an edit for the counter is left; `counts` were made in this ballot already."""
    reserved = AFTER_BALLOT.get(played.ballot, 0) + AT_THE_END + picture
    return counts < MOST_COUNTS and played.operations + reserved < MOST_OPERATIONS


def tally(votes: Sequence[Vote]) -> Counter[str]:
    """Count the answers that stand at the end, by their text."""
    last = {vote.person: vote.text for vote in sorted(votes, key=lambda vote: vote.ballot)}
    return Counter(last.values())
