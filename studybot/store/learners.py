"""Learners, their settings, and who is to be reminded."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, select, true, update

from studybot.core.card import Language
from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.letter import Letter
from studybot.store.outbox import queue_letter
from studybot.store.tables import claims, learners
from studybot.store.transactions import Transactions, or_nothing, reads, writes
from studybot.store.types import Moment

_LEARNER = select(learners).where(learners.c.id == bindparam("of"))
_OF_CHAT = select(learners).where(learners.c.chat_id == bindparam("of"))
_ADD = or_nothing(learners)
_CHANGE = update(learners).where(learners.c.id == bindparam("of")).returning(learners)
_TO_REMIND = (
    select(learners)
    .where(learners.c.reachable == true(), learners.c.next_reminder_at <= bindparam("now"))
    .order_by(learners.c.next_reminder_at)
    .limit(bindparam("limit"))
)
_CLAIM = or_nothing(claims)
_still_stands = learners.c.next_reminder_at == bindparam("due_at")
_following = bindparam("following", type_=Moment())
_PASS_ON = (
    update(learners)
    .where(learners.c.id == bindparam("of"))
    .values(next_reminder_at=case((_still_stands, _following), else_=learners.c.next_reminder_at))
)


class Learners(Transactions):
    @reads
    def learner_of_chat(self, tx: Connection, chat_id: ChatId) -> Learner | None:
        row = tx.execute(_OF_CHAT, {"of": chat_id}).one_or_none()
        return _learner(row) if row else None

    @reads
    def learner(self, tx: Connection, learner_id: LearnerId) -> Learner | None:
        row = tx.execute(_LEARNER, {"of": learner_id}).one_or_none()
        return _learner(row) if row else None

    @writes
    def add_learner(
        self, tx: Connection, chat_id: ChatId, settings: Settings, *, next_reminder_at: datetime
    ) -> Learner:
        columns = {"chat_id": chat_id, "reachable": True, "next_reminder_at": next_reminder_at}
        tx.execute(_ADD[tx.dialect.name], columns | _columns(settings))
        return _learner(tx.execute(_OF_CHAT, {"of": chat_id}).one())

    @writes
    def save_settings(
        self, tx: Connection, learner_id: LearnerId, settings: Settings, *, next_reminder_at: datetime
    ) -> Learner:
        return _change(tx, learner_id, next_reminder_at=next_reminder_at, **_columns(settings))

    @writes
    def mark_reachable(self, tx: Connection, learner_id: LearnerId, *, reachable: bool) -> None:
        _change(tx, learner_id, reachable=reachable)

    @reads
    def learners_to_remind(
        self, tx: Connection, now: datetime, *, limit: int = 500
    ) -> Sequence[tuple[Learner, datetime]]:
        rows = tx.execute(_TO_REMIND, {"now": now, "limit": limit})
        return [(_learner(row), row.next_reminder_at) for row in rows]

    @writes
    def claim_quiz_day(
        self,
        tx: Connection,
        learner_id: LearnerId,
        day: date,
        *,
        due_at: datetime,
        next_reminder_at: datetime,
        letter: Letter | None = None,
    ) -> bool:
        passed = tx.execute(_PASS_ON, {"of": learner_id, "due_at": due_at, "following": next_reminder_at})
        if not passed.rowcount:
            raise LookupError(f"no learner {learner_id}")
        claim = {"learner_id": learner_id, "day": day, "due_at": due_at}
        claimed = tx.execute(_CLAIM[tx.dialect.name], claim).rowcount == 1
        if claimed and letter is not None:
            queue_letter(tx, letter, at=due_at)
        return claimed


def _change(tx: Connection, learner_id: LearnerId, **columns: Any) -> Learner:
    row = tx.execute(_CHANGE, {"of": learner_id, **columns}).one_or_none()
    if row is None:
        raise LookupError(f"no learner {learner_id}")
    return _learner(row)


def _columns(settings: Settings) -> dict[str, Any]:
    return {
        "language": settings.language.value,
        "zone": settings.zone,
        "remind_at": settings.remind_at,
        "new_per_day": settings.new_per_day,
        "reviews_per_day": settings.reviews_per_day,
    }


def _learner(row: Row[Any]) -> Learner:
    settings = Settings(
        language=Language(row.language),
        zone=row.zone,
        remind_at=row.remind_at,
        new_per_day=row.new_per_day,
        reviews_per_day=row.reviews_per_day,
    )
    return Learner(LearnerId(row.id), ChatId(row.chat_id), settings, row.reachable)
