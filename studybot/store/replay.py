"""Rebuild the memories from the reviews: what the log says is true, whatever the cache holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select

from studybot.core.card import CardId
from studybot.core.fuzz import as_logged
from studybot.core.learner import LearnerId
from studybot.core.schedule import Grade, Memory, Scheduler
from studybot.store.engine import opened
from studybot.store.memories import KEEP, columns_of, from_record, kept_memories
from studybot.store.reviews import counts
from studybot.store.tables import learners, memories, reviews
from studybot.store.upgrade import check_version

_LEARNERS = select(learners.c.id).order_by(learners.c.id)
_LOG = (
    select(reviews.c.card_id, reviews.c.grade, reviews.c.day, reviews.c.after)
    .where(reviews.c.learner_id == bindparam("learner_id"), counts)
    .order_by(reviews.c.id)
)
_FORGET = delete(memories).where(
    memories.c.learner_id == bindparam("of_learner"), memories.c.card_id == bindparam("of_card")
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A memory that is not what the reviews give. None: there is no such memory, or there are no reviews."""

    learner_id: LearnerId
    card_id: CardId
    kept: Memory | None
    replayed: Memory | None


@dataclass(frozen=True, slots=True)
class Replay:
    reviews: int
    memories: int
    differences: tuple[Difference, ...]


def replay(url: str, scheduler: Scheduler, *, write: bool = False) -> Replay:
    """Replay every learner's reviews, in the order they were made, and compare with the memories kept.

    With `write`, what the reviews give takes the place of what was kept: one transaction per learner, so that a
    running bot never waits for long.
    """
    check_version(url)
    counted, rebuilt = 0, 0
    differences: list[Difference] = []
    with opened(url) as engine:
        with engine.connect() as connection:
            everybody = [LearnerId(number) for number in connection.scalars(_LEARNERS)]
        for learner_id in everybody:
            with engine.execution_options(writes=write).begin() as tx:
                log = tx.execute(_LOG, {"learner_id": learner_id}).all()
                after: dict[CardId, Memory] = {}
                for card_id, grade, day, logged in log:
                    memory = scheduler.review(after.get(card_id), Grade(grade), on=day)
                    after[card_id] = as_logged(memory, from_record(logged))
                found = list(_differences(tx, learner_id, after))
                if write:
                    _write(tx, found)
            counted, rebuilt = counted + len(log), rebuilt + len(after)
            differences += found
    return Replay(counted, rebuilt, tuple(differences))


def _differences(tx: Connection, learner_id: LearnerId, replayed: dict[CardId, Memory]) -> Iterator[Difference]:
    kept = kept_memories(tx, learner_id)
    for card_id in sorted(kept.keys() | replayed.keys()):
        if kept.get(card_id) != replayed.get(card_id):
            yield Difference(learner_id, card_id, kept.get(card_id), replayed.get(card_id))


def _write(tx: Connection, differences: list[Difference]) -> None:
    for each in differences:
        if each.replayed is None:
            tx.execute(_FORGET, {"of_learner": each.learner_id, "of_card": each.card_id})
        else:
            tx.execute(KEEP[tx.dialect.name], columns_of(each.learner_id, each.card_id, each.replayed))
