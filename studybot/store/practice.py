"""Cards that are asked out of turn."""

from sqlalchemy import Connection, bindparam, false, func, insert, select, update

from studybot.core.card import CardId
from studybot.core.quiz import QuizId, Showing
from studybot.store.locks import lock_learner_of_quiz
from studybot.store.quizzes import as_showing
from studybot.store.tables import quizzes, showings
from studybot.store.transactions import Transactions, writes

_OWNER = select(quizzes.c.learner_id).where(quizzes.c.id == bindparam("of"))
_LEFT = (
    select(showings)
    .where(showings.c.quiz_id == bindparam("of"), showings.c.settled == false())
    .order_by(showings.c.position)
)
_END = select(func.coalesce(func.max(showings.c.position) + 1, 0)).where(showings.c.quiz_id == bindparam("of"))
_MOVE = update(showings).where(showings.c.id == bindparam("of")).values(position=bindparam("to"))
_ADD = insert(showings).values(drill=False, attempts=0, hints=0, settled=False).returning(showings)
_SHOWING = select(showings).where(showings.c.id == bindparam("of"))


class Practice(Transactions):
    @writes
    def put_first(self, tx: Connection, quiz_id: QuizId, card_id: CardId, *, practice: bool) -> Showing:
        lock_learner_of_quiz(tx, quiz_id)
        learner_id = tx.execute(_OWNER, {"of": quiz_id}).scalar_one_or_none()
        if learner_id is None:
            raise LookupError(f"no quiz {quiz_id}")
        left = tx.execute(_LEFT, {"of": quiz_id}).all()
        mine = next((row for row in left if row.card_id == card_id and row.practice == practice), None)
        if mine is not None and mine.id == left[0].id:
            return as_showing(mine)
        place = end = tx.execute(_END, {"of": quiz_id}).scalar_one()
        if left:  # the one that was first waits at the end, so that no two stand in one place
            place = left[0].position
            tx.execute(_MOVE, {"of": left[0].id, "to": end})
        if mine is not None:
            tx.execute(_MOVE, {"of": mine.id, "to": place})
            return as_showing(tx.execute(_SHOWING, {"of": mine.id}).one())
        planned = {"quiz_id": quiz_id, "learner_id": learner_id, "card_id": card_id}
        return as_showing(tx.execute(_ADD, planned | {"position": place, "practice": practice}).one())
