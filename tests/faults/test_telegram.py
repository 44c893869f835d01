"""Whatever Telegram answers to what: an answer is counted once, and its verdict is shown."""

from datetime import timedelta
from typing import Any

import pytest

from tests.faults.conftest import PATIENT_SECONDS, OpenScene

pytestmark = pytest.mark.faults

FAULTS: dict[str, Any] = {
    "a flood limit": 429,
    "a bad gateway": 502,
    "an error of theirs": 500,
    "a reset connection": "reset",
    "an answer that is lost": "lost",
}


CASES = [(method, fault) for method in ("getUpdates", "editMessageText", "sendMessage") for fault in FAULTS]


@pytest.mark.parametrize(("method", "fault"), [case for case in CASES if case != ("sendMessage", "a reset connection")])
async def test_an_answer_is_counted_once_and_the_next_card_comes(scene: OpenScene, method: str, fault: str) -> None:
    async with scene() as on:
        card = await on.first_card()
        on.chat.fail_next(method, FAULTS[fault])

        await on.typed("4", card)
        await on.ann.press(card, card.buttons[-1][0])
        following = await on.ann.next_message(timeout=PATIENT_SECONDS)

        assert "Right!" in card.text
        assert "2 /" in following.text or "2/" in following.text
        assert len(await on.reviews()) == 1


async def test_a_message_that_may_have_arrived_is_not_sent_twice_and_comes_when_it_is_asked_for(
    scene: OpenScene,
) -> None:
    async with scene() as on:
        card = await on.first_card()
        await on.typed("4", card)
        on.chat.fail_next("sendMessage", "reset")

        await on.ann.press(card, card.buttons[-1][0])
        apology = await on.ann.next_message(timeout=PATIENT_SECONDS)
        await on.ann.send("/today")
        following = await on.ann.next_message(timeout=PATIENT_SECONDS)

        assert "Nothing was lost" in apology.text
        assert "2 /" in following.text or "2/" in following.text


async def test_a_press_that_comes_again_long_after_counts_nothing(scene: OpenScene) -> None:
    async with scene() as on:
        card = await on.first_card()
        await on.typed("4", card)
        answered = next(reversed(on.chat.world.updates._delivered))
        await on.ann.press(card, card.buttons[-1][0])
        following = await on.ann.next_message(timeout=PATIENT_SECONDS)

        on.chat.redeliver(answered)
        await on.typed("4", following)

        assert len(await on.reviews()) == 2


async def test_updates_in_the_wrong_order_are_all_handled_and_count_once(scene: OpenScene) -> None:
    async with scene() as on:
        card = await on.first_card()
        await on.typed("4", card)
        await on.ann.press(card, card.buttons[-1][0])
        following = await on.ann.next_message(timeout=PATIENT_SECONDS)

        for update_id in sorted(on.chat.world.updates._delivered, reverse=True):
            on.chat.redeliver(update_id)
        await on.typed("4", following)

        assert len(await on.reviews()) == 2
        assert not await on.store.unhandled()


@pytest.mark.parametrize(
    "jumps",
    [
        [timedelta(days=3), timedelta(days=-3)],
        [timedelta(days=-2), timedelta(days=2)],
        [timedelta(hours=30), timedelta(hours=-29), timedelta(hours=29)],
    ],
    ids=["ahead and back", "back and ahead", "to and fro"],
)
async def test_a_clock_that_jumps_loses_no_answer_and_doubles_none(scene: OpenScene, jumps: list[timedelta]) -> None:
    async with scene() as on:
        card = await on.first_card()
        for jump in jumps:
            on.clock.move(jump)
            await on.bot.tick()

        await on.typed("4", card)

        assert len(await on.reviews()) == 1
        assert "Right!" in card.text
