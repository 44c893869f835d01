"""The real python-telegram-bot against the local chat over HTTP: what it sends and reads fits."""

import time
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, InputMediaDocument, InputMediaPhoto
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from studybot.errors import PortTaken
from studybot.local_chat import FloodLimits, LocalChat, Toast
from tests.local_chat.conftest import FrozenClock
from tests.local_chat.echo_bot import PYTHON, echo_bot, keyboard
from tests.local_chat.pictures import png


@pytest.fixture(autouse=True)
def _waiting_times_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask python-telegram-bot for its coming form of retry_after; else it warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


async def test_a_person_says_start_and_the_bot_answers_with_buttons(served: LocalChat) -> None:
    ann = served.person("Ann <3", language="ko")

    async with echo_bot(served):
        await ann.send("/start deck_autograd")
        hello = await ann.next_message()

    assert hello.text == "Hello, Ann <3! You came by deck_autograd."
    assert hello.pieces("bold") == ["Ann <3"]
    assert hello.buttons == [["True", "False"]]


async def test_a_press_brings_a_toast_and_edits_the_message(served: LocalChat) -> None:
    ann = served.person("Ann")

    async with echo_bot(served):
        await ann.send("/start")
        hello = await ann.next_message()
        toast = await ann.press(hello, "False")
        await served.wait_for(lambda: hello.text == "It was False.")

    assert toast == Toast("You chose False", alert=True)
    assert hello.buttons == []
    assert hello.edited


async def test_code_keeps_its_language_and_every_character(served: LocalChat) -> None:
    ann = served.person("Ann")

    async with echo_bot(served):
        await ann.send("/code")
        block = await ann.next_message()

    assert block.pieces("pre") == [PYTHON]
    assert block.entities[0].extra == {"language": "python"}


async def test_a_file_goes_up_and_comes_back_whole(served: LocalChat) -> None:
    ann = served.person("Ann")
    content = bytes(range(256)) * 40 + b"\r\n--boundary\r\n\r\n"

    async with echo_bot(served):
        await ann.send_document(content, "answer.py", "my answer")
        back = await ann.next_message()

    assert back.file == content
    assert back.file_name == "답안.txt"
    assert back.text == f"{len(content)} bytes"


async def test_a_picture_is_sent_with_its_size(served: LocalChat) -> None:
    ann = served.person("Ann")
    await ann.send("/start")

    async with Bot(served.token, base_url=served.api_url, base_file_url=served.file_url) as bot:
        sent = await bot.send_photo(ann.id, png(320, 200), caption="<b>heat</b> map", parse_mode="HTML")
        changed = await bot.edit_message_media(InputMediaPhoto(png(64, 64)), ann.id, sent.message_id)
        await bot.edit_message_caption(ann.id, sent.message_id, caption="smaller")
        await bot.edit_message_media(InputMediaDocument(b"x = 1", filename="a.py"), ann.id, sent.message_id)

    assert (sent.photo[-1].width, sent.photo[-1].height) == (320, 200)
    assert isinstance(changed, type(sent))
    assert changed.photo[-1].width == 64
    assert ann.private.last.file_name == "a.py"


async def test_an_edited_answer_and_a_reply_arrive_as_such(served: LocalChat) -> None:
    ann = served.person("Ann")

    async with echo_bot(served):
        sent = await ann.send("x = 1")
        echoed = await ann.next_message()
        await ann.edit(sent, "x = 2")
        about_the_edit = await ann.next_message()

    assert echoed.reply_to_id == sent.id
    assert sent.reactions == {served.world.state.bot["id"]: "👍"}
    assert about_the_edit.text == "edited: x = 2"


async def test_a_quiz_poll_is_voted_in_once(served: LocalChat) -> None:
    ann, bob = served.person("Ann"), served.person("Bob")
    await bob.send("hi")
    group = served.group("Study", [ann, bob])

    async with echo_bot(served):
        await ann.send("/start")
        await ann.next_message()
        await ann.send("/quiz", to=group)
        poll = await ann.next_message(group)
        await ann.vote(poll, "No")
        counted = await ann.next_message()
        with pytest.raises(ValueError, match="one vote"):
            await ann.vote(poll, "Yes")

    assert counted.text == "vote (1,)"
    assert poll.poll is not None
    assert [option["voter_count"] for option in poll.poll["options"]] == [0, 1]


async def test_a_poll_closes_when_its_time_is_over(served: LocalChat, clock: FrozenClock) -> None:
    ann = served.person("Ann")
    await ann.send("/start")

    async with Bot(served.token, base_url=served.api_url) as bot:
        sent = await bot.send_poll(ann.id, "Now?", ["yes", "no"], is_anonymous=False, open_period=30)
        clock.move(timedelta(seconds=31))
        served.clock_moved()
        await served.wait_for(lambda: ann.private.last.poll and ann.private.last.poll["is_closed"])
        with pytest.raises(BadRequest, match=r"(?i)already been closed"):
            await bot.stop_poll(ann.id, sent.message_id)


