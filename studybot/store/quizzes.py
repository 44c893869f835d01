"""Quizzes and their showings, up to the answer that settles one."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, false, func, insert, or_, select, true, update

from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.quiz import Asked, Quiz, QuizId, Showing, ShowingId
from studybot.core.run import RunResult
from studybot.core.schedule import Grade
from studybot.store.locks import lock_learner_of_quiz, lock_learner_of_showing
from studybot.store.tables import attempts, hints, learners, quizzes, reviews, showings
from studybot.store.transactions import Transactions, or_nothing, reads, writes

_QUIZ = (
    select(
        quizzes.c.id,
        func.count(showings.c.id).label("total"),
        func.count(showings.c.id).filter(showings.c.settled == true()).label("settled"),
    )
    .outerjoin(showings, and_(showings.c.quiz_id == quizzes.c.id, showings.c.undone == false()))
    .where(quizzes.c.learner_id == bindparam("learner_id"), quizzes.c.day == bindparam("day"))
    .group_by(quizzes.c.id)
)
_OWNER = select(quizzes.c.learner_id).where(quizzes.c.id == bindparam("of"))
_SIZE = (
    select(func.count(showings.c.id).filter(showings.c.undone == false()), func.max(showings.c.position))
    .select_from(showings)
    .where(showings.c.quiz_id == bindparam("of"))
)
_CARDS = select(showings.c.card_id).where(showings.c.quiz_id == bindparam("of")).distinct()
_LEARNER_EXISTS = select(learners.c.id).where(learners.c.id == bindparam("of"))
_BEGIN = or_nothing(quizzes)
_SHOWING = select(showings).where(showings.c.id == bindparam("of"))
_NEXT = (
    select(showings)
    .where(showings.c.quiz_id == bindparam("quiz_id"), showings.c.settled == false())
    .order_by(showings.c.position)
    .limit(1)
)
_is_todays = quizzes.c.day == bindparam("today")
_latest_day = select(func.max(quizzes.c.day)).where(quizzes.c.learner_id == bindparam("learner_id")).scalar_subquery()
_OPEN = (
    select(showings)
    .join(quizzes, quizzes.c.id == showings.c.quiz_id)
    .where(quizzes.c.learner_id == bindparam("learner_id"), or_(_is_todays, quizzes.c.day == _latest_day))
    .where(showings.c.settled == false(), showings.c.asked_at.is_not(None))
    .order_by(case((_is_todays, 0), else_=1), showings.c.position)
    .limit(1)
)
_TIMES_SHOWN = (
    select(func.count())
    .select_from(showings)
    .where(showings.c.learner_id == bindparam("learner_id"), showings.c.card_id == bindparam("card_id"))
    .where(showings.c.asked_at.is_not(None))
)
_SEEDS_SHOWN = (
    select(showings.c.seed)
    .where(showings.c.learner_id == bindparam("learner_id"), showings.c.card_id == bindparam("card_id"))
    .where(showings.c.revision == bindparam("revision"), showings.c.asked_at >= bindparam("since"))
    .order_by(showings.c.id)
)
_CHANGE = update(showings).where(showings.c.id == bindparam("of")).returning(showings)
_ASK = _CHANGE.where(showings.c.asked_at.is_(None), showings.c.settled == false())
_COUNT_HINT = _CHANGE.values(hints=showings.c.hints + 1)
_COUNT_ATTEMPT = _CHANGE.values(attempts=showings.c.attempts + 1)

counted_before = or_(
    *(
        select(table.c.update_id).where(table.c.update_id == bindparam("update_id")).exists()
        for table in (attempts, hints, reviews)
    )
)
"""True where an update was recorded as an answer or a hint: takes the parameter `update_id`."""

_COUNTED = select(counted_before)


class Quizzes(Transactions):
    @reads
    def quiz_on(self, tx: Connection, learner_id: LearnerId, day: date) -> Quiz | None:
        return next(iter(_quizzes(tx, learner_id, day)), None)

    @writes
    def begin_quiz(
        self, tx: Connection, learner_id: LearnerId, day: date, cards: Sequence[CardId], *, at: datetime
    ) -> Quiz:
        if tx.execute(_LEARNER_EXISTS, {"of": learner_id}).one_or_none() is None:
            raise LookupError(f"no learner {learner_id}")
        begun = tx.execute(_BEGIN[tx.dialect.name], {"learner_id": learner_id, "day": day, "begun_at": at})
        (quiz,) = _quizzes(tx, learner_id, day)
        if begun.rowcount == 0 or not cards:
            return quiz
        plan = [_planned(quiz.id, learner_id, card_id, position) for position, card_id in enumerate(cards)]
        tx.execute(insert(showings), plan)
        return replace(quiz, total=len(cards))

    @writes
    def extend_quiz(self, tx: Connection, quiz_id: QuizId, cards: Sequence[CardId], *, total: int) -> bool:
        lock_learner_of_quiz(tx, quiz_id)
        learner_id = tx.execute(_OWNER, {"of": quiz_id}).scalar_one_or_none()
        if learner_id is None:
            raise LookupError(f"no quiz {quiz_id}")
        size, last = tx.execute(_SIZE, {"of": quiz_id}).one()
        if size != total or not cards:
            return False
        start = -1 if last is None else last
        plan = [_planned(quiz_id, learner_id, card_id, start + place) for place, card_id in enumerate(cards, 1)]
        tx.execute(insert(showings), plan)
        return True

    @reads
    def cards_of_quiz(self, tx: Connection, quiz_id: QuizId) -> Collection[CardId]:
        return set(tx.execute(_CARDS, {"of": quiz_id}).scalars())

    @reads
    def next_showing(self, tx: Connection, quiz_id: QuizId) -> Showing | None:
        row = tx.execute(_NEXT, {"quiz_id": quiz_id}).one_or_none()
        return as_showing(row) if row else None

    @reads
    def showing(self, tx: Connection, showing_id: ShowingId) -> Showing | None:
        row = tx.execute(_SHOWING, {"of": showing_id}).one_or_none()
        return as_showing(row) if row else None

    @reads
    def open_showing(self, tx: Connection, learner_id: LearnerId, *, today: date) -> Showing | None:
        row = tx.execute(_OPEN, {"learner_id": learner_id, "today": today}).one_or_none()
        return as_showing(row) if row else None

    @reads
    def times_shown(self, tx: Connection, learner_id: LearnerId, card_id: CardId) -> int:
        return tx.execute(_TIMES_SHOWN, {"learner_id": learner_id, "card_id": card_id}).scalar_one()

    @reads
    def seeds_shown(
        self, tx: Connection, learner_id: LearnerId, card_id: CardId, revision: Revision, *, since: datetime
    ) -> Sequence[int]:
        of = {"learner_id": learner_id, "card_id": card_id, "revision": revision, "since": since}
        return tx.execute(_SEEDS_SHOWN, of).scalars().all()

    @writes
    def save_asked(self, tx: Connection, showing_id: ShowingId, asked: Asked) -> Showing:
        columns = {
            "revision": asked.revision,
            "seed": asked.seed,
            "run": asked.run.to_record(),
            "asked_at": asked.at,
        }
        row = tx.execute(_ASK, {"of": showing_id, **columns}).one_or_none()
        return as_showing(row) if row else _locked(tx, showing_id)

    @writes
    def save_message(self, tx: Connection, showing_id: ShowingId, message_id: int) -> None:
        _changed(tx, showing_id, message_id=message_id)

    @writes
    def save_hint(self, tx: Connection, showing_id: ShowingId, *, update_id: int) -> Showing:
        showing = _locked(tx, showing_id)
        if showing.settled or _counted(tx, update_id):
            return showing
        tx.execute(insert(hints), {"update_id": update_id, "showing_id": showing_id})
        return as_showing(tx.execute(_COUNT_HINT, {"of": showing_id}).one())

    @writes
    def save_attempt(
        self, tx: Connection, showing_id: ShowingId, text: str, *, right: bool, update_id: int, at: datetime
    ) -> Showing:
        showing = _locked(tx, showing_id)
        if showing.settled or _counted(tx, update_id):
            return showing
        attempt = {"update_id": update_id, "showing_id": showing_id, "text": text, "right": right, "at": at}
        tx.execute(insert(attempts), attempt)
        return as_showing(tx.execute(_COUNT_ATTEMPT, {"of": showing_id}).one())

    @reads
    def counted(self, tx: Connection, update_id: int) -> bool:
        return _counted(tx, update_id)

    @writes
    def set_aside(self, tx: Connection, showing_id: ShowingId) -> None:
        _changed(tx, showing_id, settled=True)


def _quizzes(tx: Connection, learner_id: LearnerId, day: date) -> list[Quiz]:
    """Return the day's quiz, or nothing."""
    rows = tx.execute(_QUIZ, {"learner_id": learner_id, "day": day})
    return [Quiz(QuizId(row.id), learner_id, day, row.total, row.settled) for row in rows]


