"""The reviews as a scheduler reads them: which card, when, how well, and whether it counted."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from studybot.core.card import CardId
from studybot.core.fuzz import as_logged
from studybot.core.learner import LearnerId
from studybot.core.prediction import Log
from studybot.core.schedule import Answered, Grade, Memory, Scheduler
from studybot.store.engine import opened, read_only
from studybot.store.reviews import counts
from studybot.store.tables import learners, reviews
from studybot.store.upgrade import check_version

# The due day is taken out of the record by the database: to read whole memories would take three times as long.
_LOG = (
    select(reviews.c.card_id, reviews.c.day, reviews.c.grade, reviews.c.before["due_on"].as_string())
    .where(reviews.c.learner_id == bindparam("learner_id"), counts)
    .order_by(reviews.c.id)
)
_placed = tuple(reviews.c.after[name].as_string() for name in ("interval_days", "reviewed_on", "due_on"))
_PLACED_LOG = _LOG.add_columns(*_placed)
_EARLIER = _PLACED_LOG.where(reviews.c.card_id == bindparam("of_card"), reviews.c.id < bindparam("earlier_than"))
_LEARNERS = select(learners.c.id).order_by(learners.c.id)


def all_logs(url: str) -> Iterator[list[Log]]:
    """Yield the log of every learner, all as of one moment; a running bot waits for nothing."""
    check_version(url)
    with opened(url) as engine, read_only(engine).connect() as tx:
        for learner_id in tx.scalars(_LEARNERS).all():
            yield list(log_of(tx, LearnerId(learner_id)))


def log_of(tx: Connection, learner_id: LearnerId) -> Iterator[Log]:
    """Yield a learner's reviews in the order in which they were made, but for those undone."""
    yield from _read(tx.execute(_LOG, {"learner_id": learner_id}))


def memory_before(
    tx: Connection, learner_id: LearnerId, card_id: CardId, review_id: int, scheduler: Scheduler
) -> Memory | None:
    """Return what a scheduler knew of a card before a review of it; None if that was the first."""
    of = {"learner_id": learner_id, "of_card": card_id, "earlier_than": review_id}
    memories, _ = _followed(tx.execute(_EARLIER, of), scheduler)
    return memories.get(card_id)


def replayed(tx: Connection, learner_id: LearnerId, scheduler: Scheduler) -> tuple[dict[CardId, Memory], int]:
    """Return the memories that a learner's reviews give under a scheduler, and how many reviews there are."""
    return _followed(tx.execute(_PLACED_LOG, {"learner_id": learner_id}), scheduler)


def _followed(rows: Iterable[Any], scheduler: Scheduler) -> tuple[dict[CardId, Memory], int]:
    """Replay reviews. A due day that was moved within its bounds at the time stands in the log, and is followed."""
    memories: dict[CardId, Memory] = {}
    count = 0
    for *review, interval_days, reviewed_on, due_on in rows:
        ((card_id, answered),) = _read([review])
        memory = scheduler.follow(memories.get(card_id), answered)
        if due_on != memory.due_on.isoformat():
            logged = replace(
                memory,
                interval_days=int(interval_days),
                reviewed_on=date.fromisoformat(reviewed_on),
                due_on=date.fromisoformat(due_on),
            )
            memory = as_logged(memory, logged)
        memories[card_id] = memory
        count += 1
    return memories, count


def _read(rows: Iterable[Any]) -> Iterator[Log]:
    for card_id, day, grade, due_on in rows:
        yield card_id, Answered(day, Grade(grade), counted=due_on is None or due_on <= day.isoformat())
