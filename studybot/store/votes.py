"""Votes and takes: one vote per round, ballot and person, changeable while the ballot is open."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, true, update

from studybot.core.ballot import MemberId
from studybot.core.challenge import ChallengeId, Counted, Member, Played, RoundId, Step, Take, Vote
from studybot.core.learner import ChatId, LearnerId
from studybot.store.challenges import add_member, as_challenge, as_member
from studybot.store.group_tables import challenges, groups, members, rounds, takes, votes
from studybot.store.rounds import as_round
from studybot.store.tables import learners
from studybot.store.transactions import Transactions, or_nothing, or_replace, reads, writes
from studybot.store.types import Moment

_STANDING = (
    select(rounds.c.challenge_id, rounds.c.step, rounds.c.afters, rounds.c.shown_at)
    .where(rounds.c.id == bindparam("of"))
    .with_for_update()
)
_VOTE = or_replace(votes)
_TAKE = or_nothing(takes)
_VOTES_CAST = (
    select(func.count()).select_from(votes).where(votes.c.round_id == bindparam("of"), votes.c.ballot == bindparam("b"))
)
_MEMBERS_HERE = (
    select(func.count(), func.count().filter(members.c.joined_at > bindparam("since", type_=Moment())))
    .select_from(members)
    .where(members.c.challenge_id == bindparam("of"), members.c.here == true())
)
_OF_ROUND = select(votes).where(votes.c.round_id == bindparam("of")).order_by(votes.c.ballot, votes.c.at)
_theirs = (
    votes.c.round_id == bindparam("of"),
    votes.c.ballot == bindparam("b"),
    votes.c.person_id == bindparam("who"),
)
_ONE = select(votes).where(*_theirs)
_this = (*_theirs, votes.c.update_id == bindparam("by"))
_JUDGE = update(votes).where(*_this, votes.c.right.is_(None))
_WITHDRAW = delete(votes).where(*_this)
_UNJUDGED = (
    select(votes)
    .join(rounds, rounds.c.id == votes.c.round_id)
    .where(votes.c.right.is_(None), rounds.c.step == Step.VOTE.value)
)
_OF_CHALLENGE = (
    select(votes)
    .join(rounds, rounds.c.id == votes.c.round_id)
    .where(rounds.c.challenge_id == bindparam("of"))
    .order_by(votes.c.ballot, votes.c.at)
)
_TAKES = (
    select(takes)
    .join(rounds, rounds.c.id == takes.c.round_id)
    .where(rounds.c.challenge_id == bindparam("of"))
    .order_by(takes.c.at, takes.c.update_id)
)
_CHALLENGE = (
    select(challenges, groups.c.chat_id, groups.c.language, groups.c.zone, groups.c.present)
    .join(groups, groups.c.id == challenges.c.group_id)
    .where(challenges.c.id == bindparam("of"))
)
_MEMBERS = (
    select(members).where(members.c.challenge_id == bindparam("of")).order_by(members.c.joined_at, members.c.person_id)
)
_ROUNDS = select(rounds).where(rounds.c.challenge_id == bindparam("of")).order_by(rounds.c.position)
_LEARNERS = select(learners.c.chat_id, learners.c.id).where(
    learners.c.chat_id.in_(bindparam("of", expanding=True)), learners.c.reachable == true()
)


class Votes(Transactions):
    @writes
    def save_vote(self, tx: Connection, round_id: RoundId, vote: Vote, member: Member) -> Counted | None:
        standing = tx.execute(_STANDING, {"of": round_id}).one_or_none()
        if standing is None or standing.step != Step.VOTE or len(standing.afters) - 1 != vote.ballot:
            return None
        add_member(tx, standing.challenge_id, member, at=vote.at)
        columns = {
            "round_id": round_id,
            "ballot": vote.ballot,
            "person_id": vote.person,
            "text": vote.text,
            "right": vote.right,
            "at": vote.at,
            "update_id": vote.update_id,
        }
        tx.execute(_VOTE[tx.dialect.name], columns)
        cast = tx.execute(_VOTES_CAST, {"of": round_id, "b": vote.ballot}).scalar_one()
        here, late = tx.execute(_MEMBERS_HERE, {"of": standing.challenge_id, "since": standing.shown_at}).one()
        return Counted(cast, here, late)

    @writes
    def judge_vote(self, tx: Connection, round_id: RoundId, vote: Vote, *, right: bool | None) -> bool:
        of = {"of": round_id, "b": vote.ballot, "who": vote.person, "by": vote.update_id}
        if right is None:
            return tx.execute(_WITHDRAW, of).rowcount == 1
        return tx.execute(_JUDGE.values(right=right), of).rowcount == 1

    @reads
    def unjudged_votes(self, tx: Connection) -> Sequence[tuple[RoundId, Vote]]:
        return [(RoundId(row.round_id), _as_vote(row)) for row in tx.execute(_UNJUDGED)]

    @reads
    def vote_of(self, tx: Connection, round_id: RoundId, ballot: int, person: MemberId) -> Vote | None:
        row = tx.execute(_ONE, {"of": round_id, "b": ballot, "who": person}).one_or_none()
        return _as_vote(row) if row else None

    @reads
    def votes_of(self, tx: Connection, round_id: RoundId) -> Sequence[Vote]:
        return [_as_vote(row) for row in tx.execute(_OF_ROUND, {"of": round_id})]

    @writes
    def save_take(self, tx: Connection, round_id: RoundId, take: Take, member: Member, *, update_id: int) -> bool:
        standing = tx.execute(_STANDING, {"of": round_id}).one_or_none()
        if standing is None:
            return False
        add_member(tx, standing.challenge_id, member, at=take.at)
        columns = {
            "round_id": round_id,
            "update_id": update_id,
            "person_id": take.person,
            "text": take.text,
            "at": take.at,
        }
        return tx.execute(_TAKE[tx.dialect.name], columns).rowcount == 1

    @reads
    def played(self, tx: Connection, challenge_id: ChallengeId) -> Played | None:
        return played_in(tx, challenge_id)

    @reads
    def learners_among(self, tx: Connection, people: Sequence[MemberId]) -> dict[MemberId, LearnerId]:
        rows = tx.execute(_LEARNERS, {"of": [ChatId(person) for person in people]})
        return {MemberId(row.chat_id): LearnerId(row.id) for row in rows}


def played_in(tx: Connection, challenge_id: ChallengeId) -> Played | None:
    """Return a challenge and everything that happened in it."""
    of = {"of": challenge_id}
    row = tx.execute(_CHALLENGE, of).one_or_none()
    if row is None:
        return None
    cast: dict[RoundId, list[Vote]] = defaultdict(list)
    for vote in tx.execute(_OF_CHALLENGE, of):
        cast[RoundId(vote.round_id)].append(_as_vote(vote))
    said: dict[RoundId, list[Take]] = defaultdict(list)
    for take in tx.execute(_TAKES, of):
        said[RoundId(take.round_id)].append(Take(MemberId(take.person_id), take.text, take.at))
    return Played(
        as_challenge(row),
        tuple(map(as_member, tx.execute(_MEMBERS, of))),
        tuple(as_round(one) for one in tx.execute(_ROUNDS, of)),
        cast,
        said,
    )


def _as_vote(row: Row[Any]) -> Vote:
    return Vote(MemberId(row.person_id), row.ballot, row.text, row.right, row.at, row.update_id)
