"""/forget in the chat: asked, confirmed, gone."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from studybot.core.card import CardId
from studybot.core.learner import ChatId
from studybot.core.run import RunResult, RunStatus
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Message, Person
from studybot.ports import Store
from studybot.schedulers import SCHEDULERS
from studybot.store.store import SqlStore
from studybot.store.tables import metadata
from studybot.store.upgrade import upgrade
from tests.fakes import FakeDeck, FrozenClock, choice_card, predict_card
from tests.fakes_runner import FakeRunner
from tests.telegram_bot.conftest import SetStage, Stage, account_of, serving
from tests.telegram_bot.test_private_chat import first_card, typed

GONE = "Nothing of yours is kept here."


async def asked(ann: Person, command: str = "/forget") -> Message:
    await ann.send(command)
    return await ann.next_message()


async def learned(on: Stage) -> Message:
    card = await first_card(on.ann)
    return await typed(on.ann, "4", card)


@pytest.mark.parametrize("command", ["/forget", "/forget me"])
async def test_forget_says_what_would_go_and_deletes_nothing_yet(stage: SetStage, command: str) -> None:
    async with stage(predict_card()) as on:
        await learned(on)

        question = await asked(on.ann, command)

        assert "answers: 1, cards with their due days: 1" in question.text
        assert "It cannot be undone." in question.text
        assert question.buttons == [["Delete everything"], ["Keep it"]]
        assert len(on.store.reviews) == 1


async def test_the_button_deletes_everything_and_ends_the_reminders(stage: SetStage) -> None:
    async with stage(predict_card(), choice_card()) as on:
        await learned(on)
        question = await asked(on.ann)

        await on.ann.press(question, "Delete everything")
        await on.chat.wait_for(lambda: GONE in question.text)

        on.clock.move(timedelta(days=2))
        assert await on.bot.tick() == 0
        assert question.buttons == []
        assert on.store.learners == {}
        assert (on.store.reviews, on.store.memories, on.store.showings) == ({}, {}, {})
        assert not on.chat.refusals


async def test_the_open_cards_buttons_are_taken_off(stage: SetStage) -> None:
    async with stage(choice_card()) as on:
        card = await first_card(on.ann)
        question = await asked(on.ann)

        await on.ann.press(question, "Delete everything")
        await on.chat.wait_for(lambda: card.buttons == [])


async def test_whoever_keeps_everything_keeps_everything(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await learned(on)
        question = await asked(on.ann)

        await on.ann.press(question, "Keep it")
        await on.chat.wait_for(lambda: question.text == "Nothing was deleted.")

        assert len(on.store.reviews) == 1
        assert question.buttons == []


async def test_a_second_press_finds_nothing_and_makes_nobody_a_learner(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await learned(on)
        question = await asked(on.ann)
        data = question.data_of("Delete everything")["callback_data"]

        for press in [on.ann.tap(question, data), on.ann.tap(question, data)]:
            await on.ann.answer_to(press)
        again = await asked(on.ann)

        assert again.text.startswith(GONE)
        assert again.buttons == []
        assert on.store.learners == {}
        assert not any("went wrong" in message.text for message in on.ann.private.messages)


async def test_a_question_and_a_press_handled_again_after_a_crash_is_harmless(
    stage: SetStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: asyncio.Queue[int] = asyncio.Queue()

    async def crash(update_ids: Sequence[int]) -> None:
        """Leave the updates as they were, as a crash before this note would."""
        for update_id in update_ids:
            handled.put_nowait(update_id)

    async with stage(predict_card()) as on:
        await learned(on)
        await asyncio.wait_for(all_is_handled(on.store), 10)
        monkeypatch.setattr(on.store, "finish_updates", crash)
        question = await asked(on.ann)
        await on.ann.press(question, "Delete everything")
        press = max(on.store.updates)
        while await handled.get() != press:
            pass
        assert on.store.learners == {}

        async with serving(account_of(on.chat), on.outside):
            while await handled.get() != press:
                pass

        assert on.store.learners == {}
        assert GONE in question.text


async def test_an_old_button_deletes_nothing(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await learned(on)
        question = await asked(on.ann)
        on.clock.move(timedelta(hours=2))

        await on.ann.press(question, "Delete everything")
        await on.chat.wait_for(lambda: "that question is old" in question.text)

        assert len(on.store.reviews) == 1


async def test_who_was_forgotten_and_writes_again_is_a_newcomer(stage: SetStage) -> None:
    async with stage(predict_card(), language="ko") as on:
        await learned(on)
        question = await asked(on.ann)
        await on.ann.press(question, "모두 삭제하기")
        await on.chat.wait_for(lambda: "저장된 데이터가 하나도 없어요" in question.text)

        card = await first_card(on.ann)

        assert "What is it?" in card.text
        assert on.ann.private.messages[-2].text.startswith("안녕하세요!")
        assert on.store.memories == {}


@asynccontextmanager
async def a_bot_with_a_database(database: Path) -> AsyncIterator[tuple[LocalChat, SqlStore]]:
    url = f"sqlite:///{database}"
    upgrade(url)
    store, clock, card = SqlStore(url), FrozenClock(), predict_card(hint={"ko": "제곱", "en": "Square it."})
    await store.save_card(CardId(card.id), card.revision, card.body())
    runner = FakeRunner(lambda _: RunResult(RunStatus.OK, value=4))
    outside = Outside(store, FakeDeck([card]), runner, clock, SCHEDULERS)
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat, serving(account_of(chat), outside):
        yield chat, store
    await store.close()


async def all_is_handled(store: Store) -> None:
    while await store.unhandled():  # noqa: ASYNC110 - a database tells nobody
        await asyncio.sleep(0.01)


async def learns(person: Person) -> None:
    card = await first_card(person)
    await person.press(card, "💡 Hint")
    await typed(person, "5", card)
    await typed(person, "4", card)


async def test_the_database_knows_nothing_of_a_forgotten_person_and_all_of_the_others(tmp_path: Path) -> None:
    database = tmp_path / "studybot.db"
    async with a_bot_with_a_database(database) as (chat, store):
        ann, ben = chat.person("Ann-Sophie", language="en"), chat.person("Benedikt", language="en")
        for person in (ann, ben):
            await learns(person)

        question = await asked(ann)
        await ann.press(question, "Delete everything")
        await chat.wait_for(lambda: GONE in question.text)
        await asyncio.wait_for(all_is_handled(store), 10)

        assert await store.learner_of_chat(ChatId(ann.id)) is None
        assert await store.learner_of_chat(ChatId(ben.id)) is not None
    with closing(sqlite3.connect(database)) as raw:
        rows = {name: raw.execute(f"SELECT * FROM {name}").fetchall() for name in metadata.tables}
    cells = [str(cell) for table in rows.values() for row in table for cell in row]
    assert not [cell for cell in cells if str(ann.id) in cell or ann.name in cell]
    assert [len(rows[name]) for name in ("learners", "reviews", "attempts", "hints", "memories")] == [1] * 5
    assert ann.name.encode() not in database.read_bytes()
