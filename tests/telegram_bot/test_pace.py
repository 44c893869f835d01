"""The bot keeps Telegram's limits by itself. The local chat's own flood control is the judge; time is virtual."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram.error import RetryAfter

from studybot.local_chat import FloodLimits
from studybot.local_chat.flood import Flood
from studybot.local_chat.methods import METHODS
from studybot.local_chat.refused import Refused
from studybot.telegram_bot.common_count import CommonCount
from studybot.telegram_bot.pace import NO_LIMITS, TELEGRAMS_LIMITS, Limits, Pace, unhurried
from tests.virtual_time import run_in_virtual_time

Test = Callable[..., Awaitable[None]]


@pytest.fixture(autouse=True)
def _as_the_bot_sets_the_library_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


def in_virtual_time(test: Test) -> Callable[..., None]:
    @functools.wraps(test)
    def run(**given: Any) -> None:
        async def whole() -> None:
            await test(**given)

        run_in_virtual_time(whole())

    return run


class Telegram:
    """Answers after 50 ms, and counts by the strict rules; `sent` holds (chat, seconds since the start)."""

    def __init__(self, limits: Limits = TELEGRAMS_LIMITS, common: CommonCount | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.began = self.loop.time()
        self.flood = Flood(FloodLimits(), self.loop.time)
        self.pace = Pace(limits, common)
        self.sent: list[tuple[int, float]] = []
        self.refused = 0

    @property
    def seconds(self) -> float:
        return self.loop.time() - self.began

    async def send(self, chat_id: int, endpoint: str = "sendMessage") -> float:
        """Return how long it took."""
        began = self.loop.time()
        await self.pace.process_request(self._post, (), {}, endpoint, {"chat_id": chat_id}, None)
        return self.loop.time() - began

    async def letter(self, chat_id: int) -> float:
        with unhurried():
            return await self.send(chat_id)

    async def _post(self) -> Any:
        await asyncio.sleep(0.05)
        chat_id, now = -1, self.loop.time()
        try:
            self.flood.check(chat_id := self._chat())
        except Refused as refused:
            self.refused += 1
            raise RetryAfter(refused.parameters["retry_after"]) from None
        self.flood.count(chat_id)
        self.sent.append((chat_id, now - self.began))
        return True

    def _chat(self) -> int:
        task = asyncio.current_task()
        assert task is not None
        return int(task.get_name())


async def together(*calls: tuple[int, Awaitable[float]]) -> list[float]:
    """Run calls at once, each in a task named after its chat."""

    async def run(call: Awaitable[float]) -> float:
        return await call

    return await asyncio.gather(*(asyncio.create_task(run(call), name=str(chat)) for chat, call in calls))


@in_virtual_time
async def test_a_short_burst_goes_at_once_and_then_one_a_second() -> None:
    telegram = Telegram()

    took = await together(*((7, telegram.send(7)) for _ in range(20)))

    assert took[:15] == pytest.approx([0.05] * 15)
    assert took[15:] == pytest.approx([1.05, 2.05, 3.05, 4.05, 5.05])
    assert not telegram.refused


@in_virtual_time
async def test_a_chat_that_waits_does_not_hold_up_another() -> None:
    telegram = Telegram(Limits(burst=1))

    took = await together((7, telegram.send(7)), (7, telegram.send(7)), (8, telegram.send(8)))

    assert took == pytest.approx([0.05, 1.05, 0.05])


@in_virtual_time
async def test_a_group_hears_twenty_a_minute() -> None:
    telegram = Telegram()

    await together(*((-7, telegram.send(-7)) for _ in range(40)))

    assert 60 < telegram.seconds < 70
    assert not telegram.refused


@in_virtual_time
async def test_all_chats_together_hear_thirty_a_second() -> None:
    telegram = Telegram()

    await together(*((chat, telegram.send(chat)) for chat in range(1, 301)))

    assert 9 < telegram.seconds < 10
    assert not telegram.refused


@in_virtual_time
async def test_two_bots_that_share_the_account_are_not_told_to_wait() -> None:
    first, second = Telegram(), Telegram()
    second.flood = first.flood
    for telegram in (first, second):
        telegram.pace.share(2)

    await together(*((chat, (first, second)[chat % 2].send(chat)) for chat in range(1, 301)))

    assert 9 < first.seconds < 11
    assert not first.refused
    assert not second.refused


@in_virtual_time
async def test_a_bot_that_is_alone_again_sends_as_much_as_before() -> None:
    telegram = Telegram()
    telegram.pace.share(3)
    sending = asyncio.ensure_future(together(*((chat, telegram.send(chat)) for chat in range(1, 301))))
    await asyncio.sleep(1)

    telegram.pace.share(1)
    await sending

    assert telegram.seconds < 11
    assert not telegram.refused


@in_virtual_time
async def test_answers_go_before_letters() -> None:
    telegram = Telegram()
    letters = asyncio.gather(*(together((chat, telegram.letter(chat))) for chat in range(1, 201)))
    await asyncio.sleep(2)

    took = [(await together((chat, telegram.send(chat))))[0] for chat in range(1001, 1021)]

    assert max(took) < 0.1
    await letters
    assert not telegram.refused


@in_virtual_time
async def test_a_flooded_chat_is_left_alone_and_the_others_go_on() -> None:
    telegram = Telegram()
    for _ in range(20):
        telegram.flood.count(-7)  # somebody else sent with the same token

    with pytest.raises(RetryAfter):
        await together((-7, telegram.send(-7)))
    others = await together((8, telegram.send(8)))
    (again,) = await together((-7, telegram.send(-7)))

    assert others == pytest.approx([0.05])
    assert 59 < again < 62
    assert telegram.refused == 1


@in_virtual_time
async def test_a_letter_for_a_chat_that_must_wait_long_goes_back_to_the_outbox() -> None:
    telegram = Telegram(Limits(burst=1, per_chat=1 / 30))
    await together((7, telegram.send(7)))

    with pytest.raises(RetryAfter):
        await together((7, telegram.letter(7)))

    assert telegram.seconds < 1


@in_virtual_time
async def test_a_letter_that_never_gets_its_turn_gives_way() -> None:
    telegram = Telegram(Limits(overall=2, kept_free=1))

    async def storm() -> None:
        while telegram.seconds < 30:
            await together(*((chat, telegram.send(chat)) for chat in range(100, 110)))

    answers = asyncio.create_task(storm())
    await asyncio.sleep(0.1)

    with pytest.raises(RetryAfter):
        await together((7, telegram.letter(7)))

    assert 9 < telegram.seconds < 12
    await answers


@pytest.mark.parametrize("endpoint", ["sendMessage", "editMessageText", "sendPhoto", "sendPoll", "stopPoll"])
@in_virtual_time
async def test_whatever_changes_what_is_said_in_a_group_counts_there_as_here(endpoint: str) -> None:
    assert METHODS[endpoint.lower()].floods
    telegram = Telegram(Limits(per_group_minute=1))
    await together((-7, telegram.send(-7, endpoint)))

    await together((-7, telegram.send(-7)))

    assert telegram.seconds > 60


@in_virtual_time
async def test_toasts_and_typing_are_free() -> None:
    telegram = Telegram(Limits(burst=1))
    await together((7, telegram.send(7)))

    took = [await telegram.pace.process_request(_nothing, (), {}, endpoint, {"chat_id": 7}, None) for endpoint in FREE]

    assert took == [True, True]
    assert telegram.seconds < 0.1


FREE = ("answerCallbackQuery", "sendChatAction")


async def _nothing() -> bool:
    return True


@in_virtual_time
async def test_without_limits_nothing_waits() -> None:
    telegram = Telegram(NO_LIMITS)
    telegram.flood = Flood(FloodLimits(per_chat=1e9, burst=10**6, per_group_minute=10**6, overall=10**6), lambda: 0.0)

    took = await together(*((-7, telegram.send(-7)) for _ in range(1000)))

    assert took == pytest.approx([0.05] * 1000)


@in_virtual_time
async def test_what_was_sent_before_a_restart_counts_as_well() -> None:
    telegram = Telegram()
    telegram.pace.remember(-7, 19)
    for _ in range(19):
        telegram.flood.count(-7)

    await together((-7, telegram.send(-7)), (-7, telegram.send(-7)))

    assert telegram.seconds > 59
    assert not telegram.refused
