"""Telegram's limits, kept by ourselves: per chat, per group and in all; answers go before letters.

python-telegram-bot's own limiter has no limit per chat, halts every chat when one is flooded, and knows no
priorities. This one sits in the same place (`BaseRateLimiter`), so that nothing can be sent around it.
"""

import asyncio
import math
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from studybot.core.sending import ChatLimits
from studybot.telegram_bot.common_count import CommonCount

Result = bool | dict[str, Any] | list[dict[str, Any]]

MARGIN = 1.03
"""Windows are kept a little longer than Telegram's: what we send evenly arrives less evenly."""

PATIENCE_SECONDS = 10.0
"""How long a letter waits for its turn before it goes back into the outbox."""

REMEMBERED_CHATS = 5000

_hurried: ContextVar[bool] = ContextVar("hurried", default=True)


_fresh_until: ContextVar[float] = ContextVar("fresh_until", default=math.inf)


@contextmanager
def fresh_for(seconds: float) -> Iterator[None]:
    """Let nothing unhurried in this block begin to be sent later than this: by then it may be somebody else's."""
    token = _fresh_until.set(asyncio.get_running_loop().time() + seconds)
    try:
        yield
    finally:
        _fresh_until.reset(token)


Fence = Callable[[], Coroutine[Any, Any, None]]
_fence: ContextVar[Fence | None] = ContextVar("fence", default=None)


@contextmanager
def behind(fence: Fence) -> Iterator[None]:
    """Ask before each message in this block, once its turn has come, whether it may still be sent; it raises if not."""
    token = _fence.set(fence)
    try:
        yield
    finally:
        _fence.reset(token)


@contextmanager
def unhurried() -> Iterator[None]:
    """Let everything sent in this block wait for whatever somebody is waiting for."""
    token = _hurried.set(False)
    try:
        yield
    finally:
        _hurried.reset(token)


