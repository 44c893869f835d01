"""Study days on which nothing was asked of a learner."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, delete, select

from studybot.core.learner import LearnerId
from studybot.store.tables import learners, rests
from studybot.store.transactions import Transactions, or_nothing, reads, writes

_OF_LEARNER = select(rests.c.day).where(rests.c.learner_id == bindparam("learner_id"))
_LEARNER_EXISTS = select(learners.c.id).where(learners.c.id == bindparam("learner_id"))
_ADD = or_nothing(rests)
_FORGET = delete(rests).where(rests.c.learner_id == bindparam("learner_id"), rests.c.day > bindparam("after"))


class Rests(Transactions):
    @writes
    def rest_on(self, tx: Connection, learner_id: LearnerId, day: date) -> None:
        _check(tx, learner_id)
        tx.execute(_ADD[tx.dialect.name], {"learner_id": learner_id, "day": day})

    @writes
    def rest_until(self, tx: Connection, learner_id: LearnerId, until: date | None, *, today: date) -> None:
        _check(tx, learner_id)
        tx.execute(_FORGET, {"learner_id": learner_id, "after": today})
        count = 0 if until is None else (until - today).days
        days = [{"learner_id": learner_id, "day": today + timedelta(days=number)} for number in range(count)]
        if days:
            tx.execute(_ADD[tx.dialect.name], days)

    @reads
    def rest_days(self, tx: Connection, learner_id: LearnerId) -> Collection[date]:
        return set(tx.execute(_OF_LEARNER, {"learner_id": learner_id}).scalars())


def _check(tx: Connection, learner_id: LearnerId) -> None:
    if tx.execute(_LEARNER_EXISTS, {"learner_id": learner_id}).one_or_none() is None:
        raise LookupError(f"no learner {learner_id}")
