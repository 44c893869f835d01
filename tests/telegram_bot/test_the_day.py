"""The learner's day in the chat: the reminder's buttons, the end of the day, and coming back."""

import asyncio
from datetime import timedelta

import pytest

from studybot.core.card import Text
from studybot.core.learner import ChatId
from studybot.flows.announcements import announce, plan
from studybot.local_chat import Message
from tests.fakes import predict_card
from tests.telegram_bot.conftest import SetStage, Stage


async def started(on: Stage) -> Message:
    """Begin the day's quiz and return its first card."""
    await on.ann.send("/today")
    return await on.ann.next_message()


async def answered(on: Stage, card: Message) -> Message:
    """Answer the open card rightly, go on, and return what comes next."""
    version = card.version
    await on.ann.send("4")
    await on.ann.next_edit(card, since=version)
    await on.ann.press(card, "Next ▸")
    return await on.ann.next_message()


async def test_a_day_off_takes_the_buttons_away_and_says_so(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/start")
        await on.ann.next_message()
        on.clock.move(timedelta(days=1))
        await on.bot.tick()
        reminder = await on.ann.next_message()
        assert reminder.buttons == [["Start", "Later", "Skip today"]]

        version = reminder.version
        await on.ann.press(reminder, "Skip today")
        await on.ann.next_edit(reminder, since=version)

        learner = await on.store.learner_of_chat(ChatId(on.ann.id))
        assert learner is not None
        assert reminder.buttons == []
        assert {owner for owner, _ in on.store.skipped} == {learner.id}


async def test_five_more_are_offered_at_the_end_while_there_are_any(stage: SetStage) -> None:
    async with stage(*(predict_card(f"card-{n}") for n in range(6))) as on:
        shown = await started(on)
        for _ in range(5):
            shown = await answered(on, shown)
        end = shown
        assert end.buttons == [["➕ 5 more"]]

        await on.ann.press(end, "➕ 5 more")
        sixth = await on.ann.next_message()
        end_again = await answered(on, sixth)

        assert "6/6" in sixth.text
        assert "6 of 6" in end_again.text
        assert end_again.buttons == []
        assert not on.chat.refusals


async def test_days_in_a_row_are_told_at_the_end_of_the_day_and_nowhere_else(stage: SetStage) -> None:
    async with stage(*(predict_card(f"card-{n}") for n in range(6))) as on:
        shown = await started(on)
        for _ in range(5):
            shown = await answered(on, shown)
        assert "Days in a row" not in shown.text  # one day is no row
        on.clock.move(timedelta(days=1))
        await on.bot.tick()
        reminder = await on.ann.next_message()

        await on.ann.press(reminder, "Start")
        shown = await on.ann.next_message()
        for _ in range(6):
            assert "Days in a row" not in shown.text
            shown = await answered(on, shown)

        assert "Days in a row" not in reminder.text
        assert "Days in a row: 2. Freezes in stock: 1." in shown.text


async def test_who_comes_back_after_months_is_greeted_once(stage: SetStage) -> None:
    async with stage(*(predict_card(f"card-{n}") for n in range(12))) as on:
        await answered(on, await started(on))
        learner = await on.store.learner_of_chat(ChatId(on.ann.id))
        assert learner is not None
        known = next(iter(on.store.memories.values()))
        on.store.memories = {(learner.id, card.card_id): known for card in on.deck.cards}
        on.clock.move(timedelta(days=100))

        first = await started(on)
        greeting, _, header, *_ = first.text.splitlines()
        second = await answered(on, first)

        assert greeting.startswith("👋 Good to see you again!")
        assert header.startswith("1/10")
        assert second.text.startswith("2/10")


async def test_news_come_without_a_sound_and_can_be_turned_off(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/start")
        await on.ann.next_message()
        text = Text("새 카드가 왔어요.", "New **cards** for <you>.")
        planned = await plan(text, store=on.store, clock=on.clock)

        await announce(planned, store=on.store, clock=on.clock)
        news = await on.ann.next_message()
        await on.ann.send("/settings")
        settings = await on.ann.next_message()
        await on.ann.press(settings, "📣 News of the bot: on")
        await on.ann.next_edit(settings)
        await on.ann.press(settings, "off")
        await on.chat.wait_for(lambda: ["📣 News of the bot: off"] in settings.buttons)

        assert news.text == "📣 New cards for <you>.\n\nNo more of these: /settings"
        assert news.silent
        assert (await plan(Text("또", "more"), store=on.store, clock=on.clock)).letters == []
        assert not on.chat.refusals


async def test_a_bot_that_is_stopped_while_its_deck_is_proved_logs_no_error(
    stage: SetStage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    proving = asyncio.Event()

    async def never(*_: object, **__: object) -> None:
        proving.set()
        await asyncio.Event().wait()

    async with stage(predict_card()) as on:
        monkeypatch.setattr(on.deck, "ready", never)
        (minutely,) = on.bot._ticks.get_jobs()
        minutely.modify(next_run_time=on.clock.now())
        await proving.wait()

    assert [line for line in caplog.records if line.levelname == "ERROR"] == []
