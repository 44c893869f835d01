"""Which revision of a card is asked since when, and what its edits did to what learners know of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update

from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.publication import Adjustment, Fate, Publication, adjusted
from studybot.core.schedule import Memory, study_day
from studybot.errors import StoreError
from studybot.ports import NOTHING_ALIKE
from studybot.store.memories import KEEP, MEMORY, columns_of
from studybot.store.reviews import counts
from studybot.store.tables import adjustments, holds, learners, memories, publications, reviews
from studybot.store.transactions import Transactions, or_nothing, reads, writes

_ALL = select(publications).order_by(publications.c.id)
_OF_CARD = _ALL.where(publications.c.card_id == bindparam("card_id"))
_KNOWN = select(memories.c.learner_id).where(memories.c.card_id == bindparam("card_id"))
_KNOWING = (
    select(memories.c.learner_id, learners.c.zone, *MEMORY)
    .join(learners, learners.c.id == memories.c.learner_id)
    .where(memories.c.card_id == bindparam("card_id"))
    .order_by(memories.c.learner_id)
    .with_for_update(of=learners)  # an answer on its way is saved before this, or made anew after it
)
_latest = (
    select(func.max(reviews.c.id).label("id"))
    .where(reviews.c.card_id == bindparam("card_id"), counts)
    .group_by(reviews.c.learner_id)
    .subquery()
)
_LATEST = select(reviews.c.learner_id, reviews.c.id, reviews.c.revision).join(_latest, _latest.c.id == reviews.c.id)
_ADJUST = or_nothing(adjustments)
_FORGET = delete(memories).where(
    memories.c.learner_id == bindparam("of_learner"), memories.c.card_id == bindparam("of_card")
)
_NO_LEECH = (
    update(holds)
    .where(and_(holds.c.learner_id == bindparam("of_learner"), holds.c.card_id == bindparam("of_card")))
    .values(resumed_lapses=0)
)


class Publications(Transactions):
    @reads
    def publications(self, tx: Connection) -> Mapping[CardId, Publication]:
        return _latest_of(tx.execute(_ALL))

    @writes
    def publish_cards(
        self,
        tx: Connection,
        cards: Sequence[tuple[CardId, Revision, Fate | None]],
        *,
        alike: Mapping[CardId, Collection[Revision]] = NOTHING_ALIKE,
        at: datetime,
    ) -> Collection[CardId]:
        undecided = set()
        for card_id, revision, meant in cards:
            known = _latest_of(tx.execute(_OF_CARD, {"card_id": card_id})).get(card_id)
            if known is not None and known.revision == revision:
                continue
            fate = meant
            if fate is None and _all_know(tx, card_id, alike.get(card_id, ())):
                fate = Fate.KEEP
            if fate is None:
                undecided.add(card_id)
            _append(tx, card_id, revision, fate, at)
        return undecided

    @writes
    def decide_fate(
        self,
        tx: Connection,
        card_id: CardId,
        revision: Revision,
        fate: Fate,
        *,
        alike: Collection[Revision],
        at: datetime,
    ) -> int:
        known = _latest_of(tx.execute(_OF_CARD, {"card_id": card_id})).get(card_id)
        if known is None or known.revision != revision:
            raise StoreError(f'card "{card_id}": revision {revision} is not the one that is asked; look at it again')
        if known.fate is not fate:
            _append(tx, card_id, revision, fate, at)
        if fate is Fate.KEEP:
            return 0
        latest = {row.learner_id: row for row in tx.execute(_LATEST, {"card_id": card_id})}
        touched = 0
        for learner_id, zone, *numbers in tx.execute(_KNOWING, {"card_id": card_id}).all():
            answered = latest.get(learner_id)
            if answered is None or answered.revision in alike:
                continue  # what they know is of this meaning
            day = study_day(at, ZoneInfo(zone))
            line = {"learner_id": learner_id, "card_id": card_id, "after_review_id": answered.id}
            line |= {"revision": revision, "fate": fate.value, "day": day, "at": at}
            if tx.execute(_ADJUST[tx.dialect.name], line).rowcount:
                _keep(tx, LearnerId(learner_id), card_id, adjusted(Memory(*numbers), fate, on=day))
                touched += 1
        return touched


def _all_know(tx: Connection, card_id: CardId, alike: Collection[Revision]) -> bool:
    """Tell whether everybody who has a memory of a card, if anybody has, answered last a revision of this meaning."""
    known = set(tx.execute(_KNOWN, {"card_id": card_id}).scalars())
    latest = {row.learner_id: row.revision for row in tx.execute(_LATEST, {"card_id": card_id})} if known else {}
    return all(latest.get(learner_id) in alike for learner_id in known)


def adjustments_of(tx: Connection, learner_id: LearnerId) -> list[tuple[int, Adjustment]]:
    """Return a learner's adjustments in order, each with the review after which it comes."""
    rows = tx.execute(_OF_LEARNER, {"learner_id": learner_id})
    return [(row.after_review_id, _as_adjustment(row)) for row in rows]


_OF_LEARNER = select(adjustments).where(adjustments.c.learner_id == bindparam("learner_id")).order_by(adjustments.c.id)


def _as_adjustment(row: Any) -> Adjustment:
    return Adjustment(CardId(row.card_id), Revision(row.revision), Fate(row.fate), row.day, row.at)


def _latest_of(rows: Any) -> dict[CardId, Publication]:
    found: dict[CardId, Publication] = {}
    for row in rows:
        card_id, fate = CardId(row.card_id), None if row.fate is None else Fate(row.fate)
        before = found.get(card_id)
        settled = Revision(row.revision) if fate is not None or before is None else before.settled
        found[card_id] = Publication(card_id, Revision(row.revision), fate, settled, row.at)
    return found


def _append(tx: Connection, card_id: CardId, revision: Revision, fate: Fate | None, at: datetime) -> None:
    line = {"card_id": card_id, "revision": revision, "fate": None if fate is None else fate.value, "at": at}
    tx.execute(insert(publications), line)


def _keep(tx: Connection, learner_id: LearnerId, card_id: CardId, memory: Memory | None) -> None:
    if memory is not None:
        KEEP.run(tx, columns_of(learner_id, card_id, memory))
        return
    tx.execute(_FORGET, {"of_learner": learner_id, "of_card": card_id})
    tx.execute(_NO_LEECH, {"of_learner": learner_id, "of_card": card_id})
