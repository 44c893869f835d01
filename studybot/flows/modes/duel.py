"""A duel: two people are asked in turns, and what one misses the other may take over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from studybot.core.ballot import Follow, MemberId
from studybot.core.challenge import Counted, Member, Played, Rules, Vote, ballots
from studybot.core.duel import Duel as Pair
from studybot.core.duel import even, what_follows_in_a_duel
from studybot.core.phrase import Phrase
from studybot.core.points import Level, Score
from studybot.flows.modes.live import Live
from studybot.flows.outside import Outside
from studybot.group_ports import RoundView
from studybot.kinds import Card

FORMS = frozenset({"one", "several", "typed"})
"""Code takes too long while somebody else waits."""


class Duel(Live):
    name: ClassVar[Phrase] = Phrase("duel")
    second_chance: ClassVar[Phrase] = Phrase("taken over {n}")
    changes: ClassVar[bool] = True  # whose turn it is

    def why_not(self, here: Sequence[Member]) -> Phrase | None:
        return None if len(here) == 2 else Phrase("A duel takes two, and {n} are in.", n=len(here))

    def takes(self, card: Card) -> bool:
        return card.question(0).form in FORMS

    def cards(self, rules: Rules) -> int:
        return even(rules.cards)

    async def seen(self, view: RoundView, *, outside: Outside) -> RoundView:
        pair = pair_of(await outside.store.members(view.challenge.id))
        if pair is None:
            return view
        two, members = pair
        turn = two.whose_turn(view.round.position, view.round.ballot)
        return replace(view, turn=members[turn])

    def closes_early(self, view: RoundView, counted: Counted) -> bool:
        return True  # the one whose turn it is has answered

    def follows(self, view: RoundView, votes: Sequence[Vote], here: Sequence[Member]) -> Follow:
        return what_follows_in_a_duel(len(ballots(view.round, votes).last.right), taken=view.round.taken)

    def scores(self, played: Played, levels: Mapping[MemberId, Level]) -> tuple[Score, ...]:
        """Return the scores of both: a card taken over counts as one on which somebody came round."""
        pair = pair_of(played.members)
        if pair is None:
            return ()
        own, taken_over = pair[0].won([played.ballots_of(one) for one in played.rounds])
        turns = [pair[0].whose_turn(one.position, 0) for one in played.rounds]
        return tuple(
            Score(one, turns.count(one), own[one], taken_over[one], moved_others=0, improved=False)
            for one in sorted(pair[1])
        )


def pair_of(members: Sequence[Member]) -> tuple[Pair, Mapping[MemberId, Member]] | None:
    """Return the two who play: the first two who are in, or else who were; None where there never were two."""
    two = sorted(members, key=lambda member: not member.here)[:2]
    if len(two) < 2:
        return None
    first, second = sorted(two, key=members.index)
    return Pair(first.person, second.person), {first.person: first, second.person: second}
