"""Who voted right and who wrong, ballot by ballot: all that the rules of peer instruction look at."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NewType

from studybot.core.card import CardId

MemberId = NewType("MemberId", int)
"""A person in a group, by their number in the chat. Not everybody there is a learner of ours."""


class Follow(StrEnum):
    """What follows a vote: a hint and another vote, a discussion and another vote, or the evidence.

    Where people take turns, it passes on to the next one.
    """

    HINT = "hint"
    DISCUSS = "discuss"
    PASS_ON = "pass_on"
    EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote of the group on a card, closed. `after` is what came before it; the first comes after nothing."""

    right: frozenset[MemberId]
    wrong: frozenset[MemberId]
    after: Follow | None = None

    @property
    def voters(self) -> frozenset[MemberId]:
        return self.right | self.wrong

    @property
    def share(self) -> Fraction | None:
        """The share that was right; None where nobody voted."""
        return Fraction(len(self.right), len(self.voters)) if self.voters else None


@dataclass(frozen=True, slots=True)
class Ballots:
    """All ballots on one card, in their order."""

    card_id: CardId
    ballots: tuple[Ballot, ...]

    @property
    def first(self) -> Ballot:
        return self.ballots[0]

    @property
    def last(self) -> Ballot:
        """The last ballot in which anybody voted."""
        return next((ballot for ballot in reversed(self.ballots) if ballot.voters), self.first)

    @property
    def discussion(self) -> tuple[Ballot, Ballot] | None:
        """The ballots right before and right after the discussion, where there was one."""
        for before, after in zip(self.ballots, self.ballots[1:], strict=False):
            if after.after is Follow.DISCUSS:
                return before, after
        return None


def places(values: Sequence[object]) -> tuple[int, ...]:
    """Return the place of each of some values that stand in order, best first: equal ones share theirs (1, 1, 3)."""
    found: list[int] = []
    for index, value in enumerate(values):
        found.append(found[-1] if found and value == values[index - 1] else index + 1)
    return tuple(found)


def voters(rounds: Collection[Ballots]) -> frozenset[MemberId]:
    return frozenset[MemberId]().union(*(ballot.voters for played in rounds for ballot in played.ballots))
