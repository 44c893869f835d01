"""The daily message: once a minute, the reminder of whoever's hour has come goes into the outbox."""

import logging
import math
from datetime import UTC, date, datetime, time, timedelta

from studybot.core.learner import Learner, LearnerId
from studybot.core.letter import Letter, Reminder
from studybot.core.schedule import local_moment, next_reminder, study_day
from studybot.errors import SandboxUnavailable
from studybot.flows.daily_quiz import plan
from studybot.flows.outside import Outside

log = logging.getLogger(__name__)

CATCH_UP = timedelta(hours=3)
"""How late a reminder may still be sent after we were down; later than this, the day's one is left out."""

BATCH = 500

ON_TIME = timedelta(minutes=10)
QUIET_FROM, QUIET_TO = time(22), time(8)
"""No belated message in the learner's night. An hour they chose themselves is kept, whatever it is."""


async def remind_due_learners(*, outside: Outside) -> int:
    """Queue the reminder of everybody whose hour has come and who has something to do; return how many.

    The outbox sends them. While no card can be asked nobody is reminded, and no day is claimed: the next tick
    tries again.
    """
    try:
        await outside.deck.ready()
    except SandboxUnavailable as error:
        log.warning("nobody is reminded: %s", error)
        return 0
    now = outside.clock.now()
    queued = 0
    failed: set[LearnerId] = set()
    while waiting := [
        (learner, due_at)
        for learner, due_at in await outside.store.learners_to_remind(now, limit=BATCH + len(failed))
        if learner.id not in failed
    ]:
        for learner, due_at in waiting:
            try:
                queued += await _remind(learner, due_at, now, outside)
            except Exception:  # one learner's trouble must not cost the others their reminder
                failed.add(learner.id)
                log.exception("reminder failed learner=%s", learner.id)
    return queued


async def _remind(learner: Learner, due_at: datetime, now: datetime, outside: Outside) -> bool:
    settings = learner.settings
    day = study_day(due_at, settings.tz)
    letter = None
    if may_still_send(now, due_at, learner) and study_day(now, settings.tz) == day:
        letter = await _reminder(learner, day, due_at, outside)
    # One transaction claims the day and queues the message: no restart asks twice, none forgets to ask.
    following = next_reminder(max(now, due_at), settings.remind_at, settings.tz)
    claimed = await outside.store.claim_quiz_day(
        learner.id, day, due_at=due_at, next_reminder_at=following, letter=letter
    )
    if not claimed or letter is None:
        return False
    log.info("reminder queued learner=%s due=%s", learner.id, letter.content.due)
    return True


async def _reminder(learner: Learner, day: date, due_at: datetime, outside: Outside) -> Letter | None:
    """Return the day's letter; None if there is nothing to say."""
    if await outside.store.quiz_on(learner.id, day) is not None:
        return None  # the learner came by themselves
    cards = await plan(learner, day, outside=outside)
    if not cards:
        return None
    seconds = {card.card_id: card.usual_seconds for card in outside.deck.live()}
    minutes = math.ceil(sum(seconds[card_id] for card_id in cards) / 60)
    return Letter(learner.chat_id, learner.id, Reminder(day, len(cards), minutes), too_late_at(due_at, learner))


def too_late_at(due_at: datetime, learner: Learner) -> datetime:
    """Return the moment from which a reminder that was due at `due_at` may not be sent any more."""
    zone = learner.settings.tz
    on_time = due_at + ON_TIME
    local = on_time.astimezone(zone)
    if _is_quiet(local.time()):
        return on_time
    return min(due_at + CATCH_UP, local_moment(local.date(), QUIET_FROM, zone))


def may_still_send(now: datetime, due_at: datetime, learner: Learner) -> bool:
    """Return whether a reminder that was due at `due_at` may be sent at `now`."""
    late = now - due_at
    if late <= ON_TIME:
        return True
    local = now.astimezone(UTC).astimezone(learner.settings.tz).time()
    return late <= CATCH_UP and not _is_quiet(local)


def _is_quiet(local: time) -> bool:
    return local >= QUIET_FROM or local < QUIET_TO
