"""What learners reported: stored before anybody is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, false, insert, select, update

from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.quiz import ShowingId
from studybot.core.report import Report, ReportId
from studybot.core.run import RunResult
from studybot.store.engine import opened, read_only
from studybot.store.locks import lock_learner
from studybot.store.tables import attempts, reports, reviews, showings
from studybot.store.transactions import Transactions, reads, writes
from studybot.store.upgrade import check_version

_BY_UPDATE = select(reports).where(reports.c.update_id == bindparam("update_id"))
_SHOWING = select(showings).where(showings.c.id == bindparam("showing_id"), showings.c.asked_at.is_not(None))
_SETTLING = select(reviews.c.text).where(reviews.c.showing_id == bindparam("showing_id"))
_LATEST_ATTEMPT = (
    select(attempts.c.text)
    .where(attempts.c.showing_id == bindparam("showing_id"))
    .order_by(attempts.c.update_id.desc())
    .limit(1)
)
_REPORT = insert(reports).returning(reports)
_NOTE = (
    update(reports)
    .where(reports.c.id == bindparam("of"), reports.c.learner_id == bindparam("by"))
    .values(note=bindparam("noted"), told=False)
)
_UNTOLD = select(reports).where(reports.c.told == false()).order_by(reports.c.id)
_TOLD = update(reports).where(reports.c.id == bindparam("of"), reports.c.note == bindparam("noted")).values(told=True)
_ALL = select(reports).order_by(reports.c.id)


class Reports(Transactions):
    @writes
    def save_report(
        self, tx: Connection, learner_id: LearnerId, showing_id: ShowingId, *, update_id: int, at: datetime
    ) -> Report | None:
        lock_learner(tx, learner_id)
        if (before := tx.execute(_BY_UPDATE, {"update_id": update_id}).one_or_none()) is not None:
            return _as_report(before)
        showing = tx.execute(_SHOWING, {"showing_id": showing_id}).one_or_none()
        if showing is None or showing.learner_id != learner_id:
            return None
        settling = tx.execute(_SETTLING, {"showing_id": showing_id}).scalar_one_or_none()
        answer = tx.execute(_LATEST_ATTEMPT, {"showing_id": showing_id}).scalar() if settling is None else settling
        columns = {
            "update_id": update_id,
            "learner_id": learner_id,
            "card_id": showing.card_id,
            "revision": showing.revision,
            "seed": showing.seed,
            "answer": answer or "",
            "run": showing.run,
            "note": "",
            "at": at,
            "told": False,
        }
        return _as_report(tx.execute(_REPORT, columns).one())

    @writes
    def note_report(self, tx: Connection, report_id: ReportId, learner_id: LearnerId, note: str) -> bool:
        return tx.execute(_NOTE, {"of": report_id, "by": learner_id, "noted": note}).rowcount == 1

    @reads
    def untold_reports(self, tx: Connection) -> Sequence[Report]:
        return [_as_report(row) for row in tx.execute(_UNTOLD)]

    @writes
    def mark_told(self, tx: Connection, report: Report) -> None:
        tx.execute(_TOLD, {"of": report.id, "noted": report.note})


def all_reports(url: str) -> list[Report]:
    """Return every report, the oldest first. Raises StoreError."""
    check_version(url)
    with opened(url) as engine, read_only(engine).begin() as tx:
        return [_as_report(row) for row in tx.execute(_ALL)]


def _as_report(row: Row[Any]) -> Report:
    return Report(
        ReportId(row.id),
        LearnerId(row.learner_id),
        CardId(row.card_id),
        Revision(row.revision),
        row.seed,
        row.answer,
        RunResult.from_record(row.run),
        row.at,
        row.note,
        row.told,
    )
