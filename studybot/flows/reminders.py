"""The daily message: once a minute, whoever's hour has come is told what is due."""

import logging
from datetime import datetime, timedelta

from studybot.core.learner import Learner
from studybot.core.reminding import NIGHT, is_ignored, is_quiet, next_reminder
from studybot.core.schedule import study_day
from studybot.errors import SandboxUnavailable
from studybot.flows.outside import Outside
from studybot.flows.plan import plan_day
from studybot.ports import Messenger

log = logging.getLogger(__name__)

CATCH_UP = timedelta(hours=3)
"""How late a reminder may still be sent after we were down; later than this, the day's one is left out."""

ON_TIME = timedelta(minutes=10)


async def remind_due_learners(messenger: Messenger, *, outside: Outside) -> int:
    """Remind everybody whose reminder is due and who has something to do; return how many were reminded.

    While no card can be asked nobody is reminded, and no day is claimed: the next tick tries again.
    """
    try:
        await outside.deck.ready()
    except SandboxUnavailable as error:
        log.warning("nobody is reminded: %s", error)
        return 0
    now = outside.clock.now()
    reminded = 0
    for learner, due_at in await outside.store.learners_to_remind(now):
        try:
            reminded += await _remind(learner, due_at, now, messenger, outside)
        except Exception:  # one learner's trouble must not cost the others their reminder
            log.exception("reminder failed learner=%s", learner.id)
    return reminded


async def _remind(learner: Learner, due_at: datetime, now: datetime, messenger: Messenger, outside: Outside) -> bool:
    settings = learner.settings
    day = study_day(due_at, settings.tz)
    # Claim the day before sending: a restart between the two must not ask twice.
    following = next_reminder(max(now, due_at), settings)
    claimed = await outside.store.claim_quiz_day(learner.id, day, due_at=due_at, next_reminder_at=following)
    if not claimed or not may_still_send(now, due_at, learner) or study_day(now, settings.tz) != day:
        return False
    if await outside.store.quiz_on(learner.id, day) is not None:
        return False  # the learner came by themselves
    if is_ignored(day, await outside.store.unanswered_reminders(learner.id)):
        return False  # they have heard us; once a week is enough until they answer
    plan = await plan_day(learner, day, outside=outside)
    if not plan.cards:
        await outside.store.rest_on(learner.id, day)
        return False
    reached = await messenger.remind(learner, due=len(plan.cards), minutes=plan.minutes)
    if reached:
        await outside.store.note_reminder(learner.id, day)
    else:
        await outside.store.mark_reachable(learner.id, reachable=False)
    log.info("reminded learner=%s due=%s reached=%s", learner.id, len(plan.cards), reached)
    return reached


def may_still_send(now: datetime, due_at: datetime, learner: Learner) -> bool:
    """Return whether a reminder that was due at `due_at` may be sent at `now`: on time, or late but by day."""
    late = now - due_at
    if late <= ON_TIME:
        return True
    return late <= CATCH_UP and not is_quiet(now, learner.settings.quiet or NIGHT, learner.settings.tz)


async def skip_today(learner: Learner, *, outside: Outside) -> None:
    """Let the learner have the day off: they are not reminded of it, and have not ignored anything."""
    now = outside.clock.now()
    await outside.store.skip_day(learner.id, study_day(now, learner.settings.tz), at=now)
