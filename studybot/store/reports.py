"""What learners reported: stored before anybody is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, false, func, insert, select, update

from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.phrase import Phrase
from studybot.core.quiz import ShowingId
from studybot.core.report import Report, ReportId, Said
from studybot.core.run import RunResult
from studybot.errors import StoreError
from studybot.store.engine import opened, read_only
from studybot.store.locks import lock_learner
from studybot.store.tables import attempts, card_revisions, reports, reviews, showings
from studybot.store.transactions import Transactions, reads, writes
from studybot.store.types import Moment
from studybot.store.upgrade import check_version

_BY_UPDATE = select(reports).where(reports.c.update_id == bindparam("update_id"))
_SHOWING = select(showings).where(showings.c.id == bindparam("showing_id"), showings.c.asked_at.is_not(None))
_SETTLING = select(reviews.c.text, reviews.c.right).where(reviews.c.showing_id == bindparam("showing_id"))
_ATTEMPTS = (
    select(attempts.c.text, attempts.c.right)
    .where(attempts.c.showing_id == bindparam("showing_id"))
    .order_by(attempts.c.at, attempts.c.update_id)
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
_BY_ID = select(reports).where(reports.c.id == bindparam("of"))
_BODY = select(card_revisions.c.body).where(
    card_revisions.c.card_id == bindparam("card_id"), card_revisions.c.revision == bindparam("revision")
)
_CLOSE = (
    update(reports)
    .where(reports.c.id == bindparam("of"))
    .values(closed_at=func.coalesce(reports.c.closed_at, bindparam("closed", type_=Moment())))
)


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
        of = {"showing_id": showing_id}
        transcript = [
            {"text": text, "right": right} for said in (_ATTEMPTS, _SETTLING) for text, right in tx.execute(said, of)
        ]
        columns = {
            "update_id": update_id,
            "learner_id": learner_id,
            "card_id": showing.card_id,
            "revision": showing.revision,
            "seed": showing.seed,
            "answer": transcript[-1]["text"] if transcript else "",
            "transcript": transcript,
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


def reported(url: str, report_id: ReportId) -> tuple[Report, Mapping[str, Any] | None]:
    """Return a report, and what its card said at the time if that is still known. Raises StoreError."""
    check_version(url)
    with opened(url) as engine, read_only(engine).begin() as tx:
        row = tx.execute(_BY_ID, {"of": report_id}).one_or_none()
        if row is None:
            raise _unknown(report_id)
        body = tx.execute(_BODY, {"card_id": row.card_id, "revision": row.revision}).scalar_one_or_none()
        return _as_report(row), body


def close_report(url: str, report_id: ReportId, *, at: datetime) -> None:
    """Note that somebody has dealt with a report. Raises StoreError if there is no such report."""
    check_version(url)
    with opened(url) as engine, engine.begin() as tx:
        if not tx.execute(_CLOSE, {"of": report_id, "closed": at}).rowcount:
            raise _unknown(report_id)


def _unknown(report_id: ReportId) -> StoreError:
    return StoreError(
        Phrase("there is no report {report_id}; `studybot cards reports` lists them", report_id=report_id)
    )


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
        tuple(Said(**said) for said in row.transcript or ()),
        row.closed_at,
    )
