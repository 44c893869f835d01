"""The weekly board: who wants to be on it and how, and what challenges brought their members."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, bindparam, select

from studybot.core.ballot import MemberId
from studybot.core.board import Earned, Naming
from studybot.core.challenge import ChallengeId, GroupId
from studybot.store.group_tables import challenges, earnings, namings
from studybot.store.transactions import Transactions, or_nothing, or_replace, reads, writes

_NAMINGS = select(namings).where(namings.c.group_id == bindparam("of"))
_NAME = or_replace(namings)
_EARN = or_nothing(earnings)
_EARNED = (
    select(earnings)
    .join(challenges, challenges.c.id == earnings.c.challenge_id)
    .where(challenges.c.group_id == bindparam("of"), earnings.c.day >= bindparam("since"))
    .order_by(earnings.c.challenge_id, earnings.c.person_id)
)


class Boards(Transactions):
    @writes
    def save_naming(self, tx: Connection, group_id: GroupId, person: MemberId, naming: Naming) -> None:
        columns = {
            "group_id": group_id,
            "person_id": person,
            "name": naming.name,
            "board": naming.board,
            "pseudonym": naming.pseudonym,
        }
        tx.execute(_NAME[tx.dialect.name], columns)

    @reads
    def namings(self, tx: Connection, group_id: GroupId) -> dict[MemberId, Naming]:
        rows = tx.execute(_NAMINGS, {"of": group_id})
        return {MemberId(row.person_id): Naming(row.name, row.board, row.pseudonym) for row in rows}

    @writes
    def save_earnings(
        self, tx: Connection, challenge_id: ChallengeId, points: Mapping[MemberId, int], *, on: date
    ) -> None:
        for person, earned in points.items():
            columns = {"challenge_id": challenge_id, "person_id": person, "day": on, "points": earned}
            tx.execute(_EARN[tx.dialect.name], columns)

    @reads
    def earnings(self, tx: Connection, group_id: GroupId, *, since: date) -> Sequence[Earned]:
        rows = tx.execute(_EARNED, {"of": group_id, "since": since})
        return [Earned(MemberId(row.person_id), row.day, row.points) for row in rows]
