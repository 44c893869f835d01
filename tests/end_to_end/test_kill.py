"""The bot's own process, killed without warning in the middle of a quiz, and started again."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studybot.core.learner import ChatId
from studybot.deck.loader import load_deck
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Message, Person
from studybot.store import SqlStore
from tests.end_to_end.player import Player

pytestmark = [pytest.mark.jail, pytest.mark.faults]

START_SECONDS = 60.0


@asynccontextmanager
async def running(chat: LocalChat, home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `studybot run` against the local chat, in `home`; it is killed with SIGKILL at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "studybot",
        "run",
        cwd=home,
        env={**os.environ, "STUDYBOT_TOKEN": chat.token, "STUDYBOT_API_URL": chat.api_url},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_a_quiz_killed_in_the_middle_resumes_at_the_same_card_with_nothing_lost_or_doubled(home: Path) -> None:
    deck = [one.card for one in load_deck(home / "cards").cards]
    async with LocalChat(clock=lambda: datetime.now(UTC), flood=NO_FLOOD_LIMITS) as chat:  # noqa: TID251
        ann = chat.person("Ann")
        player = Player(ann, deck, home / "var" / "studybot.db")
        asked: list[str] = []

        async with running(chat, home):
            await ann.send("/start")
            hello = await ann.next_message(timeout=START_SECONDS)
            await ann.press(hello, hello.buttons[0][0])
            card = await ann.next_message(timeout=START_SECONDS)
            for _ in range(2):
                asked.append((await player.answer(card)).id)
                card = await player.next(card)
            open_card = player.card_of(card).id

        # What is sent while the bot is dead is answered when it is back.
        await ann.send("/today")
        async with running(chat, home):
            resumed = await ann.next_message(timeout=START_SECONDS)
            assert player.card_of(resumed).id == open_card
            resumed = await finished(player, resumed, asked)
            assert "5 of 5" in resumed.text

        assert len(asked) == len(set(asked)) == 5
        store = SqlStore(f"sqlite:///{home / 'var' / 'studybot.db'}")
        learner = await store.learner_of_chat(ChatId(ann.id))
        assert learner is not None
        reviews = await store.reviews_of(learner.id)
        assert [review.card_id for review in reviews] == asked
        await store.close()


def answered(person: Person) -> list[Message]:
    return [message for message in person.private.messages if "Here is the answer." in message.text]


async def finished(player: Player, card: Message, asked: list[str]) -> Message:
    """Answer on to the end and return the summary."""
    while "/" in card.text.split("·")[0]:
        asked.append((await player.answer(card)).id)
        card = await player.next(card)
    return card


async def test_an_answer_that_came_just_before_the_kill_is_counted_once(home: Path) -> None:
    deck = [one.card for one in load_deck(home / "cards").cards]
    async with LocalChat(clock=lambda: datetime.now(UTC), flood=NO_FLOOD_LIMITS) as chat:  # noqa: TID251
        ann = chat.person("Ann")
        player = Player(ann, deck, home / "var" / "studybot.db")
        async with running(chat, home):
            await ann.send("/start")
            hello = await ann.next_message(timeout=START_SECONDS)
            await ann.press(hello, hello.buttons[0][0])
            card = await ann.next_message(timeout=START_SECONDS)
            give_up = card.data_of("I don't know")["callback_data"]
            ann.tap(card, give_up)  # and before anything comes of it:

        async with running(chat, home):
            # Where the kill fell between Telegram's acceptance and our noting it, the card stands in a second message.
            await chat.wait_for(lambda: len(answered(ann)) == 1, timeout=START_SECONDS)
            await chat.until_bot_listens(timeout=START_SECONDS)

        (verdict,) = answered(ann)
        assert player.card_of(verdict)
        store = SqlStore(f"sqlite:///{home / 'var' / 'studybot.db'}")
        learner = await store.learner_of_chat(ChatId(ann.id))
        assert learner is not None
        assert len(await store.reviews_of(learner.id)) == 1
        await store.close()