async def test_everything_a_bot_says_about_itself_is_kept(served: LocalChat) -> None:
    async with Bot(served.token, base_url=served.api_url) as bot:
        me = await bot.get_me()
        scope = BotCommandScopeAllPrivateChats()
        await bot.set_my_commands([BotCommand("today", "오늘의 퀴즈")], scope=scope, language_code="ko")
        await bot.set_my_name("공부봇", language_code="ko")
        await bot.set_my_description("Cards that run.")
        await bot.set_my_short_description("Short.")

        assert me.username == served.bot_username
        assert [each.description for each in await bot.get_my_commands(scope, "ko")] == ["오늘의 퀴즈"]
        assert (await bot.get_my_commands()) == ()
        assert (await bot.get_my_name("ko")).name == "공부봇"
        assert (await bot.get_my_name("en")).name == "studybot"
        assert (await bot.get_my_description("ko")).description == "Cards that run."
        await bot.delete_my_commands(scope, "ko")
        assert (await bot.get_my_commands(scope, "ko")) == ()


async def test_a_group_can_be_asked_about(served: LocalChat) -> None:
    ann, bob = served.person("Ann"), served.person("Bob")
    group = served.group("Study", [ann, bob], bot_is_admin=True)

    async with Bot(served.token, base_url=served.api_url) as bot:
        sent = await bot.send_message(group.id, "hello")
        await bot.pin_chat_message(group.id, sent.message_id)
        about = await bot.get_chat(group.id)

        assert about.title == "Study"
        assert about.pinned_message is not None
        assert await bot.get_chat_member_count(group.id) == 3
        assert [each.status for each in await bot.get_chat_administrators(group.id)] == ["creator", "administrator"]
        assert (await bot.get_chat_member(group.id, bob.id)).status == "member"
        assert await bot.leave_chat(group.id)
        with pytest.raises(Forbidden, match="kicked from the supergroup chat"):
            await bot.send_message(group.id, "still here?")


async def test_an_upgraded_group_names_its_new_id(served: LocalChat) -> None:
    ann = served.person("Ann")
    group = served.group("Study", [ann], basic=True)

    upgraded = group.upgrade()

    async with Bot(served.token, base_url=served.api_url) as bot:
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(group.id, "hello")
        await bot.send_message(moved.value.new_chat_id, "hello")
    assert upgraded.last.text == "hello"


async def test_nobody_is_written_to_before_they_press_start(served: LocalChat) -> None:
    ann, bob, eve = served.person("Ann"), served.person("Bob"), served.person("Eve")
    served.group("Study", [ann, bob])

    async with Bot(served.token, base_url=served.api_url) as bot:
        with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
            await bot.send_message(bob.id, "hello")
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(eve.id, "hello")
        await ann.send("/start")
        await ann.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(ann.id, "hello")
        await ann.unblock()
        await bot.send_message(ann.id, "welcome back")


@pytest.mark.parametrize(
    ("what", "error"),
    [
        (429, RetryAfter),
        (403, Forbidden),
        (409, Conflict),
        (500, NetworkError),
        ("reset", NetworkError),
        ("lost", NetworkError),
        ("timeout", TimedOut),
    ],
)
async def test_a_fault_can_be_had_on_demand(served: LocalChat, what: Any, error: type[TelegramError]) -> None:
    ann = served.person("Ann")
    await ann.send("/start")
    served.fail_next("sendMessage", what)
    request = HTTPXRequest(read_timeout=0.2)

    async with Bot(served.token, base_url=served.api_url, request=request) as bot:
        with pytest.raises(error):
            await bot.send_message(ann.id, "hello")
        arrived = ann.private.last.text == "hello"
        await bot.send_message(ann.id, "again")

    assert arrived == (what == "lost")
    assert [call.method for call in served.refusals] == ["sendMessage"] * (what != "lost")


async def test_a_bot_that_floods_is_told_to_wait(clock: FrozenClock) -> None:
    limits = FloodLimits(per_chat=0.001)  # so that a slow machine does not keep to them by itself
    async with LocalChat(clock=clock, flood=limits) as strict:
        ann = strict.person("Ann")
        await ann.send("/start")
        async with Bot(strict.token, base_url=strict.api_url) as bot:
            for number in range(limits.burst):
                await bot.send_message(ann.id, str(number), reply_markup=keyboard("Yes No"))
            with pytest.raises(RetryAfter):
                await bot.send_message(ann.id, "one too many")


async def test_an_answer_does_not_wait_for_the_network(served: LocalChat) -> None:
    """Nagle's algorithm would hold each answer back for 40 ms."""
    ann = served.person("Ann")
    await ann.send("/start")

    async with Bot(served.token, base_url=served.api_url) as bot:
        started = time.perf_counter()
        for number in range(50):
            await bot.send_message(ann.id, str(number))
        seconds = time.perf_counter() - started

    assert seconds < 50 * 0.04


async def test_a_taken_port_is_one_clear_line(served: LocalChat, clock: FrozenClock) -> None:
    second = LocalChat(clock=clock, port=served.port)

    with pytest.raises(PortTaken) as taken:
        await second.start()

    assert str(taken.value) == f"Port {served.port} is in use. Choose another one: --port {served.port + 1}"


async def test_a_bot_that_was_away_finds_what_was_said_meanwhile(served: LocalChat) -> None:
    ann = served.person("Ann")
    async with echo_bot(served):
        await ann.send("/start")
        hello = await ann.next_message()
    ann.tap(hello, "say:True")
    await ann.send("are you there?")

    async with echo_bot(served):
        await served.wait_for(lambda: hello.text == "It was True.")
        echoed = await ann.next_message()

    assert echoed.text == "are you there?"