def _locked(tx: Connection, showing_id: ShowingId) -> Showing:
    """Return a showing that nobody else can change before this transaction ends."""
    lock_learner_of_showing(tx, showing_id)
    row = tx.execute(_SHOWING, {"of": showing_id}).one_or_none()
    if row is None:
        raise LookupError(f"no showing {showing_id}")
    return as_showing(row)


def _changed(tx: Connection, showing_id: ShowingId, **columns: Any) -> Showing:
    row = tx.execute(_CHANGE, {"of": showing_id, **columns}).one_or_none()
    if row is None:
        raise LookupError(f"no showing {showing_id}")
    return as_showing(row)


def _counted(tx: Connection, update_id: int) -> bool:
    return bool(tx.execute(_COUNTED, {"update_id": update_id}).scalar_one())


def _planned(quiz_id: QuizId, learner_id: LearnerId, card_id: CardId, position: int) -> dict[str, Any]:
    return {
        "quiz_id": quiz_id,
        "learner_id": learner_id,
        "card_id": card_id,
        "position": position,
        "drill": False,
        "attempts": 0,
        "hints": 0,
        "settled": False,
    }


def as_showing(row: Any) -> Showing:
    """Return a row of `showings` as what it is."""
    asked = None
    if row.asked_at is not None:
        asked = Asked(Revision(row.revision), row.seed, RunResult.from_record(row.run), row.asked_at)
    return Showing(
        id=ShowingId(row.id),
        quiz_id=QuizId(row.quiz_id),
        learner_id=LearnerId(row.learner_id),
        card_id=CardId(row.card_id),
        position=row.position,
        drill=row.drill,
        asked=asked,
        message_id=row.message_id,
        attempts=row.attempts,
        hints=row.hints,
        grade=None if row.grade is None else Grade(row.grade),
        settled=row.settled,
        practice=row.practice,
    )
