"""Something is said to everybody who wants to hear it: looked at first, then put into the outbox, all or nothing."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from studybot.core.announcing import STALE_AFTER, WEEK, too_many, when
from studybot.core.card import Text
from studybot.core.letter import Announcement, Letter
from studybot.ports import Clock, Store

log = logging.getLogger(__name__)

Objection = Literal["day", "week", "same"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom an announcement would reach, and when. `away` learners are back too late for it.

    `objection`: there was one today already, or enough this week, or the very same one.
    """

    text: Text
    letters: Sequence[tuple[Letter, datetime]]
    away: int
    later: int
    objection: Objection | None


async def plan(text: Text, *, store: Store, clock: Clock) -> Plan:
    """Find out whom an announcement would reach. Nothing is stored or sent."""
    now = clock.now()
    before = await store.announced_since(now - WEEK)
    objection: Objection | None = too_many([at for at, _ in before], now)
    if any(said == text for _, said in before):
        objection = "same"
    learners = await store.learners_who_want_news()
    hours = [(learner, when(now, learner.settings)) for learner in learners]
    letters = [
        (Letter(learner.chat_id, learner.id, Announcement(text), at + STALE_AFTER), at)
        for learner, at in hours
        if at < now + STALE_AFTER
    ]
    later = sum(at > now for _, at in letters)
    return Plan(text, letters, len(hours) - len(letters), later, objection)


async def announce(planned: Plan, *, store: Store, clock: Clock) -> int:
    """Put the letters into the outbox, all of them or none; return how many. The running bot sends them.

    None go out where somebody else announced the same meanwhile.
    """
    if not await store.save_announcement(planned.text, planned.letters, at=clock.now()):
        return 0
    log.info("announced to learners=%s", len(planned.letters))
    return len(planned.letters)
