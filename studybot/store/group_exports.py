"""What is kept of a person in groups, for them to take away."""

from sqlalchemy import BindParameter, Connection, bindparam, select

from studybot.core.card import CardId
from studybot.core.challenge import ChallengeId, GroupId
from studybot.core.export import BoardName, GroupName, GroupPoints, GroupTake, GroupVote, InGroups
from studybot.store.group_tables import earnings, members, namings, rounds, takes, votes

_who: BindParameter[int] = bindparam("who")
_VOTES = (
    select(rounds.c.challenge_id, rounds.c.card_id, votes)
    .join(rounds, rounds.c.id == votes.c.round_id)
    .where(votes.c.person_id == _who)
    .order_by(votes.c.round_id, votes.c.ballot)
)
_TAKES = (
    select(rounds.c.challenge_id, rounds.c.card_id, takes)
    .join(rounds, rounds.c.id == takes.c.round_id)
    .where(takes.c.person_id == _who)
    .order_by(takes.c.round_id, takes.c.update_id)
)
_NAMES = select(members).where(members.c.person_id == _who).order_by(members.c.challenge_id)
_POINTS = select(earnings).where(earnings.c.person_id == _who).order_by(earnings.c.challenge_id)
_BOARDS = select(namings).where(namings.c.person_id == _who).order_by(namings.c.group_id)


def kept_in_groups(tx: Connection, person: int) -> InGroups:
    who = {"who": person}
    return InGroups(
        votes=tuple(
            GroupVote(ChallengeId(one.challenge_id), CardId(one.card_id), one.ballot, one.text, one.right, one.at)
            for one in tx.execute(_VOTES, who)
        ),
        takes=tuple(
            GroupTake(ChallengeId(one.challenge_id), CardId(one.card_id), one.text, one.at)
            for one in tx.execute(_TAKES, who)
        ),
        names=tuple(GroupName(ChallengeId(one.challenge_id), one.name, one.named) for one in tx.execute(_NAMES, who)),
        points=tuple(
            GroupPoints(ChallengeId(one.challenge_id), one.day, one.points) for one in tx.execute(_POINTS, who)
        ),
        boards=tuple(
            BoardName(GroupId(one.group_id), one.name, one.board, one.pseudonym) for one in tx.execute(_BOARDS, who)
        ),
    )
