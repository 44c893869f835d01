"""The mode from which the others differ in what they say themselves: all together, as peer instruction has it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from studybot.core.ballot import Ballots, Follow, MemberId
from studybot.core.card import CardId, Rejected
from studybot.core.challenge import (
    EVIDENCE_LASTS,
    Challenge,
    Counted,
    Member,
    Played,
    Round,
    Rules,
    Step,
    Vote,
    ballot_lasts,
    ballots,
    missed,
)
from studybot.core.peer_instruction import to_talk_about, what_follows
from studybot.core.phrase import Phrase
from studybot.core.points import Level, Score, scores
from studybot.flows.outside import Outside
from studybot.group_ports import Posted, RoundView
from studybot.kinds import Card

FORMS = frozenset({"one", "several", "typed", "code", "none"})
"""How a group can answer. A card that one grades oneself says nothing to the others."""


class Live:
    name: ClassVar[Phrase] = Phrase("live")
    teaches: ClassVar[bool] = True
    """Whether a first vote is somebody's own answer, and so a review of the card."""
    second_chance: ClassVar[Phrase] = Phrase("came round {n}")
    """How it is told that somebody was right where the first answer was not."""
    starts_by_itself: ClassVar[bool] = False
    """Whether it begins at its hour, with nobody in a lobby."""
    changes: ClassVar[bool] = False
    """Whether what is seen of a ballot changes from one to the next, beyond the round itself."""
    evidence_lasts: ClassVar[timedelta] = EVIDENCE_LASTS

    def why_not(self, here: Sequence[Member]) -> Phrase | None:
        """Return why these people cannot begin; None if they can."""
        return None

    def takes(self, card: Card) -> bool:
        """Return whether a card can be played."""
        return card.question(0).form in FORMS

    def cards(self, rules: Rules) -> int:
        return rules.cards

    def pace(self, rules: Rules) -> Phrase:
        """Return how long people have, in words."""
        return Phrase("{n} s a vote", n=rules.vote_seconds)

    def current(self, challenge: Challenge, rounds: Sequence[Round]) -> Round | None:
        """Return the round to go on with; None where the next card is to be prepared, or all were played."""
        return None if not rounds or rounds[-1].step is Step.DONE else rounds[-1]

    async def seen(self, view: RoundView, *, outside: Outside) -> RoundView:
        """Return a card as it stands before the group now: whose turn it is, and what became of it so far."""
        return view

    def read(self, view: RoundView, text: str) -> str | Rejected:
        """Return the answer that a text is."""
        return text

    def closes_at(self, view: RoundView, now: datetime) -> datetime:
        """Return when the ballot that is shown now closes by itself."""
        return now + ballot_lasts(view.challenge.rules, view.question.form, view.round.afters[-1])

    def closes_early(self, view: RoundView, counted: Counted) -> bool:
        """Return whether nobody is waited for any more."""
        return counted.everybody and counted.members > 1

    async def shown(self, view: RoundView, posted: Posted, *, at: datetime, until: datetime, outside: Outside) -> None:
        """Note what else stands in the chat by the message that shows a ballot."""

    def follows(self, view: RoundView, votes: Sequence[Vote], here: Sequence[Member]) -> Follow:
        """Return what follows a ballot that was closed with these votes, those of the ballots before included."""
        if view.question.form in {"none", "code"}:
            return Follow.EXPLAIN
        last = ballots(view.round, votes).last
        return what_follows(len(last.right), len(last.voters), taken=view.round.taken)

    def scores(self, played: Played, levels: Mapping[MemberId, Level]) -> tuple[Score, ...]:
        return scores(played.ballots, levels)

    def worth_talk(self, played: Played) -> tuple[Ballots, ...]:
        """Return the cards that are worth more talk."""
        return to_talk_about(played.ballots)

    def missed(self, played: Played, person: MemberId) -> tuple[CardId, ...]:
        """Return the cards that somebody is to meet again in private."""
        return missed(played, person)


def turn_refused(view: RoundView, member: Member) -> Phrase | None:
    """Return why somebody cannot vote now; None if they can."""
    if view.turn is None or view.turn.person == member.person:
        return None
    return Phrase("It is {name}'s turn.", name=view.turn.name)