@dataclass(frozen=True, slots=True)
class Limits:
    """`burst` messages go at once into a chat that was quiet, then `per_chat` a second.

    Of the `overall` messages a second, letters leave `kept_free` to the answers: two, for what we send evenly arrives
    in bunches where the machine is busy, and a flooded answer would wait a second.

    What comes is limited as well: `from_person` updates of one person at once, then `from_person_a_second`. Nobody who
    learns gets there.
    """

    per_chat: float = 1.0
    burst: int = 15
    per_group_minute: int = 20
    minute_seconds: float = 60.0
    overall: int = 30
    kept_free: int = 2
    from_person: int = 100
    from_person_a_second: float = 2.0

    @property
    def minute(self) -> float:
        return self.minute_seconds * MARGIN

    def of_chat(self, chat_id: int) -> ChatLimits:
        """Return what holds for one chat, whichever bot speaks there."""
        a_minute = self.per_group_minute if chat_id < 0 else None
        return ChatLimits(self.per_chat, self.burst, a_minute, self.minute)

    def share(self, bots: int) -> "Limits":
        """Return what is left for each of so many bots: the messages a second are the account's, not a bot's."""
        overall = max(self.overall // bots, 1)
        return replace(self, overall=overall, kept_free=min(-(-self.kept_free // bots), overall - 1))


TELEGRAMS_LIMITS = Limits()
NO_LIMITS = Limits(
    per_chat=math.inf, burst=1_000_000, per_group_minute=1_000_000, overall=1_000_000, from_person=1_000_000
)


class Counts:
    """What was sent when, in seconds of one clock, and how long one must wait before the next. Decides, never waits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._levels: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque()
        self._last_letter = -math.inf
        self._held_until: dict[int, float] = {}

    def hold(self, chat_id: int, seconds: float, now: float) -> None:
        """Send nothing into a chat for as long as Telegram said; the others go on."""
        self._held_until[chat_id] = max(self._held_until.get(chat_id, 0.0), now + seconds)

    def chat_wait(self, chat_id: int, now: float) -> float:
        """Return the seconds until the chat itself may hear one more message."""
        wait = max(self._held_until.get(chat_id, 0.0) - now, 0.0)
        if not wait:
            self._held_until.pop(chat_id, None)
        level = self._level(chat_id, now)
        if level + 1 > self.limits.burst:
            wait = max(wait, (level + 1 - self.limits.burst) / self.limits.per_chat)
        if chat_id < 0:
            wait = max(wait, _window_wait(self._groups[chat_id], now, self.limits.per_group_minute, self.limits.minute))
        return wait

    def overall_wait(self, now: float, *, hurried: bool) -> float:
        """Return the seconds until one more message may go to anybody; letters go evenly, not in volleys."""
        wait = _window_wait(self._all, now, self.limits.overall, MARGIN)
        if hurried:
            return wait
        for_letters = self.limits.overall - self.limits.kept_free
        wait = max(wait, self._last_letter + MARGIN / for_letters - now)
        return max(wait, _window_wait(self._all, now, for_letters, MARGIN, forget=False))

    def count(self, chat_id: int, now: float, *, hurried: bool) -> None:
        self._levels[chat_id] = (self._level(chat_id, now) + 1, now)
        self._levels.move_to_end(chat_id)
        while len(self._levels) > REMEMBERED_CHATS and self._level(next(iter(self._levels)), now) == 0:
            self._levels.popitem(last=False)
        self._all.append(now)
        if chat_id < 0:
            self._groups[chat_id].append(now)
        if not hurried:
            self._last_letter = now

    def remember(self, chat_id: int, now: float) -> None:
        self._groups[chat_id].append(now)

    def _level(self, chat_id: int, now: float) -> float:
        level, at = self._levels.get(chat_id, (0.0, now))
        return max(0.0, level - (now - at) * self.limits.per_chat) if now > at else level


def _window_wait(sent: deque[float], now: float, at_most: int, seconds: float, *, forget: bool = True) -> float:
    """Return the wait until fewer than `at_most` of the moments in `sent` lie in the window before it."""
    while forget and sent and sent[0] <= now - seconds:
        sent.popleft()
    return max(0.0, sent[-at_most] + seconds - now) if len(sent) >= at_most else 0.0


@dataclass(eq=False, slots=True)
class Waiter:
    chat_id: int
    hurried: bool
    turn: asyncio.Future[None] = field(repr=False)


class Pace(BaseRateLimiter[None]):
    """Lets each sending call go when its turn has come."""

    def __init__(self, limits: Limits = TELEGRAMS_LIMITS, common: CommonCount | None = None) -> None:
        self._limits = limits
        self._common = common
        self._counts = Counts(limits)
        self._waiting: tuple[list[Waiter], list[Waiter]] = ([], [])  # answers, letters
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def limits(self) -> Limits:
        return self._counts.limits

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()

    def share(self, bots: int) -> None:
        """Keep to the share of one of so many bots from now on."""
        self._counts.limits = self._limits.share(bots)
        if self._common is not None:
            self._common.bots = bots
        self._let_go()

    def remember(self, chat_id: int, sent: int) -> None:
        """Count messages that were sent into a group a moment ago, before we were started again."""
        for _ in range(sent):
            self._counts.remember(chat_id, self._now())

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Result:
        """Make a call in its turn. A flooded chat is left alone for as long as Telegram says; the caller is told."""
        chat_id = data.get("chat_id")
        if not isinstance(chat_id, int) or not _counts_as_a_message(endpoint):
            return await callback(*args, **kwargs)
        hurried = _hurried.get()
        await self.turn(chat_id, hurried=hurried)
        if self._common is not None and math.isfinite(self._limits.per_chat):
            patience = math.inf if hurried else PATIENCE_SECONDS
            await self._common.turn(chat_id, self._limits.of_chat(chat_id), patience_seconds=patience)
        if self._now() > _fresh_until.get():
            raise RetryAfter(1)
        if (fence := _fence.get()) is not None:
            await fence()
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as flood:
            self._counts.hold(chat_id, flood_seconds(flood), self._now())
            raise

    async def turn(self, chat_id: int, *, hurried: bool) -> None:
        """Wait until one more message may go into a chat. Raises RetryAfter for a letter that would wait long."""
        if not hurried and (wait := self._counts.chat_wait(chat_id, self._now())) > PATIENCE_SECONDS:
            raise RetryAfter(math.ceil(wait))
        line = self._waiting[not hurried]
        if self._is_free(chat_id, hurried=hurried):
            return
        waiter = Waiter(chat_id, hurried, asyncio.get_running_loop().create_future())
        line.append(waiter)
        self._let_go()
        try:
            async with asyncio.timeout(None if hurried else PATIENCE_SECONDS):
                await waiter.turn
        except TimeoutError:
            raise RetryAfter(math.ceil(PATIENCE_SECONDS)) from None
        finally:
            if waiter in line:
                line.remove(waiter)

    def _is_free(self, chat_id: int, *, hurried: bool) -> bool:
        """Take a turn at once if nobody waits and the limits allow it."""
        now = self._now()
        if self._waiting[0] or self._waiting[1]:
            return False
        if self._counts.overall_wait(now, hurried=hurried) > 0 or self._counts.chat_wait(chat_id, now) > 0:
            return False
        self._counts.count(chat_id, now, hurried=hurried)
        return True

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _let_go(self) -> None:
        """Let everybody go whose turn has come, and wake up when the next one's comes."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        answers, letters = self._waiting
        soonest = min(self._let_line_go(answers, hurried=True), self._let_line_go(letters, hurried=False))
        if soonest < math.inf:
            self._alarm = asyncio.get_running_loop().call_later(soonest, self._let_go)

    def _let_line_go(self, line: list[Waiter], *, hurried: bool) -> float:
        """Let go whom the limits allow, in order; return the seconds until there may be another one."""
        now, soonest, place = self._now(), math.inf, 0
        while place < len(line):
            waiter = line[place]
            if (wait := self._counts.overall_wait(now, hurried=hurried)) > 0:
                return min(soonest, wait)
            if (wait := self._counts.chat_wait(waiter.chat_id, now)) > 0:
                soonest = min(soonest, wait)
                place += 1
                continue
            del line[place]
            if not waiter.turn.done():
                self._counts.count(waiter.chat_id, now, hurried=hurried)
                waiter.turn.set_result(None)
        return soonest


def flood_seconds(flood: RetryAfter) -> float:
    """Return how long Telegram asks us to wait."""
    wait = flood.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def _counts_as_a_message(endpoint: str) -> bool:
    """Edits and sends share the count, and closing a poll is an edit; answers to presses and "typing" are free."""
    return endpoint.startswith(("send", "edit", "copy", "forward", "stopPoll")) and endpoint != "sendChatAction"
