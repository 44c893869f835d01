"""What the scheduler knows, as columns of `memories` and as the records before and after a review."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from studybot.core.card import CardId
from studybot.core.learner import LearnerId
from studybot.core.schedule import Memory
from studybot.store.prepared import Prepared
from studybot.store.tables import memories
from studybot.store.transactions import Transactions, or_replace, reads

MEMORY = tuple(memories.c[field.name] for field in fields(Memory))
"""The columns of a Memory, in the order of its fields."""

_OF_LEARNER = select(memories.c.card_id, *MEMORY).where(memories.c.learner_id == bindparam("learner_id"))
_MEMORY = (
    select(*MEMORY)
    .where(memories.c.learner_id == bindparam("learner_id"))
    .where(memories.c.card_id == bindparam("card_id"))
)
_DUE = _OF_LEARNER.where(memories.c.due_on <= bindparam("on")).order_by(memories.c.due_on, memories.c.card_id)
KEEP = Prepared(or_replace(memories))


class Memories(Transactions):
    @reads
    def memory_of(self, tx: Connection, learner_id: LearnerId, card_id: CardId) -> Memory | None:
        row = tx.execute(_MEMORY, {"learner_id": learner_id, "card_id": card_id}).one_or_none()
        return Memory(*row) if row else None

    @reads
    def memories_of(self, tx: Connection, learner_id: LearnerId) -> Mapping[CardId, Memory]:
        return kept_memories(tx, learner_id)

    @reads
    def due_memories(self, tx: Connection, learner_id: LearnerId, *, on: date) -> Mapping[CardId, Memory]:
        rows = tx.execute(_DUE, {"learner_id": learner_id, "on": on})
        return {card_id: Memory(*numbers) for card_id, *numbers in rows}


def kept_memories(tx: Connection, learner_id: LearnerId) -> dict[CardId, Memory]:
    rows = tx.execute(_OF_LEARNER, {"learner_id": learner_id})
    return {card_id: Memory(*numbers) for card_id, *numbers in rows}


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
        "stability": memory.stability,
        "difficulty": memory.difficulty,
    }


def to_record(memory: Memory) -> dict[str, Any]:
    """Return JSON data that `from_record` reads back exactly, floats to the last bit."""
    record = {
        "repetitions": memory.repetitions,
        "easiness": memory.easiness,
        "interval_days": memory.interval_days,
        "due_on": memory.due_on.isoformat(),
        "reviewed_on": memory.reviewed_on.isoformat(),
        "lapses": memory.lapses,
        "drilling": memory.drilling,
    }
    if memory.stability is not None:
        record |= {"stability": memory.stability, "difficulty": memory.difficulty}
    return record


def from_record(record: Mapping[str, Any]) -> Memory:
    return Memory(
        repetitions=record["repetitions"],
        easiness=record["easiness"],
        interval_days=record["interval_days"],
        due_on=date.fromisoformat(record["due_on"]),
        reviewed_on=date.fromisoformat(record["reviewed_on"]),
        lapses=record["lapses"],
        drilling=record["drilling"],
        stability=record.get("stability"),
        difficulty=record.get("difficulty"),
    )
