"""A duel: two people alternate. Each is asked in turn, and what one misses the other may take over."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from studybot.core.ballot import Ballots, Follow, MemberId


@dataclass(frozen=True, slots=True)
class Duel:
    """The two, in the order in which they begin."""

    first: MemberId
    second: MemberId

    def whose_turn(self, position: int, ballot: int) -> MemberId:
        """Return who answers: the cards alternate, and a card that was missed goes to the other."""
        return (self.first, self.second)[(position + ballot) % 2]

    def won(self, rounds: Sequence[Ballots]) -> tuple[Counter[MemberId], Counter[MemberId]]:
        """Count the cards that each had right as their own, and those that each took over.

        `rounds` stand in the order in which they were played.
        """
        own, taken_over = Counter[MemberId](), Counter[MemberId]()
        for position, played in enumerate(rounds):
            one, other = self.whose_turn(position, 0), self.whose_turn(position, 1)
            if one in played.first.right:
                own[one] += 1
            elif other in played.last.right:
                taken_over[other] += 1
        return own, taken_over


def even(cards: int) -> int:
    """Return how many cards make it fair: as many for the one as for the other."""
    return cards + cards % 2


def what_follows_in_a_duel(right: int, *, taken: Collection[Follow] = ()) -> Follow:
    """Return what follows an answer: a missed card goes to the other one once, then comes the evidence."""
    return Follow.EXPLAIN if right or Follow.PASS_ON in taken else Follow.PASS_ON
