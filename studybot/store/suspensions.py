"""Cards that a learner does not want to be asked, for a day or for good; and cards that are asked out of turn."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, bindparam, delete, false, func, insert, or_, select, update

from studybot.core.card import CardId
from studybot.core.learner import LearnerId
from studybot.core.quiz import QuizId, Showing
from studybot.store.quizzes import as_showing
from studybot.store.tables import quizzes, showings, suspensions
from studybot.store.transactions import Transactions, or_replace, reads, writes

_PUT_AWAY = or_replace(suspensions)
_TAKE_BACK = delete(suspensions).where(
    suspensions.c.learner_id == bindparam("of"), suspensions.c.card_id == bindparam("card")
)
_AWAY = select(suspensions.c.card_id).where(
    suspensions.c.learner_id == bindparam("of"),
    or_(suspensions.c.until.is_(None), suspensions.c.until > bindparam("on")),
)
_OWNER = select(quizzes.c.learner_id).where(quizzes.c.id == bindparam("of")).with_for_update()
_LEFT = (
    select(showings)
    .where(showings.c.quiz_id == bindparam("of"), showings.c.settled == false())
    .order_by(showings.c.position)
)
_END = select(func.coalesce(func.max(showings.c.position) + 1, 0)).where(showings.c.quiz_id == bindparam("of"))
_MOVE = update(showings).where(showings.c.id == bindparam("of")).values(position=bindparam("to"))
_ADD = insert(showings).values(drill=False, attempts=0, hints=0, settled=False).returning(showings)
_SHOWING = select(showings).where(showings.c.id == bindparam("of"))


class Suspensions(Transactions):
    @writes
    def suspend(self, tx: Connection, learner_id: LearnerId, card_id: CardId, *, until: date | None) -> None:
        tx.execute(_PUT_AWAY[tx.dialect.name], {"learner_id": learner_id, "card_id": card_id, "until": until})

    @writes
    def take_back(self, tx: Connection, learner_id: LearnerId, card_id: CardId) -> None:
        tx.execute(_TAKE_BACK, {"of": learner_id, "card": card_id})

    @reads
    def suspended(self, tx: Connection, learner_id: LearnerId, *, on: date) -> Collection[CardId]:
        return {CardId(card_id) for card_id in tx.execute(_AWAY, {"of": learner_id, "on": on}).scalars()}

    @writes
    def put_first(self, tx: Connection, quiz_id: QuizId, card_id: CardId, *, practice: bool) -> Showing:
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
