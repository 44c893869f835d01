"""After a busy hour with everything going wrong, no log, figure, error or process title tells who wrote what.

The bot is the real process with its real jail, as talkative as it can be made (`--verbose`).
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.telegram_bot.webhook import SECRET_HEADER, secret_of
from tests.telegram_bot.test_webhook import free_port

pytestmark = [pytest.mark.jail]

NAME, USERNAME = "Wilhelmina", "quuxborough"
ANSWERS = ["zebra-7391", "zebra-8842", "zebra-5521", "zebra-6610", "zebra-9904"]
START_SECONDS = 60.0


def below(process: int) -> list[int]:
    """Return all processes that a process started, and that those started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    found = [process]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


@asynccontextmanager
async def talkative_bot(chat: LocalChat, home: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {
        "STUDYBOT_TOKEN": chat.token,
        "STUDYBOT_API_URL": chat.api_url,
        "STUDYBOT_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
    }
    with (home / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "studybot", "--verbose", "run", "--webhook", "--port", str(port)),
            cwd=home,
            env={**os.environ, **settings},
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def test_nothing_that_is_written_down_tells_a_token_a_name_or_an_answer(home: Path) -> None:
    port = free_port()
    web = f"http://127.0.0.1:{port}"
    async with (
        LocalChat(clock=lambda: datetime.now(UTC), flood=NO_FLOOD_LIMITS) as chat,  # noqa: TID251
        talkative_bot(chat, home, port) as bot,
        httpx.AsyncClient() as client,
    ):
        ann = chat.person(NAME, username=USERNAME)
        await ann.send("/start")
        hello = await ann.next_message(timeout=START_SECONDS)
        await ann.press(hello, hello.buttons[0][0])
        await ann.next_message(timeout=START_SECONDS)
        await ann.send(ANSWERS[0])
        await ann.send(f"/run raise ValueError('{ANSWERS[1]}')")
        await ann.next_message(timeout=START_SECONDS)
        for what in (400, 502, "reset", "lost"):
            chat.fail_next("sendMessage", what, description=f"Bad Request: {ANSWERS[2]}")
            await ann.send(f"/find {ANSWERS[2]}")
        await ann.send(f"/run print('{ANSWERS[3]}')")
        await ann.next_message(timeout=START_SECONDS)
        strange = {"message_id": 1, "date": ANSWERS[4], "chat": {"id": ann.id}, "from": NAME, "text": ANSWERS[4]}
        secret = {SECRET_HEADER: secret_of(chat.token)}
        assert (
            await client.post(f"{web}/telegram", json={"update_id": 99, "message": strange}, headers=secret)
        ).is_success
        assert (await client.post(f"{web}/telegram", json=strange, headers=secret)).status_code == 400
        assert (await client.post(f"{web}/telegram", json=strange)).status_code == 403
        async with asyncio.timeout(START_SECONDS):
            while "an update could not be read update=99" not in (home / "log").read_text():  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        served = (await client.get(f"{web}/metrics")).text + (await client.get(f"{web}/healthz")).text
        titles = "".join(read(Path(f"/proc/{each}/cmdline")) for each in [bot.pid, *below(bot.pid)])
        surroundings = "".join(read(Path(f"/proc/{each}/environ")) for each in below(bot.pid))
        assert below(bot.pid), "the sandbox is at work"
    log = (home / "log").read_text()

    assert "studybot_updates_total" in served
    found = [
        (word, where)
        for where, text in {"log": log, "web": served, "titles": titles, "environment": surroundings}.items()
        for word in [chat.token, chat.token.split(":")[1], secret[SECRET_HEADER], NAME, USERNAME, *ANSWERS]
        if word.lower() in text.lower() or json.dumps(word)[1:-1].lower() in text.lower()  # the library capitalises
    ]
    assert found == []
