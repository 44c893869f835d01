"""A quiz on PostgreSQL and two bots behind a balancer, real jails and all; one of the bots is killed in the middle."""

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
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore
from studybot.store.replay import replay
from tests.end_to_end.player import Player
from tests.end_to_end.test_kill import START_SECONDS, finished
from tests.telegram_bot.test_replicas import balancer
from tests.telegram_bot.test_webhook import free_port

pytestmark = [pytest.mark.jail]


@asynccontextmanager
async def webhook_bot(
    chat: LocalChat, home: Path, database: str, url: str, port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `studybot run --webhook`; it is killed with SIGKILL at the end."""
    settings = {
        "STUDYBOT_TOKEN": chat.token,
        "STUDYBOT_API_URL": chat.api_url,
        "STUDYBOT_DATABASE_URL": database,
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


async def test_a_quiz_is_played_to_its_end_though_one_of_two_bots_is_killed(
    home: Path, own_postgresql_url: str
) -> None:
    deck = [one.card for one in load_deck(home / "cards").cards]
    async with (
        LocalChat(clock=lambda: datetime.now(UTC), flood=NO_FLOOD_LIMITS) as chat,  # noqa: TID251
        balancer() as (between, url),
        AsyncExitStack() as running,
    ):
        between.ports = [free_port(), free_port()]
        first, _ = [
            await running.enter_async_context(webhook_bot(chat, home, own_postgresql_url, url, port))
            for port in between.ports
        ]
        ann = chat.person("Ann")
        player = Player(ann, deck, own_postgresql_url)
        asked: list[str] = []
        await ann.send("/start")
        hello = await ann.next_message(timeout=START_SECONDS)
        await ann.press(hello, hello.buttons[0][0])
        card = await ann.next_message(timeout=START_SECONDS)
        for _ in range(2):
            asked.append((await player.answer(card)).id)
            card = await player.next(card)

        first.send_signal(signal.SIGKILL)
        await first.wait()
        summary = await finished(player, card, asked)

        assert "5 of 5" in summary.text
        assert all(between.taken[port] for port in between.ports)
    store = SqlStore(own_postgresql_url)
    learner = await store.learner_of_chat(ChatId(ann.id))
    assert learner is not None
    assert [review.card_id for review in await store.reviews_of(learner.id)] == asked
    await store.close()
    assert replay(own_postgresql_url, SCHEDULERS).differences == ()
