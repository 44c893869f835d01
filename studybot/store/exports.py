"""Everything that is kept of a learner: read as one state, or deleted as one."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, false, select

from studybot.core.card import CardId, Revision
from studybot.core.export import Attempt, Kept, KeptReview, Reported
from studybot.core.learner import LearnerId
from studybot.core.quiz import ShowingId
from studybot.store.challenges import forget_person
from studybot.store.group_exports import kept_in_groups
from studybot.store.holds import kept_holds
from studybot.store.learners import as_learner
from studybot.store.memories import kept_memories
from studybot.store.publications import adjustments_of
from studybot.store.reviews import as_review
from studybot.store.tables import attempts, learners, reports, reviews, sent_lately, showings, undos
from studybot.store.transactions import Transactions, reads, writes

_LEARNER = select(learners).where(learners.c.id == bindparam("of"))
_REVIEWS = (
    select(reviews, undos.c.at.label("undone_at"))
    .outerjoin(undos, undos.c.review_id == reviews.c.id)
    .where(reviews.c.learner_id == bindparam("of"))
    .order_by(reviews.c.id)
)
_ATTEMPTS = (
    select(attempts, showings.c.card_id)
    .join(showings, showings.c.id == attempts.c.showing_id)
    .where(showings.c.learner_id == bindparam("of"))
    .order_by(attempts.c.at, attempts.c.update_id)
)
_REPORTS = select(reports).where(reports.c.learner_id == bindparam("of")).order_by(reports.c.id)
_OPEN_MESSAGES = (
    select(showings.c.message_id)
    .where(showings.c.learner_id == bindparam("of"), showings.c.settled == false())
    .where(showings.c.message_id.is_not(None))
    .order_by(showings.c.id.desc())
    .limit(20)
)
_FORGET = delete(learners).where(learners.c.id == bindparam("of"))
_FORGET_SENT = delete(sent_lately).where(sent_lately.c.chat_id == bindparam("of"))


class Exports(Transactions):
    @reads
    def kept_of(self, tx: Connection, learner_id: LearnerId) -> Kept:
        row = tx.execute(_LEARNER, {"of": learner_id}).one_or_none()
        if row is None:
            raise LookupError(f"no learner {learner_id}")
        answered = tx.execute(_REVIEWS, {"of": learner_id})
        tried = tx.execute(_ATTEMPTS, {"of": learner_id})
        return Kept(
            learner=as_learner(row),
            next_reminder_at=row.next_reminder_at,
            reviews=tuple(KeptReview(as_review(one), one.text, one.undone_at) for one in answered),
            attempts=tuple(
                Attempt(ShowingId(one.showing_id), CardId(one.card_id), one.text, one.right, one.at) for one in tried
            ),
            memories=kept_memories(tx, learner_id),
            holds=kept_holds(tx, learner_id),
            reports=tuple(
                Reported(CardId(one.card_id), Revision(one.revision), one.seed, one.answer, one.note, one.at)
                for one in tx.execute(_REPORTS, {"of": learner_id})
            ),
            adjustments=tuple(adjustment for _, adjustment in adjustments_of(tx, learner_id)),
            in_groups=kept_in_groups(tx, row.chat_id),
        )

    @writes
    def forget_learner(self, tx: Connection, learner_id: LearnerId) -> Sequence[int]:
        open_messages = tx.execute(_OPEN_MESSAGES, {"of": learner_id}).scalars().all()
        if (row := tx.execute(_LEARNER, {"of": learner_id}).one_or_none()) is not None:
            forget_person(tx, row.chat_id)  # a private chat has its person's number
            tx.execute(_FORGET_SENT, {"of": row.chat_id})
        tx.execute(_FORGET, {"of": learner_id})  # all that hangs on the row goes with it: see tables.py
        return open_messages
