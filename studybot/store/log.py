"""The reviews as a scheduler reads them: which card, when, how well, and whether it counted."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, select

from studybot.core.card import CardId
from studybot.core.fuzz import as_logged
from studybot.core.learner import LearnerId
from studybot.core.prediction import Log
from studybot.core.publication import Fate, adjusted
from studybot.core.schedule import Answered, Grade, Memory, Scheduler
from studybot.store.engine import opened, read_only
from studybot.store.reviews import counts
from studybot.store.tables import adjustments, learners, reviews
from studybot.store.upgrade import check_version

# The due day is taken out of the record by the database: to read whole memories would take three times as long.
_LOG = (
    select(reviews.c.card_id, reviews.c.day, reviews.c.grade, reviews.c.before["due_on"].as_string())
    .where(reviews.c.learner_id == bindparam("learner_id"), counts)
    .order_by(reviews.c.id)
)
_placed = tuple(reviews.c.after[name].as_string() for name in ("interval_days", "reviewed_on", "due_on"))
_PLACED_LOG = _LOG.add_columns(*_placed, reviews.c.id)
_EARLIER = _PLACED_LOG.where(reviews.c.card_id == bindparam("of_card"), reviews.c.id < bindparam("earlier_than"))
_ADJUSTMENTS = (
    select(adjustments.c.card_id, adjustments.c.after_review_id, adjustments.c.fate, adjustments.c.day)
    .where(adjustments.c.learner_id == bindparam("learner_id"))
    .order_by(adjustments.c.id)
)
_GRADES = tuple(Grade)
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
    """Return what a scheduler would know of a card without the latest review of it; None if that was the only one.

    What a change of meaning did to the memory since is not taken back.
    """
    of = {"learner_id": learner_id, "of_card": card_id, "earlier_than": review_id}
    memories, _ = _followed(tx.execute(_EARLIER, of), scheduler, _adjustments(tx, learner_id))
    return memories.get(card_id)


def replayed(tx: Connection, learner_id: LearnerId, scheduler: Scheduler) -> tuple[dict[CardId, Memory], int]:
    """Return the memories that a learner's reviews give under a scheduler, and how many reviews there are."""
    rows = tx.execute(_PLACED_LOG, {"learner_id": learner_id})
    return _followed(rows, scheduler, _adjustments(tx, learner_id))


def _adjustments(tx: Connection, learner_id: LearnerId) -> "_Adjustments":
    """Return what became of a learner's memories besides their answers: by card, in order."""
    found: _Adjustments = defaultdict(deque)
    for card_id, after_review_id, fate, day in tx.execute(_ADJUSTMENTS, {"learner_id": learner_id}):
        found[CardId(card_id)].append((after_review_id, Fate(fate), day))
    return found


_Adjustments: TypeAlias = dict[CardId, deque[tuple[int, Fate, date]]]


def _adjust(memories: dict[CardId, Memory], card_id: CardId, waiting: _Adjustments, *, before: int | None) -> None:
    """Let happen to a card's memory what happened before a review; None means everything that is left."""
    while waiting[card_id] and (before is None or waiting[card_id][0][0] < before):
        _, fate, day = waiting[card_id].popleft()
        memory = adjusted(memories.pop(card_id, None), fate, on=day)
        if memory is not None:
            memories[card_id] = memory


def _followed(rows: Iterable[Any], scheduler: Scheduler, waiting: _Adjustments) -> tuple[dict[CardId, Memory], int]:
    """Replay reviews. A due day that was moved within its bounds at the time stands in the log, and is followed."""
    memories: dict[CardId, Memory] = {}
    count = 0
    for card_id, day, grade, was_due_on, interval_days, reviewed_on, due_on, review_id in rows:
        answered = _answered(day, grade, was_due_on)
        if card_id in waiting:
            _adjust(memories, card_id, waiting, before=review_id)
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
    for card_id in waiting:
        _adjust(memories, card_id, waiting, before=None)
    return memories, count


def _read(rows: Iterable[Any]) -> Iterator[Log]:
    for card_id, day, grade, due_on in rows:
        yield card_id, _answered(day, grade, due_on)


def _answered(day: date, grade: int, due_on: str | None) -> Answered:
    return Answered(day, _GRADES[grade], counted=due_on is None or due_on <= day.isoformat())
