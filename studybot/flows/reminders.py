"""The daily message: once a minute, the reminder of whoever's hour has come goes into the outbox."""

import logging
from datetime import date, datetime

from studybot.core.learner import Learner, LearnerId
from studybot.core.letter import Letter, Reminder
from studybot.core.reminding import is_ignored, reminder_after, too_late_at
from studybot.core.schedule import study_day
from studybot.errors import SandboxUnavailable
from studybot.flows.outside import Outside
from studybot.flows.plan import plan_day

log = logging.getLogger(__name__)

BATCH = 500


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
    day = study_day(due_at, learner.settings.tz)
    expires_at = too_late_at(due_at, learner.settings)
    content = await _reminder(learner, day, outside) if now < expires_at else None
    letter = None if content is None else Letter(learner.chat_id, learner.id, content, expires_at)
    # One transaction claims the day and queues the message: no restart asks twice, none forgets to ask.
    following = reminder_after(due_at, learner.settings, now=now)
    claimed = await outside.store.claim_quiz_day(
        learner.id, day, due_at=due_at, next_reminder_at=following, letter=letter
    )
    if not claimed or content is None:
        return False
    log.info("reminder queued learner=%s due=%s", learner.id, content.due)
    return True


async def _reminder(learner: Learner, day: date, outside: Outside) -> Reminder | None:
    """Return what there is to say on a study day; None for nothing."""
    if await outside.store.quiz_on(learner.id, day) is not None:
        return None  # the learner came by themselves
    if is_ignored(day, await outside.store.unanswered_reminders(learner.id)):
        return None  # they have heard us; once a week is enough until they answer
    plan = await plan_day(learner, day, outside=outside)
    if not plan.cards:
        await outside.store.rest_on(learner.id, day)
        return None
    return Reminder(day, len(plan.cards), plan.minutes)


async def skip_today(learner: Learner, *, outside: Outside) -> None:
    """Let the learner have the day off: they are not reminded of it, and have not ignored anything."""
    now = outside.clock.now()
    await outside.store.skip_day(learner.id, study_day(now, learner.settings.tz), at=now)
