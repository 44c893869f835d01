"""A daily: all cards are open all day, answered in private, and revealed in the group at the close."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from studybot.core.ballot import Follow
from studybot.core.challenge import Challenge, Counted, Member, Round, Rules, Step, Vote
from studybot.core.daily import closes_at
from studybot.core.phrase import Phrase
from studybot.flows.modes.live import Live
from studybot.flows.outside import Outside
from studybot.group_ports import Posted, RoundView
from studybot.kinds import Card

FORMS = frozenset({"one", "typed", "code"})
"""Whatever is answered by one press or one message: then the next card comes."""


class Daily(Live):
    name: ClassVar[Phrase] = Phrase("daily")
    starts_by_itself: ClassVar[bool] = True
    evidence_lasts: ClassVar[timedelta] = timedelta(seconds=15)  # a group has twenty messages a minute

    def takes(self, card: Card) -> bool:
        return card.question(0).form in FORMS

    def pace(self, rules: Rules) -> Phrase:
        return Phrase("open until the evening")

    def current(self, challenge: Challenge, rounds: Sequence[Round]) -> Round | None:
        """Return the round to go on with; None while cards are still to be prepared, and when all are done."""
        asked = {one.card_id for one in rounds}
        if len(rounds) < self.cards(challenge.rules) and any(card_id not in asked for card_id in challenge.plan):
            return None
        return next((one for one in rounds if one.step is not Step.DONE), None)

    async def seen(self, view: RoundView, *, outside: Outside) -> RoundView:
        return replace(view, in_private=True)

    def closes_at(self, view: RoundView, now: datetime) -> datetime:
        return closes_at(now, view.challenge.group.tz)

    def closes_early(self, view: RoundView, counted: Counted) -> bool:
        return False  # somebody may come until the evening

    async def shown(self, view: RoundView, posted: Posted, *, at: datetime, until: datetime, outside: Outside) -> None:
        """Open all other cards by the same message. The first one follows at last, so that a crash begins anew."""
        for one in await outside.store.rounds_of(view.challenge.id):
            if one.id != view.round.id:
                await outside.store.save_ballot_shown(one.id, 0, posted.message_id, at=at, until=until)

    def follows(self, view: RoundView, votes: Sequence[Vote], here: Sequence[Member]) -> Follow:
        return Follow.EXPLAIN


async def next_for(challenge: Challenge, member: Member, *, outside: Outside) -> Round | None:
    """Return the first card of a daily that somebody has not answered yet, while it is open."""
    for one in await outside.store.rounds_of(challenge.id):
        if one.step is Step.VOTE and one.shown and await outside.store.vote_of(one.id, 0, member.person) is None:
            return one
    return None
