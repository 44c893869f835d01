"""A duel: two people alternate. Each is asked in turn, and what one misses the other may take over."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from studybot.core.ballot import Ballots, Follow, MemberId
from studybot.core.points import CAME_ROUND, RIGHT

OWN = RIGHT
"""For a card that was one's own to answer."""

TAKEN_OVER = CAME_ROUND
"""For a card that the other one had missed: it is easier by one wrong answer."""


@dataclass(frozen=True, slots=True)
class Duel:
    """The two, in the order in which they begin."""

    first: MemberId
    second: MemberId

    def whose_turn(self, position: int, ballot: int) -> MemberId:
        """Return who answers: the cards alternate, and a card that was missed goes to the other."""
        return (self.first, self.second)[(position + ballot) % 2]

    def other(self, one: MemberId) -> MemberId:
        return self.second if one == self.first else self.first


def even(cards: int) -> int:
    """Return how many cards make it fair: as many for the one as for the other."""
    return cards + cards % 2


def what_follows_in_a_duel(right: int, *, taken: Collection[Follow] = ()) -> Follow:
    """Return what follows an answer: a missed card goes to the other one once, then comes the evidence.

    The second chance is a ballot after a hint: what the first one said is known to be wrong.
    """
    return Follow.EXPLAIN if right or Follow.HINT in taken else Follow.HINT


def duel_points(duel: Duel, rounds: Sequence[Ballots]) -> Counter[MemberId]:
    """Return the points of both; `rounds` stand in the order in which they were played."""
    points = Counter({duel.first: 0, duel.second: 0})
    for position, played in enumerate(rounds):
        own, other = duel.whose_turn(position, 0), duel.whose_turn(position, 1)
        if own in played.first.right:
            points[own] += OWN
        elif len(played.ballots) > 1 and other in played.ballots[1].right:
            points[other] += TAKEN_OVER
    return points


def winner(points: Counter[MemberId]) -> MemberId | None:
    """Return who has more points; None for a draw, for no card says who was quicker."""
    (best, most), (_, least) = points.most_common(2)
    return best if most > least else None
