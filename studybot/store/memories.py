"""What the scheduler knows, as columns of `memories` and as the records before and after a review."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from studybot.core.card import CardId
from studybot.core.learner import LearnerId
from studybot.core.schedule import Memory
from studybot.store.tables import memories
from studybot.store.transactions import Transactions, or_replace, reads

_OF_LEARNER = select(memories).where(memories.c.learner_id == bindparam("learner_id"))
_MEMORY = _OF_LEARNER.where(memories.c.card_id == bindparam("card_id"))
_DUE = _OF_LEARNER.where(memories.c.due_on <= bindparam("on")).order_by(memories.c.due_on, memories.c.card_id)
KEEP = or_replace(memories)


class Memories(Transactions):
    @reads
    def memory_of(self, tx: Connection, learner_id: LearnerId, card_id: CardId) -> Memory | None:
        row = tx.execute(_MEMORY, {"learner_id": learner_id, "card_id": card_id}).one_or_none()
        return memory_in(row) if row else None

    @reads
    def memories_of(self, tx: Connection, learner_id: LearnerId) -> Mapping[CardId, Memory]:
        rows = tx.execute(_OF_LEARNER, {"learner_id": learner_id})
        return {CardId(row.card_id): memory_in(row) for row in rows}

    @reads
    def due_memories(self, tx: Connection, learner_id: LearnerId, *, on: date) -> Mapping[CardId, Memory]:
        rows = tx.execute(_DUE, {"learner_id": learner_id, "on": on})
        return {CardId(row.card_id): memory_in(row) for row in rows}


def memory_in(row: Row[Any]) -> Memory:
    return Memory(
        repetitions=row.repetitions,
        easiness=row.easiness,
        interval_days=row.interval_days,
        due_on=row.due_on,
        reviewed_on=row.reviewed_on,
        lapses=row.lapses,
        drilling=row.drilling,
    )


def columns_of(learner_id: LearnerId, card_id: CardId, memory: Memory) -> dict[str, Any]:
    return {
        "learner_id": learner_id,
        "card_id": card_id,
        "repetitions": memory.repetitions,
        "easiness": memory.easiness,
        "interval_days": memory.interval_days,
        "due_on": memory.due_on,
        "reviewed_on": memory.reviewed_on,
        "lapses": memory.lapses,
        "drilling": memory.drilling,
    }


def to_record(memory: Memory) -> dict[str, Any]:
    """Return JSON data that `from_record` reads back exactly."""
    return {
        "repetitions": memory.repetitions,
        "easiness": memory.easiness,
        "interval_days": memory.interval_days,
        "due_on": memory.due_on.isoformat(),
        "reviewed_on": memory.reviewed_on.isoformat(),
        "lapses": memory.lapses,
        "drilling": memory.drilling,
    }


def from_record(record: Mapping[str, Any]) -> Memory:
    return Memory(
        repetitions=record["repetitions"],
        easiness=record["easiness"],
        interval_days=record["interval_days"],
        due_on=date.fromisoformat(record["due_on"]),
        reviewed_on=date.fromisoformat(record["reviewed_on"]),
        lapses=record["lapses"],
        drilling=record["drilling"],
    )
