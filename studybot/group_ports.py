"""What the group challenges need from outside, as protocols: the store's part of it, and the group's chat.

What a group is shown stands here as well, as values: the chat makes messages of them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from studybot.core.ballot import Follow, MemberId
from studybot.core.board import Earned, Naming
from studybot.core.card import CardId, Language, Question, Text
from studybot.core.challenge import (
    Challenge,
    ChallengeId,
    Counted,
    Group,
    GroupId,
    Member,
    Played,
    Round,
    RoundId,
    Rules,
    Scheduled,
    Stage,
    Take,
    Vote,
)
from studybot.core.learner import ChatId, Learner, LearnerId
from studybot.core.peer_instruction import Discussed
from studybot.core.phrase import Phrase
from studybot.core.points import Level, Standing
from studybot.core.quiz import Asked
from studybot.core.relay import HOW_TO_CHANGE, numbered
from studybot.core.review import Review
from studybot.core.weekly import Weekly
from studybot.kinds import Card


@dataclass(frozen=True, slots=True)
class Lobby:
    """`topics` are the names of the topics that were chosen, none for all; `known` are all there are, by their slug."""

    challenge: Challenge
    members: tuple[Member, ...]
    known: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class RoundView:
    """A card before a group: `card` is the revision and the variant of this round, whatever the file says now.

    Some modes say more of it. `turn` is the one who may answer; None for everybody. `program` is what became of the
    card's code so far, `said` what its run said. It may be asked `as_poll`, or `in_private`.
    """

    challenge: Challenge
    round: Round
    card: Card
    title: Text
    turn: Member | None = None
    program: str = ""
    said: tuple[Phrase, ...] = ()
    as_poll: bool = False
    in_private: bool = False

    @property
    def question(self) -> Question:
        question = self.card.question(self.round.asked.seed)
        if not self.program:
            return question
        return replace(question, code=numbered(self.program), how_to_answer=HOW_TO_CHANGE)

    @property
    def number(self) -> int:
        return self.round.position + 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """A round as it was decided, with all its votes and who gave them."""

    view: RoundView
    played: Played

    @property
    def votes(self) -> Sequence[Vote]:
        return self.played.votes.get(self.view.round.id, ())


@dataclass(frozen=True, slots=True)
class Ending:
    """`ties` explain the places of those with equal points; `to_talk` are questions that are worth more talk."""

    played: Played
    standings: tuple[Standing, ...]
    ties: tuple[Phrase, ...]
    discussed: Discussed
    to_talk: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """Where it stands now, and how many messages and edits that took; `poll_id` where it is a poll."""

    message_id: int
    operations: int = 1
    poll_id: str | None = None


class GroupMessenger(Protocol):
    """Shows a group its challenge. Everything raises GroupGone where the bot was put out of the group."""

    async def show_lobby(self, lobby: Lobby) -> int:
        """Send the lobby, or bring the one that is there up to date; return the message's id."""
        ...

    async def show_ballot(self, view: RoundView) -> Posted:
        """Send the question, or make the one that is there the next ballot."""
        ...

    async def show_evidence(self, evidence: Evidence) -> Posted:
        """Close the question, and send what torch shows."""
        ...

    async def show_end(self, ending: Ending) -> int: ...

    async def say(self, challenge: Challenge, what: Phrase) -> None: ...

    async def ask_missed(self, learner: Learner, challenge: Challenge, cards: int) -> None:
        """Ask a learner, in private, the first of so many cards that stand first in their quiz now."""
        ...


