"""A person says hello, and changes what they have chosen."""

from dataclasses import replace

from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.reminding import next_reminder
from studybot.core.schedule import study_day
from studybot.flows.outside import Outside


async def welcome(chat_id: ChatId, first: Settings, *, outside: Outside) -> tuple[Learner, bool]:
    """Return the learner of a private chat, and whether they are new. Whoever comes back is reachable again."""
    known = await outside.store.learner_of_chat(chat_id)
    if known is None:
        reminder = next_reminder(outside.clock.now(), first)
        return await outside.store.add_learner(chat_id, first, next_reminder_at=reminder), True
    if not known.reachable:
        await outside.store.mark_reachable(known.id, reachable=True)
        known = replace(known, reachable=True)
    return known, False


async def change_settings(learner: Learner, settings: Settings, *, outside: Outside) -> Learner:
    """Store new settings and move the next reminder with them.

    Due days stay as they are, unless another scheduler was chosen: then they are what it makes of all reviews.
    """
    now = outside.clock.now()
    if settings.scheduler != learner.settings.scheduler:
        await outside.store.switch_scheduler(learner.id, outside.schedulers[settings.scheduler])
    if settings.away_until != learner.settings.away_until:
        await outside.store.rest_until(learner.id, settings.away_until, today=study_day(now, settings.tz))
    reminder = next_reminder(now, settings)
    return await outside.store.save_settings(learner.id, settings, next_reminder_at=reminder)
