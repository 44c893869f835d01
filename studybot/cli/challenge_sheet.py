"""All challenges together, as figures and plots."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from studybot.cli.language import say
from studybot.cli.plots import Axis, Point, scatter
from studybot.cli.sheets import Column, Sheet
from studybot.core.phrase import Phrase
from studybot.store.challenge_figures import BallotFigures, PlayedFigures, RoundFigures

COLUMNS = (
    Column("card", Phrase("card")),
    Column("rounds", Phrase("rounds")),
    Column("votes", Phrase("votes")),
    Column("first", Phrase("right at first"), share=True),
    Column("last", Phrase("right at last"), share=True),
    Column("gain", Phrase("gain")),
)


def challenge_sheet(played: Sequence[PlayedFigures]) -> Sheet:
    """Return every card that groups voted on, and what talking about it brought."""
    rounds = [one for challenge in played for one in challenge.rounds if any(ballot.votes for ballot in one.ballots)]
    gains = [challenge.gain for challenge in played if challenge.gain is not None]
    rows = [_row(card_id, [one for one in rounds if one.card_id == card_id]) for card_id in _cards(rounds)]
    discussed = [one for one in rounds if len(_voted(one)) > 1]
    return Sheet(
        Phrase("Challenges in figures"),
        COLUMNS,
        rows,
        figures={
            "challenges": (Phrase("challenges"), len(played)),
            "groups": (Phrase("groups"), len({one.challenge.group_id for one in played})),
            "members": (Phrase("joined"), sum(one.challenge.members for one in played)),
            "rounds": (Phrase("rounds"), len(rounds)),
            "votes": (Phrase("votes"), sum(ballot.votes for one in rounds for ballot in one.ballots)),
            "discussed": (Phrase("voted again"), len(discussed)),
            "gain": (Phrase("mean gain"), fmean(gains) if gains else None),
        },
        notes=(Phrase("Gain is of those who were wrong at first: (last - first) / (1 - first)."),),
        plots=_plots(discussed),
    )


def _cards(rounds: Sequence[RoundFigures]) -> list[str]:
    return sorted({one.card_id for one in rounds})


def _voted(one: RoundFigures) -> list[BallotFigures]:
    return [ballot for ballot in one.ballots if ballot.votes]


def _row(card_id: str, rounds: Sequence[RoundFigures]) -> dict[str, Any]:
    firsts, lasts = [_voted(one)[0] for one in rounds], [_voted(one)[-1] for one in rounds]
    first, last = _share(firsts), _share(lasts)
    again = any(len(_voted(one)) > 1 for one in rounds)
    return {
        "card": card_id,
        "rounds": len(rounds),
        "votes": sum(ballot.votes for one in rounds for ballot in one.ballots),
        "first": first,
        "last": last if again else None,
        "gain": (last - first) / (1 - first) if again and first < 1 else None,
    }


def _share(ballots: Sequence[BallotFigures]) -> float:
    return sum(ballot.right for ballot in ballots) / sum(ballot.votes for ballot in ballots)


def _plots(discussed: Sequence[RoundFigures]) -> list[tuple[Phrase, str]]:
    if not discussed:
        return []
    shares = [0, 0.25, 0.5, 0.75, 1]
    across = Axis(say(Phrase("right at first")), 0, 1, shares, "{:.0%}")
    up = Axis(say(Phrase("right at last")), 0, 1, shares, "{:.0%}")
    points = []
    for one in discussed:
        first, last = _share([_voted(one)[0]]), _share([_voted(one)[-1]])
        points.append(Point(first, last, one.card_id, last < first))
    return [(Phrase("What hints and discussions brought"), scatter(points, across, up, even=True))]
