"""One person's haste is not everybody's wait: whoever sends far more than a person can is told once, and not served."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, ContextTypes

from studybot.core.phrase import Phrase
from studybot.locale import Speech
from studybot.metrics import Metrics

log = logging.getLogger(__name__)

NOT_SO_FAST = Phrase("Not so fast, please. In a minute I go on.")
REMEMBERED = 10_000

SpeechFor = Callable[[Update], Speech]


@dataclass(slots=True)
class Level:
    full: float = 0.0
    at: float = 0.0
    told: bool = False


class Haste:
    """Lets `burst` updates of a person through at once, then `per_second`. Decides, never waits."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._people: OrderedDict[int, Level] = OrderedDict()

    def is_too_much(self, person: int, now: float) -> bool:
        """Count one update of a person, unless it is too much."""
        level = self._people.setdefault(person, Level(at=now))
        self._people.move_to_end(person)
        if len(self._people) > REMEMBERED:
            self._people.popitem(last=False)
        level.full = max(0.0, level.full - (now - level.at) * self._per_second)
        level.at = now
        if level.full + 1 > self._burst:
            return True
        level.full += 1
        level.told = False
        return False

    def is_to_be_told(self, person: int) -> bool:
        """Return whether a person who is too hasty was not told so yet; they are from now on."""
        level = self._people[person]
        told, level.told = level.told, True
        return not told


class Guard:
    """Stands before all handlers."""

    def __init__(self, haste: Haste, metrics: Metrics, clock: Callable[[], float], speech_for: SpeechFor) -> None:
        self._haste = haste
        self._metrics = metrics
        self._clock = clock
        self._speech_for = speech_for

    async def __call__(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        person = update.effective_user
        if person is None or not self._haste.is_too_much(person.id, self._clock()):
            return
        self._metrics.refusals.labels("haste").inc()
        if self._haste.is_to_be_told(person.id):
            log.warning("too many updates at once person=%s", person.id)
            await self._tell(update)
        raise ApplicationHandlerStop

    async def _tell(self, update: Update) -> None:
        text = self._speech_for(update)(NOT_SO_FAST)
        with suppress(TelegramError):
            if update.callback_query is not None:
                await update.callback_query.answer(text)
            elif update.effective_chat is not None and update.effective_chat.type == "private":
                await update.effective_chat.send_message(text)
