"""Learners, their settings, and who is to be reminded."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select, true, update

from studybot.core.card import Language
from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.letter import Letter
from studybot.core.reminding import Quiet
from studybot.core.schedule import Scheduler, SchedulerName
from studybot.store.outbox import queue_letter, take_back_reminders
from studybot.store.prepared import Prepared
from studybot.store.replay import rebuild
from studybot.store.reviews import counts
from studybot.store.tables import claims, learners, reviews
from studybot.store.transactions import Transactions, or_nothing, reads, writes
from studybot.store.types import Moment

_LEARNER = select(learners).where(learners.c.id == bindparam("of"))
_OF_CHAT = Prepared(select(learners).where(learners.c.chat_id == bindparam("of")))
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
_SKIPPED = (
    update(claims)
    .where(claims.c.learner_id == bindparam("of"), claims.c.day == bindparam("of_day"))
    .values(skipped=true())
)
_last_answer = (
    select(func.max(reviews.c.day)).where(reviews.c.learner_id == bindparam("learner_id"), counts).scalar_subquery()
)
_last_skip = (
    select(func.max(claims.c.day))
    .where(claims.c.learner_id == bindparam("learner_id"), claims.c.skipped == true())
    .scalar_subquery()
)
_UNANSWERED = (
    select(claims.c.day)
    .where(claims.c.learner_id == bindparam("learner_id"), claims.c.reminded == true())
    .where(or_(_last_answer.is_(None), claims.c.day > _last_answer))
    .where(or_(_last_skip.is_(None), claims.c.day > _last_skip))
    .order_by(claims.c.day)
)


class Learners(Transactions):
    @reads
    def learner_of_chat(self, tx: Connection, chat_id: ChatId) -> Learner | None:
        return learner_in_chat(tx, chat_id)

    @reads
    def learner(self, tx: Connection, learner_id: LearnerId) -> Learner | None:
        row = tx.execute(_LEARNER, {"of": learner_id}).one_or_none()
        return as_learner(row) if row else None

    @writes
    def add_learner(
        self, tx: Connection, chat_id: ChatId, settings: Settings, *, next_reminder_at: datetime
    ) -> Learner:
        columns = {
            "chat_id": chat_id,
            "reachable": True,
            "next_reminder_at": next_reminder_at,
            "scheduler": settings.scheduler.value,
        }
        tx.execute(_ADD[tx.dialect.name], columns | _columns(settings))
        return as_learner(_OF_CHAT.all(tx, {"of": chat_id})[0])

    @writes
    def save_settings(
        self, tx: Connection, learner_id: LearnerId, settings: Settings, *, next_reminder_at: datetime
    ) -> Learner:
        return _change(tx, learner_id, next_reminder_at=next_reminder_at, **_columns(settings))

    @writes
    def switch_scheduler(self, tx: Connection, learner_id: LearnerId, scheduler: Scheduler) -> Learner:
        # The learner's row first: it is what a review that is being saved waits for, or is waited for.
        learner = _change(tx, learner_id, scheduler=scheduler.name.value)
        rebuild(tx, learner_id, scheduler)
        return learner

    @writes
    def mark_reachable(self, tx: Connection, learner_id: LearnerId, *, reachable: bool) -> None:
        _change(tx, learner_id, reachable=reachable)

    @reads
    def learners_to_remind(
        self, tx: Connection, now: datetime, *, limit: int = 500
    ) -> Sequence[tuple[Learner, datetime]]:
        rows = tx.execute(_TO_REMIND, {"now": now, "limit": limit})
        return [(as_learner(row), row.next_reminder_at) for row in rows]

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

    @writes
    def skip_day(self, tx: Connection, learner_id: LearnerId, day: date, *, at: datetime) -> None:
        if tx.execute(_LEARNER, {"of": learner_id}).one_or_none() is None:
            raise LookupError(f"no learner {learner_id}")
        tx.execute(_CLAIM[tx.dialect.name], {"learner_id": learner_id, "day": day, "due_at": at})
        tx.execute(_SKIPPED, {"of": learner_id, "of_day": day})
        take_back_reminders(tx, learner_id)

    @reads
    def unanswered_reminders(self, tx: Connection, learner_id: LearnerId) -> Sequence[date]:
        return tx.execute(_UNANSWERED, {"learner_id": learner_id}).scalars().all()


def learner_in_chat(tx: Connection, chat_id: ChatId) -> Learner | None:
    row = _OF_CHAT.one_or_none(tx, {"of": chat_id})
    return as_learner(row) if row else None


def _change(tx: Connection, learner_id: LearnerId, **columns: Any) -> Learner:
    row = tx.execute(_CHANGE, {"of": learner_id, **columns}).one_or_none()
    if row is None:
        raise LookupError(f"no learner {learner_id}")
    return as_learner(row)


def _columns(settings: Settings) -> dict[str, Any]:
    """Return all but the scheduler, which never changes without the memories."""
    return {
        "language": settings.language.value,
        "zone": settings.zone,
        "remind_at": settings.remind_at,
        "new_per_day": settings.new_per_day,
        "reviews_per_day": settings.reviews_per_day,
        "weekdays": "".join(map(str, sorted(settings.weekdays))),
        "quiet_from": None if settings.quiet is None else settings.quiet.start,
        "quiet_to": None if settings.quiet is None else settings.quiet.end,
        "away_until": settings.away_until,
        "minutes_per_day": settings.minutes_per_day,
        "exam_on": settings.exam_on,
        "spread": settings.spread,
        "announcements": settings.announcements,
    }


def as_learner(row: Any) -> Learner:
    """Return a row of `learners` as what it is."""
    settings = Settings(
        language=Language(row.language),
        zone=row.zone,
        remind_at=row.remind_at,
        new_per_day=row.new_per_day,
        reviews_per_day=row.reviews_per_day,
        scheduler=SchedulerName(row.scheduler),
        weekdays=frozenset(map(int, row.weekdays)),
        quiet=None if row.quiet_from is None else Quiet(row.quiet_from, row.quiet_to),
        away_until=row.away_until,
        minutes_per_day=row.minutes_per_day,
        exam_on=row.exam_on,
        spread=row.spread,
        announcements=row.announcements,
    )
    return Learner(LearnerId(row.id), ChatId(row.chat_id), settings, row.reachable)
