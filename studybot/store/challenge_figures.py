"""Figures about challenges, for whoever looks after the bot: counts and dates, no names, no answers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from studybot.core.ballot import Ballots
from studybot.core.challenge import ChallengeId, GroupId
from studybot.core.peer_instruction import discussed
from studybot.core.phrase import Phrase
from studybot.errors import StoreError
from studybot.store.engine import opened
from studybot.store.group_tables import challenges, members, rounds
from studybot.store.upgrade import check_version
from studybot.store.votes import played_in


@dataclass(frozen=True, slots=True)
class ChallengeFigures:
    """`members` counts everybody who joined, `rounds` the cards that were begun."""

    id: ChallengeId
    group_id: GroupId
    mode: str
    stage: str
    created_at: datetime
    members: int
    rounds: int


@dataclass(frozen=True, slots=True)
class BallotFigures:
    """`after` is what came before this vote: nothing, a hint, a discussion."""

    after: str | None
    right: int
    votes: int


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """`takes` counts what was said to a card without a key, `operations` the messages and edits it cost."""

    card_id: str
    revision: str
    seed: int
    step: str
    ballots: tuple[BallotFigures, ...]
    takes: int
    operations: int


@dataclass(frozen=True, slots=True)
class PlayedFigures:
    """A challenge with its rounds. `gain` is the group's normalised gain; None without a discussion."""

    challenge: ChallengeFigures
    rounds: tuple[RoundFigures, ...]
    gain: float | None


def all_challenges(url: str) -> list[ChallengeFigures]:
    """Return the figures of every challenge, the latest first."""
    check_version(url)
    with opened(url) as engine, engine.execution_options(writes=False).begin() as tx:
        return _figures(tx)


def challenge_figures(url: str, challenge_id: ChallengeId) -> PlayedFigures:
    """Return the figures of one challenge. Raises StoreError if there is no such challenge."""
    check_version(url)
    with opened(url) as engine, engine.execution_options(writes=False).begin() as tx:
        found = _figures(tx, challenges.c.id == challenge_id)
        played = played_in(tx, challenge_id)
        if not found or played is None:
            raise StoreError(
                Phrase(
                    "there is no challenge {challenge_id}; `studybot challenges list` shows what there is",
                    challenge_id=challenge_id,
                )
            )
        gain = discussed(played.ballots).gain
        of_rounds = tuple(
            RoundFigures(
                one.card_id,
                one.asked.revision,
                one.asked.seed,
                one.step.value,
                _ballots(played.ballots_of(one)),
                len(played.takes.get(one.id, ())),
                one.operations,
            )
            for one in played.rounds
        )
        return PlayedFigures(found[0], of_rounds, None if gain is None else float(gain))


def _ballots(of: Ballots) -> tuple[BallotFigures, ...]:
    return tuple(BallotFigures(one.after, len(one.right), len(one.voters)) for one in of.ballots)


def _figures(tx: Connection, *only: Any) -> list[ChallengeFigures]:
    joined = _counted(tx.execute(select(members.c.challenge_id, func.count()).group_by(members.c.challenge_id)))
    begun = _counted(tx.execute(select(rounds.c.challenge_id, func.count()).group_by(rounds.c.challenge_id)))
    query = select(challenges).where(*only).order_by(challenges.c.id.desc())
    return [
        ChallengeFigures(
            ChallengeId(row.id),
            GroupId(row.group_id),
            row.mode,
            row.stage,
            row.created_at,
            joined[row.id],
            begun[row.id],
        )
        for row in tx.execute(query)
    ]


def _counted(rows: Iterable[Any]) -> Counter[int]:
    return Counter(dict(map(tuple, rows)))
