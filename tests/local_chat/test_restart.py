"""A killed process: everything anybody was told is still there, and numbers go on rising."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studybot.local_chat import LocalChat
from tests.local_chat.conftest import FrozenClock

PROGRAM = """
import asyncio, sys, datetime, pathlib
from studybot.local_chat import LocalChat
import httpx

async def main():
    clock = lambda: datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
    async with LocalChat(clock=clock, path=pathlib.Path(sys.argv[1])) as chat:
        ann = chat.person("Ann", language="ko")
        await ann.send("/start")
        async with httpx.AsyncClient(trust_env=False) as client:
            api = chat.api_url + chat.token
            question = {"chat_id": ann.id, "question": "Which?", "options": ["a", "b"], "is_anonymous": False}
            await client.post(api + "/sendPoll", json=question)
            button = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
            await client.post(api + "/sendMessage", json={"chat_id": ann.id, "text": "hi", "reply_markup": button})
        await ann.send_document(b"content", "a.txt")
        await ann.vote(ann.private.messages[1], "b")
        ann.tap(ann.private.messages[2], "go")
        print(chat.token, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "chat.jsonl"


def killed_chat(journal: Path) -> str:
    """Let a process fill the journal, and kill it; returns its bot's token."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(journal)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        token = process.stdout.readline().strip()
        process.send_signal(signal.SIGKILL)
    return token


async def test_a_killed_chat_goes_on_where_it_was(journal: Path, clock: FrozenClock) -> None:
    token = killed_chat(journal)

    async with LocalChat(clock=clock, path=journal) as chat:
        assert chat.token == token
        check(chat)


def check(chat: LocalChat) -> None:
    ann = chat.person("Ann")
    start, poll, hello, document = ann.private.messages
    assert [each.id for each in ann.private.messages] == [1, 2, 3, 4]
    assert (start.text, hello.text, hello.buttons) == ("/start", "hi", [["Go"]])
    assert document.file == b"content"
    assert poll.poll is not None
    assert [option["voter_count"] for option in poll.poll["options"]] == [0, 1]
    kinds = [next(key for key in update if key != "update_id") for update in chat.unconfirmed]
    assert kinds == ["message", "message", "poll", "poll_answer", "callback_query"]
    assert ann.record["language_code"] == "ko"


async def test_numbers_go_on_rising_after_a_restart(journal: Path, clock: FrozenClock) -> None:
    async with LocalChat(clock=clock, path=journal) as first:
        sent = await first.person("Ann").send("one")
        await first.person("Ann").delete(sent)
        last_update = first.unconfirmed[-1]["update_id"]
        first.world.state.drop("updates", last_update)

    async with LocalChat(clock=clock, path=journal) as second:
        again = await second.person("Ann").send("two")

    assert again.id == sent.id + 1
    assert second.unconfirmed[0]["update_id"] == last_update + 1


def tear(journal: Path) -> None:
    """Cut the last line in the middle, as a kill during a write does."""
    whole = journal.read_bytes()
    last_line = whole.rstrip(b"\n").rindex(b"\n") + 1
    journal.write_bytes(whole[: last_line + 20])


async def test_a_torn_last_line_is_dropped(journal: Path, clock: FrozenClock) -> None:
    async with LocalChat(clock=clock, path=journal) as first:
        await first.person("Ann").send("one")
        await first.person("Ann").send("two")
    tear(journal)

    async with LocalChat(clock=clock, path=journal) as second:
        pass

    assert [message.text for message in second.person("Ann").private.messages] == ["one"]
    assert [update["message"]["text"] for update in second.unconfirmed] == ["one"]
