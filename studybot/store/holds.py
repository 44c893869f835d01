"""Cards that a learner holds back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from studybot.core.card import CardId
from studybot.core.hold import Hold
from studybot.core.learner import LearnerId
from studybot.store.locks import lock_learner
from studybot.store.tables import holds, learners, memories
from studybot.store.transactions import Transactions, or_replace, reads, writes

_OF_LEARNER = select(holds).where(holds.c.learner_id == bindparam("learner_id"))
_HOLD = _OF_LEARNER.where(holds.c.card_id == bindparam("card_id"))
_LAPSES = (
    select(memories.c.lapses)
    .where(memories.c.learner_id == bindparam("learner_id"))
    .where(memories.c.card_id == bindparam("card_id"))
)
_LEARNER_EXISTS = select(learners.c.id).where(learners.c.id == bindparam("learner_id"))
_KEEP = or_replace(holds)


class Holds(Transactions):
    @writes
    def suspend_card(self, tx: Connection, learner_id: LearnerId, card_id: CardId) -> None:
        _keep(tx, learner_id, card_id, suspended=True)

    @writes
    def resume_card(self, tx: Connection, learner_id: LearnerId, card_id: CardId) -> None:
        lapses = tx.execute(_LAPSES, {"learner_id": learner_id, "card_id": card_id}).scalar_one_or_none()
        _keep(tx, learner_id, card_id, suspended=False, buried_on=None, resumed_lapses=lapses or 0)

    @writes
    def bury_card(self, tx: Connection, learner_id: LearnerId, card_id: CardId, *, on: date) -> None:
        _keep(tx, learner_id, card_id, buried_on=on)

    @reads
    def holds_of(self, tx: Connection, learner_id: LearnerId) -> Mapping[CardId, Hold]:
        return kept_holds(tx, learner_id)


def kept_holds(tx: Connection, learner_id: LearnerId) -> Mapping[CardId, Hold]:
    rows = tx.execute(_OF_LEARNER, {"learner_id": learner_id})
    return {CardId(row.card_id): Hold(row.suspended, row.buried_on, row.resumed_lapses) for row in rows}


def _keep(tx: Connection, learner_id: LearnerId, card_id: CardId, **changes: Any) -> None:
    of = {"learner_id": learner_id, "card_id": card_id}
    lock_learner(tx, learner_id)
    if tx.execute(_LEARNER_EXISTS, {"learner_id": learner_id}).one_or_none() is None:
        raise LookupError(f"no learner {learner_id}")
    row = tx.execute(_HOLD, of).one_or_none()
    kept = {"suspended": False, "buried_on": None, "resumed_lapses": 0} if row is None else dict(row._mapping)
    tx.execute(_KEEP[tx.dialect.name], kept | of | changes)
