"""The big deployment whole: two bots by webhook, PostgreSQL, a fleet of two workers; a bot is killed in mid-answer."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studybot.core.learner import ChatId
from studybot.deck.loader import load_deck
from studybot.kinds.cloze import Cloze
from studybot.kinds.code import CodeCard
from studybot.kinds.fix import Fix
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore
from studybot.store.replay import replay
from tests.end_to_end.player import Player, is_settled, typed_answer
from tests.end_to_end.test_kill import START_SECONDS, finished
from tests.telegram_bot.test_replicas import balancer, until_nothing_waits
from tests.telegram_bot.test_webhook import free_port

pytestmark = [pytest.mark.jail, pytest.mark.faults]


@asynccontextmanager
async def webhook_bot(
    chat: LocalChat, home: Path, database: str, broker: str, url: str, port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `studybot run --webhook`; it is killed with SIGKILL at the end."""
    settings = {
        "STUDYBOT_TOKEN": chat.token,
        "STUDYBOT_API_URL": chat.api_url,
        "STUDYBOT_DATABASE_URL": database,
        "STUDYBOT_BROKER_URL": broker,
        "STUDYBOT_WEBHOOK_URL": url,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "studybot", "run", "--webhook", "--port", str(port)),
        cwd=home,
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_a_quiz_is_played_to_its_end_though_the_bot_at_a_code_answer_is_killed(
    home: Path, own_postgresql_url: str, broker_url: str
) -> None:
    deck = [one.card for one in load_deck(home / "cards").cards]
    async with (
        LocalChat(clock=lambda: datetime.now(UTC), flood=NO_FLOOD_LIMITS) as chat,  # noqa: TID251
        balancer() as (between, url),
        AsyncExitStack() as running,
    ):
        between.ports = [free_port(), free_port()]
        bots = {
            port: await running.enter_async_context(webhook_bot(chat, home, own_postgresql_url, broker_url, url, port))
            for port in between.ports
        }
        ann = chat.person("Ann")
        player = Player(ann, deck, own_postgresql_url)
        asked: list[str] = []
        await ann.send("/start")
        hello = await ann.next_message(timeout=START_SECONDS)
        await ann.press(hello, hello.buttons[0][0])
        card = await ann.next_message(timeout=START_SECONDS)
        while not asked or not isinstance(player.card_of(card), CodeCard | Fix | Cloze):
            asked.append((await player.answer(card)).id)
            card = await player.next(card)
        assert all(between.taken[port] for port in between.ports)

        written = player.card_of(card)
        asked.append(written.id)
        before = between.taken.copy()
        await ann.send(typed_answer(written) or "")
        await chat.wait_for(lambda: between.taken != before)
        (taker,) = between.taken - before
        bots[taker].send_signal(signal.SIGKILL)
        await bots[taker].wait()
        await chat.wait_for(lambda: is_settled(card), timeout=START_SECONDS)
        summary = await finished(player, await player.next(card), asked)

        assert "5 of 5" in summary.text
        await until_nothing_waits(own_postgresql_url)
    store = SqlStore(own_postgresql_url)
    learner = await store.learner_of_chat(ChatId(ann.id))
    assert learner is not None
    reviews = await store.reviews_of(learner.id)
    assert [review.card_id for review in reviews] == asked
    assert len(set(asked)) == 5
    await store.close()
    assert replay(own_postgresql_url, SCHEDULERS).differences == ()
