"""A learner reports a card; whoever runs the bot is told, and told again when a note comes later."""

import logging
from collections.abc import Collection

from studybot.core.learner import ChatId, Learner
from studybot.core.quiz import ShowingId
from studybot.core.report import LONGEST_NOTE, Report, ReportId
from studybot.flows.outside import Outside
from studybot.ports import Messenger

log = logging.getLogger(__name__)


async def report_card(learner: Learner, showing_id: ShowingId, *, update_id: int, outside: Outside) -> Report | None:
    """Store a report of a card that was shown; None where it was not shown to them."""
    now = outside.clock.now()
    report = await outside.store.save_report(learner.id, showing_id, update_id=update_id, at=now)
    if report is not None:
        log.info("card reported learner=%s card=%s report=%s", learner.id, report.card_id, report.id)
    return report


async def add_note(learner: Learner, report_id: ReportId, note: str, *, outside: Outside) -> bool:
    """Add the learner's own words to a report of theirs."""
    return await outside.store.note_report(report_id, learner.id, note.strip()[:LONGEST_NOTE])


async def tell_admins_of_reports(admins: Collection[ChatId], messenger: Messenger, *, outside: Outside) -> int:
    """Tell every admin what was reported since the last time; what could be sent to nobody waits. Return how many."""
    if not admins:
        return 0
    told = 0
    for report in await outside.store.untold_reports():
        reached = False
        for admin in admins:
            try:
                reached |= await messenger.tell_of_report(admin, report)
            except Exception:  # one admin's trouble must not keep the others from knowing
                log.exception("an admin could not be told of report %s", report.id)
        if reached:
            await outside.store.mark_told(report)
            told += 1
    return told
