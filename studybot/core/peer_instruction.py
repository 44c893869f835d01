"""Peer instruction: what follows a vote, what the discussion brought, and which cards to talk about afterwards.

Source: Crouch and Mazur, "Peer instruction: ten years of experience and results" (2001), and for the thresholds
Vickrey and others, "Research-based implementation of peer instruction" (2015).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from studybot.core.ballot import Ballot, Ballots, Follow, MemberId

TOO_FEW = Fraction(35, 100)
"""With fewer right than this, a discussion spreads the mistake: a hint comes first."""

ENOUGH = Fraction(70, 100)
"""With more right than this, there is little left to discuss."""

CARDS_TO_TALK_ABOUT = 3


def what_follows(right: int, votes: int, *, taken: Collection[Follow] = ()) -> Follow:
    """Return what follows a vote in which `right` of `votes` were right; `taken` are the steps this round has had.

    Each step is taken once: after a discussion, or where a hint was no help, comes the evidence. It comes at once
    where nobody voted: nobody is kept waiting for a vote that nobody wants.
    """
    if not votes or Follow.DISCUSS in taken:
        return Follow.EXPLAIN
    share = Fraction(right, votes)
    if share < TOO_FEW:
        return Follow.EXPLAIN if Follow.HINT in taken else Follow.HINT
    return Follow.DISCUSS if share <= ENOUGH else Follow.EXPLAIN


def normalised_gain(before: Fraction, after: Fraction) -> Fraction | None:
    """Return the part of the possible gain that was made; None where nothing was left to gain.

    Source: Hake, "Interactive-engagement versus traditional methods" (1998).
    """
    return (after - before) / (1 - before) if before < 1 else None


@dataclass(frozen=True, slots=True)
class Discussed:
    """How the discussions of a challenge went: of `votes` by members who voted before and after, how many right."""

    votes: int
    right_before: int
    right_after: int

    @property
    def gain(self) -> Fraction | None:
        if not self.votes:
            return None
        return normalised_gain(Fraction(self.right_before, self.votes), Fraction(self.right_after, self.votes))


def discussed(rounds: Collection[Ballots]) -> Discussed:
    """Count over all rounds that were discussed. Who voted on one side of a discussion only tells nothing about it."""
    votes = right_before = right_after = 0
    for before, after in filter(None, (played.discussion for played in rounds)):
        both = before.voters & after.voters
        votes += len(both)
        right_before += len(before.right & both)
        right_after += len(after.right & both)
    return Discussed(votes, right_before, right_after)


def came_round(before: Ballot, after: Ballot) -> frozenset[MemberId]:
    """Return who was wrong before and right after."""
    return before.wrong & after.right


def to_talk_about(rounds: Sequence[Ballots]) -> tuple[Ballots, ...]:
    """Return the cards worth talking about: most wrong at the end, and of equals most wrong at first.

    A card that nobody voted on, or that everybody had right at once, is not among them.
    """

    def order(played: Ballots) -> tuple[Fraction, Fraction]:
        return played.last.share or Fraction(0), played.first.share or Fraction(0)

    open_ones = [played for played in rounds if any(ballot.wrong for ballot in played.ballots)]
    return tuple(sorted(open_ones, key=order)[:CARDS_TO_TALK_ABOUT])
