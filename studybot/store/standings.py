"""Where a showing stands when an answer to it comes: one read instead of one for each thing there is to know."""

from sqlalchemy import Connection, and_, bindparam, false, func, select

from studybot.core.learner import ChatId, Learner
from studybot.core.quiz import ShowingId
from studybot.core.review import Standing
from studybot.core.schedule import Memory
from studybot.store.cards import Cards
from studybot.store.learners import learner_in_chat
from studybot.store.memories import MEMORY
from studybot.store.prepared import Prepared
from studybot.store.quizzes import as_showing, counted_before
from studybot.store.reviews import typical_seconds_of
from studybot.store.tables import memories, showings
from studybot.store.transactions import reads

_others = showings.alias()
_total = (
    select(func.count())
    .select_from(_others)
    .where(_others.c.quiz_id == showings.c.quiz_id, _others.c.undone == false())
    .scalar_subquery()
)
_its_memory = and_(memories.c.learner_id == showings.c.learner_id, memories.c.card_id == showings.c.card_id)
_STANDING = Prepared(
    select(showings, _total.label("total"), counted_before.label("counted"), *MEMORY)
    .outerjoin(memories, _its_memory)
    .where(showings.c.id == bindparam("of"))
)


class Standings(Cards):
    @reads
    def standing(self, tx: Connection, showing_id: ShowingId, *, update_id: int) -> Standing | None:
        return self._standing(tx, showing_id, update_id)

    @reads
    def standing_in_chat(
        self, tx: Connection, chat_id: ChatId, showing_id: ShowingId, *, update_id: int
    ) -> tuple[Learner | None, Standing | None]:
        return learner_in_chat(tx, chat_id), self._standing(tx, showing_id, update_id)

    def _standing(self, tx: Connection, showing_id: ShowingId, update_id: int) -> Standing | None:
        row = _STANDING.one_or_none(tx, {"of": showing_id, "update_id": update_id})
        if row is None:
            return None
        showing = as_showing(row)
        words = None if showing.asked is None else self.words_of(tx, showing.card_id, showing.asked.revision)
        numbers = row[-len(MEMORY) :]
        return Standing(
            showing,
            row.total,
            words,
            bool(row.counted),
            None if numbers[0] is None else Memory(*numbers),
            None if words is None else typical_seconds_of(tx, showing.learner_id, words["kind"]),
        )
