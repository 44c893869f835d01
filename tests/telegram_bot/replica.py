"""One bot of several on one database, as a process of its own: made to be killed. Only the sandbox is a fake.

python -m tests.telegram_bot.replica DATABASE TOKEN API_URL [PORT WEBHOOK_URL]
"""

import asyncio
import contextlib
import sys

from studybot.core.learner import Settings
from studybot.flows.outside import Outside
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore
from studybot.telegram_bot.app import Account, StudyBot
from studybot.telegram_bot.pace import NO_LIMITS
from studybot.telegram_bot.webhook import Address
from studybot.wiring import SystemClock, serving_web
from tests.fakes import FakeDeck, predict_card
from tests.fakes_runner import FakeRunner


async def serve(database: str, token: str, api_url: str, port: str = "", webhook_url: str = "") -> None:
    store = SqlStore(database)
    outside = Outside(store, FakeDeck([predict_card()]), FakeRunner(), SystemClock(), SCHEDULERS)
    address = Address(webhook_url) if webhook_url else None
    async with (
        StudyBot(Account(token, api_url), Settings(), outside, limits=NO_LIMITS, webhook=address) as bot,
        serving_web(outside, int(port) if port else None, bot),
    ):
        print("ready", flush=True)
        await bot.run()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(*sys.argv[1:]))
