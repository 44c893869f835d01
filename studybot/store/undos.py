"""Undo: the learner's latest answer is taken back, and everything is as before it. The log keeps both."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, true, update

from studybot.core.learner import LearnerId
from studybot.core.quiz import ShowingId
from studybot.core.review import Review, Undone
from studybot.core.schedule import Scheduler
from studybot.errors import StoreError
from studybot.store.locks import lock_learner
from studybot.store.log import memory_before
from studybot.store.memories import KEEP, columns_of
from studybot.store.quizzes import as_showing
from studybot.store.reviews import as_review
from studybot.store.tables import learners, memories, quizzes, reviews, showings, undos
from studybot.store.transactions import Transactions, reads, writes

DEEPEST = 20
"""So many answers can be undone, one after the other."""

_CHOSEN = select(learners.c.scheduler).where(learners.c.id == bindparam("learner_id"))
_LATEST = (
    select(reviews, quizzes.c.id.label("quiz_id"), quizzes.c.day.label("quiz_day"), showings.c.position)
    .join(showings, showings.c.id == reviews.c.showing_id)
    .join(quizzes, quizzes.c.id == showings.c.quiz_id)
    .outerjoin(undos, undos.c.review_id == reviews.c.id)
    .where(reviews.c.learner_id == bindparam("learner_id"), undos.c.review_id.is_(None))
    .order_by(reviews.c.id.desc())
    .limit(1)
)
_UNDONE_SINCE = (
    select(func.count())
    .select_from(undos)
    .join(reviews, reviews.c.id == undos.c.review_id)
    .where(reviews.c.learner_id == bindparam("learner_id"), reviews.c.id > bindparam("after"))
)
_BY_UPDATE = (
    select(reviews, undos.c.again_id)
    .join(undos, undos.c.review_id == reviews.c.id)
    .where(undos.c.update_id == bindparam("update_id"))
)
_FORGET = delete(memories).where(
    memories.c.learner_id == bindparam("of_learner"), memories.c.card_id == bindparam("of_card")
)
_DRILL = (
    select(func.max(showings.c.id))
    .where(showings.c.quiz_id == bindparam("quiz_id"), showings.c.card_id == bindparam("card_id"))
    .where(showings.c.drill == true(), showings.c.grade.is_(None))  # open still, or set aside
)
_NOT_AGAIN = update(undos).where(undos.c.again_id == bindparam("of_showing")).values(again_id=None)
_TAKE_OUT = delete(showings).where(showings.c.id == bindparam("of"))
_end = select(func.max(showings.c.position) + 1).where(showings.c.quiz_id == bindparam("in_quiz")).scalar_subquery()
_PUT_AWAY = update(showings).where(showings.c.id == bindparam("of")).values(undone=True, position=_end)
_AGAIN = insert(showings).returning(showings)
_SHOWING = select(showings).where(showings.c.id == bindparam("of"))


class Undos(Transactions):
    @writes
    def undo_review(
        self,
        tx: Connection,
        learner_id: LearnerId,
        showing_id: ShowingId | None,
        *,
        scheduler: Scheduler,
        today: date,
        update_id: int,
        at: datetime,
    ) -> Undone | None:
        lock_learner(tx, learner_id)
        chosen = tx.execute(_CHOSEN, {"learner_id": learner_id}).scalar_one_or_none()
        if chosen != scheduler.name:
            raise StoreError(f"learner {learner_id}: the scheduler has changed; handle the undo again")
        before = tx.execute(_BY_UPDATE, {"update_id": update_id}).one_or_none()
        if before is not None:
            return _undone(tx, before, before.again_id)
        latest = tx.execute(_LATEST, {"learner_id": learner_id}).one_or_none()
        if latest is None or (showing_id is not None and latest.showing_id != showing_id):
            return None
        if tx.execute(_UNDONE_SINCE, {"learner_id": learner_id, "after": latest.id}).scalar_one() >= DEEPEST:
            return None
        again_id = _take_back(tx, latest, as_review(latest), scheduler, today)
        tx.execute(insert(undos), {"review_id": latest.id, "update_id": update_id, "again_id": again_id, "at": at})
        return _undone(tx, latest, again_id)

    @reads
    def latest_answered(self, tx: Connection, learner_id: LearnerId) -> ShowingId | None:
        latest = tx.execute(_LATEST, {"learner_id": learner_id}).one_or_none()
        return None if latest is None else ShowingId(latest.showing_id)


def _take_back(tx: Connection, latest: Row[Any], review: Review, scheduler: Scheduler, today: date) -> int | None:
    """Restore the memory, take the planned drill out, and plan the card once more if its quiz is today's."""
    # Not `review.before`: another scheduler may have written it.
    card = {"quiz_id": latest.quiz_id, "card_id": review.card_id}
    before = memory_before(tx, review.learner_id, review.card_id, latest.id, scheduler)
    if before is None:
        tx.execute(_FORGET, {"of_learner": review.learner_id, "of_card": review.card_id})
    else:
        KEEP.run(tx, columns_of(review.learner_id, review.card_id, before))
    if review.after.is_drilled(review.day):
        drill = tx.execute(_DRILL, card).scalar_one()
        if drill is not None:
            tx.execute(_NOT_AGAIN, {"of_showing": drill})  # it may itself be there because an answer to it was undone
            tx.execute(_TAKE_OUT, {"of": drill})
    tx.execute(_PUT_AWAY, {"of": review.showing_id, "in_quiz": latest.quiz_id})
    if latest.quiz_day != today:
        return None  # that day's quiz is over; the card is due again, and comes with the next one
    plan = {"learner_id": review.learner_id, "position": latest.position, "drill": review.drill}
    again = tx.execute(_AGAIN, card | plan | {"attempts": 0, "hints": 0, "settled": False}).one()
    return int(again.id)


def _undone(tx: Connection, row: Row[Any], again_id: int | None) -> Undone:
    again = None if again_id is None else tx.execute(_SHOWING, {"of": again_id}).one_or_none()
    return Undone(as_review(row), None if again is None else as_showing(again))
