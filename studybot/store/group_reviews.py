"""What a vote in a group tells the schedule of a learner."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, false, func, insert, select, update

from studybot.core.ballot import MemberId
from studybot.core.card import CardId
from studybot.core.quiz import Asked, ShowingId
from studybot.core.review import Review
from studybot.core.schedule import Memory
from studybot.errors import StoreError
from studybot.store.locks import lock_learner
from studybot.store.memories import MEMORY
from studybot.store.quizzes import counted_before
from studybot.store.reviews import settle
from studybot.store.tables import learners, memories, quizzes, showings
from studybot.store.transactions import Transactions, reads, writes

_its_memory = and_(memories.c.learner_id == learners.c.id, memories.c.card_id == bindparam("card_id"))
_STANDING = (
    select(quizzes.c.id, counted_before.label("counted"), learners.c.scheduler, *MEMORY)
    .join(learners, learners.c.id == quizzes.c.learner_id)
    .outerjoin(memories, _its_memory)
    .where(quizzes.c.learner_id == bindparam("learner_id"), quizzes.c.day == bindparam("day"))
)
_PLANNED = (
    select(showings)
    .where(showings.c.quiz_id == bindparam("of"), showings.c.card_id == bindparam("card_id"))
    .where(showings.c.settled == false(), showings.c.practice == false())
    .order_by(showings.c.position)
    .limit(1)
)
_at_the_end = (
    select(func.coalesce(func.max(showings.c.position) + 1, 0))
    .where(showings.c.quiz_id == bindparam("of"))
    .scalar_subquery()
)
_ADD = (
    insert(showings)
    .values(position=_at_the_end, drill=False, attempts=0, hints=0, settled=False)
    .returning(showings.c.id)
)
_ASK = update(showings).where(showings.c.id == bindparam("of"))
_DUE = (
    select(memories.c.card_id, func.count())
    .join(learners, learners.c.id == memories.c.learner_id)
    .where(learners.c.chat_id.in_(bindparam("of", expanding=True)), memories.c.due_on <= bindparam("on"))
    .group_by(memories.c.card_id)
)


class GroupReviews(Transactions):
    @writes
    def save_group_review(self, tx: Connection, review: Review, asked: Asked, text: str, *, update_id: int) -> bool:
        of = {"learner_id": review.learner_id, "card_id": review.card_id, "day": review.day, "update_id": update_id}
        lock_learner(tx, review.learner_id)
        standing = tx.execute(_STANDING, of).one_or_none()
        if standing is None:
            raise LookupError(f"learner {review.learner_id} has no quiz on {review.day}")
        quiz_id, counted, scheduler, *numbers = standing
        if counted:
            return False
        if review.before != (None if numbers[0] is None else Memory(*numbers)) or review.scheduler != scheduler:
            raise StoreError(f"card {review.card_id}: the memory has moved on; handle the vote again")
        planned = tx.execute(_PLANNED, {"of": quiz_id, "card_id": review.card_id}).one_or_none()
        if planned is not None and planned.asked_at is not None:
            return False  # it is being answered in private, and that answer will count
        showing_id = _showing_for(tx, planned, quiz_id, review)
        columns = {
            "revision": asked.revision,
            "seed": asked.seed,
            "run": asked.run.to_record(),
            "asked_at": asked.at,
        }
        tx.execute(_ASK.values(**columns), {"of": showing_id})
        settle(tx, replace(review, showing_id=ShowingId(showing_id)), text, quiz_id, update_id=update_id)
        return True

    @reads
    def due_among(self, tx: Connection, people: Collection[MemberId], *, on: date) -> Counter[CardId]:
        rows = tx.execute(_DUE, {"of": list(people), "on": on})
        return Counter({CardId(card_id): number for card_id, number in rows})


def _showing_for(tx: Connection, planned: Row[Any] | None, quiz_id: int, review: Review) -> int:
    if planned is not None:
        return int(planned.id)
    columns = {"quiz_id": quiz_id, "learner_id": review.learner_id, "card_id": review.card_id}
    return int(tx.execute(_ADD, columns | {"of": quiz_id}).scalar_one())