class ChallengeStore(Protocol):
    """As everywhere in the store, a method is one transaction, and safe to repeat."""

    # groups
    async def welcome_group(self, chat_id: ChatId, *, language: Language, zone: str) -> Group:
        """Add a group, or return the one that is there already, unchanged."""
        ...

    async def group_of_chat(self, chat_id: ChatId) -> Group | None: ...

    async def save_group(self, group: Group) -> None:
        """Store a group's language, zone, and whether the bot is in it."""
        ...

    async def save_weekly(
        self, group_id: GroupId, thread_id: int, weekly: Weekly | None, rules: Rules, *, next_at: datetime | None
    ) -> None:
        """Let a challenge open by itself; None ends that."""
        ...

    async def weekly_in(self, group_id: GroupId, thread_id: int) -> Scheduled | None: ...

    async def weeklies_due(self, now: datetime) -> Sequence[Scheduled]: ...

    async def claim_weekly(self, scheduled: Scheduled, *, next_at: datetime) -> bool:
        """Claim the right to open one; False if somebody else did. It is next due at `next_at` then."""
        ...

    async def note_group_day(self, learner_id: LearnerId, day: date) -> None:
        """Remember that a learner voted in a group on a study day: it counts as a day in a row."""
        ...

    # challenges
    async def open_challenge(
        self, group: Group, thread_id: int, rules: Rules, *, moderator: Member | None, at: datetime, until: datetime
    ) -> tuple[Challenge, bool]:
        """Open a lobby that lasts `until`, or return the challenge that is open there (and False)."""
        ...

    async def challenge(self, challenge_id: ChallengeId) -> Challenge | None: ...

    async def challenge_in(self, chat_id: int, thread_id: int) -> Challenge | None:
        """Return the open challenge of a chat or its forum topic."""
        ...

    async def latest_challenge_in(self, chat_id: int, thread_id: int) -> Challenge | None:
        """Return the last challenge that was played to an end there."""
        ...

    async def open_challenges(self, group_id: GroupId) -> Sequence[Challenge]: ...

    async def challenges_of(self, chat_id: int, person: MemberId) -> Sequence[Challenge]:
        """Return the open challenges of a chat that somebody is in."""
        ...

    async def waking(self) -> Sequence[tuple[ChallengeId, datetime]]:
        """Return the challenges in which something will happen by itself, and when, soonest first."""
        ...

    async def save_rules(self, challenge_id: ChallengeId, rules: Rules) -> bool:
        """Change the rules; False if it is no longer in its lobby."""
        ...

    async def pass_on(self, challenge_id: ChallengeId, to: MemberId) -> bool: ...

    async def start_challenge(self, challenge_id: ChallengeId, plan: Sequence[CardId], *, at: datetime) -> bool:
        """Leave the lobby, once."""
        ...

    async def end_challenge(self, challenge_id: ChallengeId, stage: Stage, *, at: datetime) -> bool:
        """End it or call it off, once; the next challenge may open. One that was played wakes to tell its end."""
        ...

    async def rest(self, challenge_id: ChallengeId) -> None:
        """Let nothing happen by itself any more: everything is told."""
        ...

    async def drop_card(self, challenge_id: ChallengeId, card_id: CardId) -> None:
        """Take a card out of the plan: it cannot be asked now."""
        ...

    async def put_off(self, challenge_id: ChallengeId, *, until: datetime | None, tries: int) -> None:
        """Let nothing happen by itself until then; None waits for a person."""
        ...

    async def hurry(self, challenge_id: ChallengeId, *, at: datetime) -> None:
        """Let what happens by itself happen at `at`, unless it comes sooner."""
        ...

    async def save_lobby_message(self, challenge_id: ChallengeId, message_id: int | None) -> None: ...

    async def save_end_message(self, challenge_id: ChallengeId, message_id: int) -> None: ...

    async def join(self, challenge_id: ChallengeId, member: Member, *, at: datetime) -> bool:
        """Let somebody in; False if they are in already, or it is over."""
        ...

    async def leave(self, challenge_id: ChallengeId, person: MemberId) -> bool: ...

    async def name_me(self, challenge_id: ChallengeId, person: MemberId, *, named: bool) -> bool:
        """Note whether a member agrees to be named in the notes; it holds for the group's next challenges."""
        ...

    async def members(self, challenge_id: ChallengeId) -> Sequence[Member]:
        """Return everybody who ever joined, in the order they did."""
        ...

    async def claim_telling(self, challenge_id: ChallengeId, person: MemberId) -> bool:
        """Claim the right to write to a member in private after the end, once."""
        ...

    async def cards_played(self, group_id: GroupId) -> Sequence[CardId]:
        """Return the cards of all challenges of a group, the latest last."""
        ...

    async def levels(self, challenge: Challenge) -> Mapping[MemberId, Level]:
        """Return how everybody's first votes were in the group's challenges before."""
        ...

    # rounds
    async def begin_round(self, challenge_id: ChallengeId, position: int, card_id: CardId, asked: Asked) -> Round:
        """Begin the round of a position, or return it if it was begun."""
        ...

    async def round(self, round_id: RoundId) -> Round | None: ...

    async def rounds_of(self, challenge_id: ChallengeId) -> Sequence[Round]: ...

    async def save_ballot_shown(
        self, round_id: RoundId, ballot: int, message_id: int, *, at: datetime, until: datetime
    ) -> None:
        """Note that a ballot stands in the chat: from now on its time runs."""
        ...

    async def close_ballot(self, round_id: RoundId, ballot: int, follow: Follow, *, at: datetime) -> bool:
        """Close a ballot, once: another one comes, or the evidence."""
        ...

    async def save_evidence_shown(self, round_id: RoundId, message_id: int, *, until: datetime) -> None: ...

    async def finish_round(self, round_id: RoundId, *, at: datetime) -> bool:
        """Go on from the evidence, once."""
        ...

    async def save_question_message(self, round_id: RoundId, message_id: int) -> None: ...

    async def save_poll(self, round_id: RoundId, poll_id: str) -> None:
        """Remember which poll asks a round: the latest one."""
        ...

    async def round_of_poll(self, poll_id: str) -> Round | None: ...

    async def count_operations(self, round_id: RoundId, operations: int) -> None: ...

    async def mark_noted(self, round_id: RoundId) -> None:
        """Note that the schedule of everybody has seen the first votes of a round."""
        ...

    async def open_door(self, person: MemberId, round_id: RoundId) -> None:
        """Let what somebody types in private be their answer to a round."""
        ...

    async def door_of(self, person: MemberId) -> Round | None:
        """Return the round that waits for somebody's answer in private, while it is voted on."""
        ...

    # votes
    async def save_vote(self, round_id: RoundId, vote: Vote, member: Member) -> Counted | None:
        """Take a vote, in place of the same person's before; None if its ballot is closed. Who votes joins."""
        ...

    async def judge_vote(self, round_id: RoundId, vote: Vote, *, right: bool | None) -> bool:
        """Store what a run made of a vote, unless it was changed meanwhile; None takes it back: nothing is graded."""
        ...

    async def unjudged_votes(self) -> Sequence[tuple[RoundId, Vote]]: ...

    async def vote_of(self, round_id: RoundId, ballot: int, person: MemberId) -> Vote | None: ...

    async def votes_of(self, round_id: RoundId) -> Sequence[Vote]: ...

    async def save_take(self, round_id: RoundId, take: Take, member: Member, *, update_id: int) -> bool:
        """Keep what somebody said, once per update."""
        ...

    async def played(self, challenge_id: ChallengeId) -> Played | None: ...

    # what it means to learners
    async def learners_among(self, people: Sequence[MemberId]) -> Mapping[MemberId, LearnerId]:
        """Return those who have pressed Start, and have not blocked the bot."""
        ...

    async def due_among(self, people: Collection[MemberId], *, on: date) -> Counter[CardId]:
        """Return for how many of these people each card is due."""
        ...

    async def save_group_review(self, review: Review, asked: Asked, text: str, *, update_id: int) -> bool:
        """Let a vote count as the review of a card in the learner's quiz of the day, which there must be.

        The store finds or makes the showing: that in `review` is not read. False, and nothing is changed, if the
        update was counted before, or the card is being answered in private. Raises StoreError where the memory has
        moved on.
        """
        ...


class BoardStore(Protocol):
    async def save_naming(self, group_id: GroupId, person: MemberId, naming: Naming) -> None:
        """Remember how somebody wants to be named on a group's board."""
        ...

    async def namings(self, group_id: GroupId) -> Mapping[MemberId, Naming]: ...

    async def save_earnings(self, challenge_id: ChallengeId, points: Mapping[MemberId, int], *, on: date) -> None:
        """Store what a challenge brought, once: a second time changes nothing."""
        ...

    async def earnings(self, group_id: GroupId, *, since: date) -> Sequence[Earned]:
        """Return what the challenges of a group have brought since a study day."""
        ...
