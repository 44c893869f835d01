"""Reviews: the settling answer, and what can be read from the log of them."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, false, func, insert, select, true, union, update

from studybot.core.card import CardId, Revision
from studybot.core.grading import UNUSABLE_SECONDS
from studybot.core.learner import LearnerId
from studybot.core.quiz import QuizId, ShowingId, Summary
from studybot.core.review import Review
from studybot.core.schedule import Grade, Memory
from studybot.errors import StoreError
from studybot.store.group_tables import group_days
from studybot.store.locks import lock_learner_of_showing
from studybot.store.memories import KEEP, MEMORY, columns_of, from_record, to_record
from studybot.store.prepared import Prepared
from studybot.store.quizzes import counted_before
from studybot.store.tables import learners, memories, quizzes, reviews, showings, undos
from studybot.store.transactions import Transactions, reads, writes

LATEST = 100
"""How many answers make up what is typical of a learner: enough for a median, few enough to follow progress."""

counts = ~select(undos.c.review_id).where(undos.c.review_id == reviews.c.id).exists()
"""True of a review that was not undone."""

_its_memory = and_(memories.c.learner_id == showings.c.learner_id, memories.c.card_id == showings.c.card_id)
_STANDING = Prepared(
    select(showings.c.quiz_id, showings.c.settled, counted_before.label("counted"), learners.c.scheduler, *MEMORY)
    .join(learners, learners.c.id == showings.c.learner_id)
    .outerjoin(memories, _its_memory)
    .where(showings.c.id == bindparam("showing_id"))
)
_SETTLE = Prepared(
    update(showings)
    .where(showings.c.id == bindparam("of"))
    .values(settled=True, grade=bindparam("with_grade"), attempts=bindparam("after_attempts"))
)
_APPEND = Prepared(insert(reviews))
_at_the_end = select(func.max(showings.c.position) + 1).where(showings.c.quiz_id == bindparam("of")).scalar_subquery()
_PLAN_DRILL = Prepared(insert(showings).values(position=_at_the_end, drill=True, attempts=0, hints=0, settled=False))
_OF_SHOWING = select(reviews).where(reviews.c.showing_id == bindparam("showing_id"))
_OF_LEARNER = select(reviews).where(reviews.c.learner_id == bindparam("learner_id"), counts).order_by(reviews.c.id)
_LATEST_OF_LEARNER = (
    select(reviews)
    .where(reviews.c.learner_id == bindparam("learner_id"), counts)
    .order_by(reviews.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("skip"))
)
_OF_QUIZ = (
    select(reviews)
    .join(showings, showings.c.id == reviews.c.showing_id)
    .where(showings.c.quiz_id == bindparam("of"), counts)
)
_ANSWERED = (
    select(reviews.c.card_id)
    .where(reviews.c.learner_id == bindparam("learner_id"), reviews.c.day >= bindparam("since"), counts)
    .distinct()
)
_STUDY_DAYS = union(
    select(reviews.c.day).where(reviews.c.learner_id == bindparam("learner_id"), counts),
    select(group_days.c.day).where(group_days.c.learner_id == bindparam("learner_id")),
).order_by("day")
_DAY = select(quizzes.c.day).where(quizzes.c.id == bindparam("of"))
_LATENCIES = Prepared(
    select(reviews.c.latency_ms)
    .where(reviews.c.learner_id == bindparam("learner_id"), reviews.c.kind == bindparam("kind"))
    .where(reviews.c.right == true(), reviews.c.attempts == 1, reviews.c.drill == false(), counts)
    .where(reviews.c.latency_ms <= UNUSABLE_SECONDS * 1000)
    .order_by(reviews.c.id.desc())
    .limit(LATEST)
)


class Reviews(Transactions):
    @writes
    def save_review(self, tx: Connection, review: Review, text: str, *, update_id: int) -> bool:
        lock_learner_of_showing(tx, review.showing_id)
        standing = _STANDING.one_or_none(tx, {"showing_id": review.showing_id, "update_id": update_id})
        if standing is None:
            raise LookupError(f"no showing {review.showing_id}")
        quiz_id, settled, counted, scheduler, *numbers = standing
        if settled or counted:
            return False
        if review.before != (None if numbers[0] is None else Memory(*numbers)):
            raise StoreError(f"showing {review.showing_id}: the memory has moved on; handle the answer again")
        if review.scheduler != scheduler:
            raise StoreError(f"showing {review.showing_id}: the scheduler has changed; handle the answer again")
        settle(tx, review, text, quiz_id, update_id=update_id)
        return True

    @reads
    def review_of(self, tx: Connection, showing_id: ShowingId) -> Review | None:
        row = tx.execute(_OF_SHOWING, {"showing_id": showing_id}).one_or_none()
        return as_review(row) if row else None

    @reads
    def reviews_of(self, tx: Connection, learner_id: LearnerId) -> Sequence[Review]:
        return [as_review(row) for row in tx.execute(_OF_LEARNER, {"learner_id": learner_id})]

    @reads
    def latest_reviews(self, tx: Connection, learner_id: LearnerId, *, limit: int, skip: int = 0) -> Sequence[Review]:
        rows = tx.execute(_LATEST_OF_LEARNER, {"learner_id": learner_id, "limit": limit, "skip": skip})
        return [as_review(row) for row in rows]

    @reads
    def summary(self, tx: Connection, quiz_id: QuizId) -> Summary:
        day = tx.execute(_DAY, {"of": quiz_id}).scalar_one_or_none()
        if day is None:
            raise LookupError(f"no quiz {quiz_id}")
        answered = [as_review(row) for row in tx.execute(_OF_QUIZ, {"of": quiz_id})]
        first = [review for review in answered if not review.drill]
        return Summary(
            day=day,
            cards=len(first),
            right=sum(review.right and review.attempts == 1 for review in first),
            drills=len(answered) - len(first),
            next_due=dict(sorted(Counter(review.after.due_on for review in first).items())),
        )

    @reads
    def cards_answered(self, tx: Connection, learner_id: LearnerId, *, since: date) -> Collection[CardId]:
        return set(tx.execute(_ANSWERED, {"learner_id": learner_id, "since": since}).scalars())

    @reads
    def study_days(self, tx: Connection, learner_id: LearnerId) -> Sequence[date]:
        return tx.execute(_STUDY_DAYS, {"learner_id": learner_id}).scalars().all()

    @reads
    def typical_seconds(self, tx: Connection, learner_id: LearnerId, kind: str, *, at_least: int = 8) -> float | None:
        return typical_seconds_of(tx, learner_id, kind, at_least=at_least)


def typical_seconds_of(tx: Connection, learner_id: LearnerId, kind: str, *, at_least: int = 8) -> float | None:
    """Return a learner's median, as part of another transaction."""
    latencies = _LATENCIES.scalars(tx, {"learner_id": learner_id, "kind": kind})
    return median(latencies) / 1000 if len(latencies) >= at_least else None


