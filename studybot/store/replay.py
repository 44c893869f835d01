"""Rebuild the memories from the reviews: what the log says is true, whatever the cache holds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select

from studybot.core.card import CardId
from studybot.core.learner import LearnerId
from studybot.core.schedule import Memory, Scheduler, SchedulerName
from studybot.store.engine import opened, read_only
from studybot.store.locks import lock_learner
from studybot.store.log import replayed
from studybot.store.memories import KEEP, columns_of, kept_memories
from studybot.store.tables import learners, memories
from studybot.store.upgrade import check_version

_LEARNERS = select(learners.c.id).order_by(learners.c.id)
_CHOSEN = select(learners.c.scheduler).where(learners.c.id == bindparam("learner_id"))
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


def replay(
    url: str,
    schedulers: Mapping[SchedulerName, Scheduler],
    *,
    write: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Replay:
    """Replay every learner's reviews under their scheduler, in order, and compare with the memories kept.

    With `write`, what the reviews give takes the place of what was kept: one transaction per learner, so that a
    running bot never waits for long. `progress` is told how many learners are done, and of how many.
    """
    check_version(url)
    counted, rebuilt = 0, 0
    differences: list[Difference] = []
    with opened(url) as engine:
        with engine.connect() as connection:
            everybody = [LearnerId(number) for number in connection.scalars(_LEARNERS)]
        for done, learner_id in enumerate(everybody):
            progress(done, len(everybody))
            with (engine if write else read_only(engine)).begin() as tx:
                if write:
                    lock_learner(tx, learner_id)
                chosen = SchedulerName(tx.execute(_CHOSEN, {"learner_id": learner_id}).scalar_one())
                after, count = replayed(tx, learner_id, schedulers[chosen])
                found = list(_differences(tx, learner_id, after))
                if write:
                    _write(tx, found)
            counted, rebuilt = counted + count, rebuilt + len(after)
            differences += found
    return Replay(counted, rebuilt, tuple(differences))


def rebuild(tx: Connection, learner_id: LearnerId, scheduler: Scheduler) -> None:
    """Replace a learner's memories by what the reviews give under a scheduler."""
    after, _ = replayed(tx, learner_id, scheduler)
    _write(tx, list(_differences(tx, learner_id, after)))


def _differences(tx: Connection, learner_id: LearnerId, replayed: dict[CardId, Memory]) -> Iterator[Difference]:
    kept = kept_memories(tx, learner_id)
    for card_id in sorted(kept.keys() | replayed.keys()):
        if kept.get(card_id) != replayed.get(card_id):
            yield Difference(learner_id, card_id, kept.get(card_id), replayed.get(card_id))


def _write(tx: Connection, differences: list[Difference]) -> None:
    gone = [{"of_learner": each.learner_id, "of_card": each.card_id} for each in differences if not each.replayed]
    kept = [columns_of(each.learner_id, each.card_id, each.replayed) for each in differences if each.replayed]
    if gone:
        tx.execute(_FORGET, gone)
    if kept:
        KEEP.run_each(tx, kept)
