"""A letter's way out of the outbox: sent once its turn has come, tried again or put aside by what became of it."""

import logging
from datetime import timedelta
from typing import assert_never

from studybot.core.announcing import when
from studybot.core.learner import Learner
from studybot.core.letter import (
    Announcement,
    Delivered,
    Delivery,
    Moved,
    NotNow,
    QueuedLetter,
    Refused,
    Reminder,
    Unreachable,
    Unsure,
)
from studybot.core.reminding import is_wanted
from studybot.flows.outside import Outside
from studybot.ports import Messenger

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 300.0


async def post(queued: QueuedLetter, messenger: Messenger, *, outside: Outside) -> bool:
    """Send a letter that was taken out of the outbox; return whether it arrived."""
    now, letter, store = outside.clock.now(), queued.letter, outside.store
    learner = await store.learner(letter.learner_id)
    if (
        learner is None
        or not learner.reachable
        or now >= letter.expires_at
        or await _is_spare(queued, learner, outside)
    ):
        log.info("letter left out letter=%s learner=%s", queued.id, letter.learner_id)
        await store.finish_letter(queued.id, sent=False)
        return False
    if isinstance(letter.content, Announcement) and (hour := when(now, learner.settings)) > now:
        await store.put_off_letter(queued.in_hand, until=hour)  # it waited longer than was foreseen, and now they sleep
        return False
    match delivery := await _deliver(queued, learner, messenger):
        case Delivered():
            await store.finish_letter(queued.id, sent=True)
            log.info("letter sent letter=%s learner=%s", queued.id, letter.learner_id)
        case Unsure(reason):
            await store.finish_letter(queued.id, sent=True)
            log.warning("letter sent, no answer came letter=%s: %s", queued.id, reason)
        case NotNow(reason):
            until = outside.clock.now() + _pause(delivery, queued.tries)
            await store.put_off_letter(queued.in_hand, until=until)
            log.warning("letter put off letter=%s until=%s: %s", queued.id, until, reason)
        case Unreachable():
            await store.mark_reachable(learner.id, reachable=False)
            await store.finish_letter(queued.id, sent=False)
            log.info("letter cannot be delivered: nobody is there letter=%s learner=%s", queued.id, learner.id)
        case Moved(to):
            await store.move_chat(letter.chat_id, to)
            await store.put_off_letter(queued.in_hand, until=now)
        case Refused(reason):
            await store.finish_letter(queued.id, sent=False)
            log.error("letter refused letter=%s: %s", queued.id, reason)
        case unknown:
            assert_never(unknown)
    return isinstance(delivery, Delivered)


async def _deliver(queued: QueuedLetter, learner: Learner, messenger: Messenger) -> Delivery:
    match queued.letter.content:
        case Reminder(_, due, minutes):
            return await messenger.remind(learner, due=due, minutes=minutes)
        case Announcement(text):
            return await messenger.announce(learner, text)
        case unknown:
            assert_never(unknown)


async def _is_spare(queued: QueuedLetter, learner: Learner, outside: Outside) -> bool:
    """Whether a letter was overtaken while it waited: the learner came by themselves, or wants to be left alone."""
    if isinstance(queued.letter.content, Announcement):
        return not learner.settings.announcements
    day = queued.letter.content.day
    return not is_wanted(day, learner.settings) or await outside.store.quiz_on(learner.id, day) is not None


def _pause(delivery: NotNow, tries: int) -> timedelta:
    """Return what Telegram asks for, else 2 s, 4 s, ... up to `LONGEST_PAUSE_SECONDS`."""
    seconds = delivery.seconds if delivery.seconds is not None else min(2.0 ** min(tries, 9), LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=seconds)
