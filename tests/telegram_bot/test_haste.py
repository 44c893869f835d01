"""Whoever sends more than a person can is told once, in their language, and holds up nobody."""

import asyncio

import pytest

from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.telegram_bot.app import StudyBot
from studybot.telegram_bot.haste import REMEMBERED, Haste
from studybot.telegram_bot.pace import Limits
from tests.fakes import FrozenClock
from tests.fakes_store import MemoryStore
from tests.telegram_bot.conftest import account_of, serving
from tests.telegram_bot.test_inbox import outside


def test_a_burst_is_let_through_and_then_so_many_a_second() -> None:
    haste = Haste(burst=3, per_second=2)

    assert [haste.is_too_much(1, 0.0) for _ in range(5)] == [False, False, False, True, True]
    assert [haste.is_too_much(1, 1.0) for _ in range(3)] == [False, False, True]
    assert haste.is_too_much(2, 1.0) is False


def test_a_person_is_told_once_until_they_slow_down() -> None:
    haste = Haste(burst=1, per_second=1)
    haste.is_too_much(1, 0.0)

    assert haste.is_too_much(1, 0.0)
    assert [haste.is_to_be_told(1), haste.is_to_be_told(1)] == [True, False]
    assert not haste.is_too_much(1, 5.0)
    assert haste.is_too_much(1, 5.0)
    assert haste.is_to_be_told(1)


def test_only_so_many_people_are_remembered() -> None:
    haste = Haste(burst=1, per_second=1)
    for person in range(REMEMBERED + 100):
        haste.is_too_much(person, 0.0)

    assert len(haste._people) == REMEMBERED


@pytest.mark.parametrize(("language", "told"), [("ko", "천천히"), ("en", "Not so fast")])
async def test_a_hasty_person_is_told_once_and_others_are_served(language: str, told: str) -> None:
    clock = FrozenClock()
    few = Limits(burst=1000, per_chat=1000, overall=1000, from_person=5, from_person_a_second=0.0)
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        hasty, calm = chat.person("Eve", language=language), chat.person("Ann")
        async with serving(account_of(chat), outside(MemoryStore(), clock), limits=few) as bot:
            for _ in range(12):
                await hasty.send("/help")
            await calm.send("/help")

            assert "/today" in (await calm.next_message()).text
            async with asyncio.timeout(10):
                while refused(bot) < 7:  # noqa: ASYNC110 - a figure tells nobody
                    await asyncio.sleep(0.01)
            await chat.wait_for(lambda: told in hasty.private.messages[-1].text)

        answers = [message.text for message in hasty.private.messages if message.from_bot]
        assert [told in text for text in answers] == [False] * 5 + [True]


def refused(bot: StudyBot) -> float:
    return bot.metrics.registry.get_sample_value("studybot_refusals_total", {"reason": "haste"}) or 0.0
