"""Points for thinking: being right, moving others, improving on one's own level. No rule here knows any time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from studybot.core.ballot import Ballots, MemberId, places, voters
from studybot.core.peer_instruction import came_round
from studybot.core.phrase import Phrase

RIGHT = 2
"""For each card that was right in the first vote. More than for coming round: nobody gains by voting wrong first."""

CAME_ROUND = 1
"""For each card that was wrong in the first vote and right in the last."""

MOVED_OTHERS = 1
"""For each card where one was right before and after a discussion, and somebody came round in it."""

IMPROVED = 2
"""Once in a challenge."""

KNOWN_LEVEL = 5
"""So many first votes in earlier challenges it takes to know somebody's level."""

MEDALS = ("🥇", "🥈", "🥉")


@dataclass(frozen=True, slots=True)
class Level:
    """Somebody's first votes in earlier challenges, and how many of them were right."""

    right: int
    votes: int


@dataclass(frozen=True, slots=True)
class Score:
    """What a member earned in a challenge, and by what. `voted` counts the first votes, `right` the right ones."""

    member: MemberId
    voted: int
    right: int
    came_round: int
    moved_others: int
    improved: bool

    @property
    def points(self) -> int:
        return (
            RIGHT * self.right
            + CAME_ROUND * self.came_round
            + MOVED_OTHERS * self.moved_others
            + IMPROVED * self.improved
        )


@dataclass(frozen=True, slots=True)
class Standing:
    place: int
    score: Score

    @property
    def medal(self) -> str:
        """A medal for the first three places; none without points."""
        return MEDALS[self.place - 1] if self.place <= len(MEDALS) and self.score.points else ""


def scores(rounds: Collection[Ballots], levels: Mapping[MemberId, Level]) -> tuple[Score, ...]:
    """Return the score of everybody who voted; `levels` are from before this challenge."""
    return tuple(_score(member, rounds, levels.get(member)) for member in sorted(voters(rounds)))


def standings(of: Collection[Score]) -> tuple[Standing, ...]:
    """Order scores: by points, then by right first votes. Whoever is equal in both shares a place (1, 1, 3)."""
    ordered = sorted(of, key=lambda score: (*_worth(score), -score.member), reverse=True)
    return tuple(map(Standing, places([*map(_worth, ordered)]), ordered))


def ties_explained(table: Collection[Standing]) -> tuple[Phrase, ...]:
    """Return the rules that decided between equals, as far as there were any."""
    by_points: dict[int, list[Standing]] = {}
    for standing in table:
        by_points.setdefault(standing.score.points, []).append(standing)
    tied = [equals for equals in by_points.values() if len(equals) > 1]
    said: list[Phrase] = []
    if any(len({one.place for one in equals}) > 1 for equals in tied):
        said.append(Phrase("With equal points, more right first votes come first."))
    if len({one.place for one in table}) < len(table):
        said.append(Phrase("Equal points and equal first votes share a place: speed never counts."))
    return tuple(said)


def improved(right: int, votes: int, level: Level | None) -> bool:
    """Return whether first votes are above somebody's level so far; whoever is at the top improves by staying there."""
    if level is None or level.votes < KNOWN_LEVEL or not votes:
        return False
    share = Fraction(right, votes)
    return share == 1 or share > Fraction(level.right, level.votes)


def _worth(score: Score) -> tuple[int, int]:
    return score.points, score.right


def _score(member: MemberId, rounds: Collection[Ballots], level: Level | None) -> Score:
    voted = sum(member in played.first.voters for played in rounds)
    right = sum(member in played.first.right for played in rounds)
    return Score(
        member,
        voted,
        right,
        came_round=sum(member in came_round(played.first, played.last) for played in rounds),
        moved_others=sum(_moved_others(member, played) for played in rounds),
        improved=improved(right, voted, level),
    )


def _moved_others(member: MemberId, played: Ballots) -> bool:
    if played.discussion is None:
        return False
    before, after = played.discussion
    return member in before.right & after.right and bool(came_round(before, after))
