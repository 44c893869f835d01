"""One change of a learner's data at a time: whoever decides by what is there locks the learner's row first.

On PostgreSQL the lock is a statement of its own, before any other: what follows then sees all that was committed
while it waited, where one statement that reads and locks may have read too early. SQLite needs none of this: there
a writer is alone in the whole database.
"""

from sqlalchemy import Connection, Select, bindparam, select

from studybot.core.learner import LearnerId
from studybot.core.quiz import QuizId, ShowingId
from studybot.store.tables import learners, quizzes, showings

_of_showing = select(showings.c.learner_id).where(showings.c.id == bindparam("of")).scalar_subquery()
_of_quiz = select(quizzes.c.learner_id).where(quizzes.c.id == bindparam("of")).scalar_subquery()
# The weaker lock: rows that only refer to the learner, such as a claim, can be added meanwhile.
_LOCK = select(learners.c.id).with_for_update(key_share=True)
_LOCK_LEARNER = _LOCK.where(learners.c.id == bindparam("of"))
_LOCK_OF_SHOWING = _LOCK.where(learners.c.id == _of_showing)
_LOCK_OF_QUIZ = _LOCK.where(learners.c.id == _of_quiz)


def lock_learner(tx: Connection, learner_id: LearnerId) -> None:
    _lock(tx, _LOCK_LEARNER, learner_id)


def lock_learner_of_showing(tx: Connection, showing_id: ShowingId) -> None:
    _lock(tx, _LOCK_OF_SHOWING, showing_id)


def lock_learner_of_quiz(tx: Connection, quiz_id: QuizId) -> None:
    _lock(tx, _LOCK_OF_QUIZ, quiz_id)


def _lock(tx: Connection, rows: Select[tuple[int]], of: int) -> None:
    if tx.dialect.name != "sqlite":
        tx.execute(rows, {"of": of})