def settle(tx: Connection, review: Review, text: str, quiz_id: int, *, update_id: int) -> None:
    """Append a review that fits, store its memory, settle its showing and plan the drill."""
    _APPEND.run(tx, _columns(review) | {"text": text, "update_id": update_id})
    KEEP.run(tx, columns_of(review.learner_id, review.card_id, review.after))
    _SETTLE.run(tx, {"of": review.showing_id, "with_grade": review.grade.value, "after_attempts": review.attempts})
    if review.after.is_drilled(review.day):
        drill = {"quiz_id": quiz_id, "learner_id": review.learner_id, "card_id": review.card_id}
        _PLAN_DRILL.run(tx, drill | {"of": quiz_id})


def _columns(review: Review) -> dict[str, Any]:
    return {
        "showing_id": review.showing_id,
        "learner_id": review.learner_id,
        "card_id": review.card_id,
        "kind": review.kind,
        "revision": review.revision,
        "seed": review.seed,
        "torch_version": review.torch_version,
        "at": review.at,
        "day": review.day,
        "grade": review.grade.value,
        "right": review.right,
        "latency_ms": review.latency_ms,
        "attempts": review.attempts,
        "hints": review.hints,
        "gave_up": review.gave_up,
        "drill": review.drill,
        "scheduler": str(review.scheduler),
        "before": None if review.before is None else to_record(review.before),
        "after": to_record(review.after),
    }


def as_review(row: Row[Any]) -> Review:
    """Return a row of `reviews` as what it is."""
    return Review(
        showing_id=ShowingId(row.showing_id),
        learner_id=LearnerId(row.learner_id),
        card_id=CardId(row.card_id),
        kind=row.kind,
        revision=Revision(row.revision),
        seed=row.seed,
        torch_version=row.torch_version,
        at=row.at,
        day=row.day,
        grade=Grade(row.grade),
        right=row.right,
        latency_ms=row.latency_ms,
        attempts=row.attempts,
        hints=row.hints,
        gave_up=row.gave_up,
        drill=row.drill,
        scheduler=row.scheduler,
        before=None if row.before is None else from_record(row.before),
        after=from_record(row.after),
    )
