"""Our transport behaves as the library's own does: the same answers, the same errors, and no token in either."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest

from studybot.core.letter import Delivered, Delivery, NotNow, Refused, Unreachable, Unsure
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Person
from studybot.telegram_bot.delivery import one_try
from studybot.telegram_bot.transport import AiohttpRequest, StockRequest, in_telegrams_own_words, request_of
from tests.fakes import FrozenClock

Transport = Callable[[], BaseRequest]


@pytest.fixture(params=[HTTPXRequest, lambda: AiohttpRequest(connections=8)], ids=["stock", "ours"])
def transport(request: pytest.FixtureRequest) -> Transport:
    made: Transport = request.param
    return made


@pytest.fixture(autouse=True)
def _as_the_bot_sets_the_library_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def chat() -> AsyncIterator[LocalChat]:
    async with LocalChat(clock=FrozenClock().now, flood=NO_FLOOD_LIMITS) as chat:
        yield chat


@pytest.fixture
async def ann(chat: LocalChat) -> Person:
    ann = chat.person("Ann")
    await ann.send("/start")
    return ann


@asynccontextmanager
async def bot_on(chat: LocalChat, transport: Transport, *, token: str | None = None) -> AsyncIterator[Bot]:
    bot = Bot(
        token or chat.token,
        base_url=chat.api_url,
        base_file_url=chat.file_url,
        request=transport(),
        get_updates_request=transport(),
    )
    for request in bot._request:
        await request.initialize()
    try:
        yield bot
    finally:
        for request in bot._request:
            await request.shutdown()


async def test_text_in_any_language_arrives_as_it_is(chat: LocalChat, ann: Person, transport: Transport) -> None:
    text = "텐서 & <b>=+%20</b> 🎉\n둘째 줄"

    async with bot_on(chat, transport) as bot:
        sent = await bot.send_message(ann.id, text)

    assert sent.text == text
    assert (await ann.next_message()).text == text


async def test_a_file_goes_up_and_comes_down_unchanged(chat: LocalChat, ann: Person, transport: Transport) -> None:
    content = bytes(range(256)) * 400

    async with bot_on(chat, transport) as bot:
        sent = await bot.send_document(ann.id, InputFile(content, filename='기울기 "1".bin'), caption="셋")
        assert sent.document is not None
        file = await bot.get_file(sent.document.file_id)
        back = bytes(await file.download_as_bytearray())

    assert back == content
    assert sent.caption == "셋"
    assert sent.document.file_name is not None
    assert sent.document.file_name.startswith("기울기")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (400, BadRequest),
        (401, InvalidToken),
        (403, Forbidden),
        (404, InvalidToken),
        (429, RetryAfter),
        (500, NetworkError),
        (502, NetworkError),
        ("reset", NetworkError),
        ("lost", NetworkError),
        ("timeout", TimedOut),
    ],
)
async def test_every_refusal_is_the_same_error(
    chat: LocalChat, ann: Person, transport: Transport, fault: int, error: type[TelegramError]
) -> None:
    chat.fail_next("sendMessage", fault, retry_after=7)

    async with bot_on(chat, transport) as bot:
        with pytest.raises(TelegramError) as raised:
            await bot.send_message(ann.id, "hello", read_timeout=0.2)
        after = await bot.send_message(ann.id, "the next one goes through")

    assert type(raised.value) is error
    assert after.text
    if isinstance(raised.value, RetryAfter):
        assert raised.value.retry_after == RetryAfter(7).retry_after


async def test_an_upgraded_group_is_told(chat: LocalChat, ann: Person, transport: Transport) -> None:
    group = chat.group("Study", [ann], basic=True)
    new = group.upgrade()

    async with bot_on(chat, transport) as bot:
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(group.id, "hello")

    assert moved.value.new_chat_id == new.id


async def test_nobody_listening_is_a_network_error(chat: LocalChat, transport: Transport) -> None:
    async with bot_on(chat, transport) as bot:
        await chat.stop()
        with pytest.raises(NetworkError) as raised:
            await bot.get_me()

    assert type(raised.value) is NetworkError


async def test_more_calls_than_connections_wait_for_one(chat: LocalChat, ann: Person) -> None:
    async with bot_on(chat, lambda: AiohttpRequest(connections=2)) as bot:
        sent = await asyncio.gather(*(bot.send_message(ann.id, str(number)) for number in range(30)))

    assert len({message.message_id for message in sent}) == 30


@pytest.mark.parametrize("fault", ["reset", "timeout", 500, 401])
async def test_no_error_and_no_log_line_holds_the_token(
    chat: LocalChat, ann: Person, fault: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="studybot")
    chat.fail_next("sendMessage", fault)

    async with bot_on(chat, lambda: AiohttpRequest(connections=2)) as bot:
        with pytest.raises(TelegramError) as raised:
            await bot.send_message(ann.id, "hello", read_timeout=0.2)

    assert chat.token not in "".join(traceback.format_exception(raised.value))
    assert chat.token not in caplog.text


async def test_nonsense_from_a_proxy_is_an_error_that_does_not_hold_the_token(chat: LocalChat) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/9.9 what?\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot"
    request = AiohttpRequest(connections=1)
    bot = Bot(chat.token, base_url=url, request=request, get_updates_request=request)
    with pytest.raises(NetworkError) as raised:
        await bot.get_me()
    await request.shutdown()
    server.close()

    assert chat.token not in "".join(traceback.format_exception(raised.value))


async def test_a_proxy_in_the_environment_is_used(
    chat: LocalChat, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if line.startswith(b"POST http://telegram.test/"):
            asked.set()
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    request = transport()
    bot = Bot(chat.token, base_url="http://telegram.test/bot", request=request, get_updates_request=request)
    with pytest.raises(NetworkError):
        await bot.get_me()
    await request.shutdown()
    server.close()

    assert asked.is_set()


def test_a_proxy_that_aiohttp_cannot_use_is_left_to_the_stock_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    assert isinstance(request_of(connections=1), HTTPXRequest)


def test_without_such_a_proxy_ours_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    assert isinstance(request_of(connections=1), AiohttpRequest)


@pytest.mark.parametrize(
    ("fault", "delivery"),
    [
        (None, Delivered),
        ("lost", Unsure),
        ("timeout", Unsure),
        (500, NotNow),
        (502, NotNow),
        (429, NotNow),
        (401, NotNow),
        (403, Unreachable),
        (400, Refused),
        ("nobody listens", NotNow),
    ],
)
async def test_what_became_of_a_letter_is_told_the_same_by_both(
    chat: LocalChat, ann: Person, transport: Transport, fault: int | str | None, delivery: type[Delivery]
) -> None:
    async with bot_on(chat, transport) as bot:
        if fault == "nobody listens":
            await chat.stop()
        elif fault is not None:
            chat.fail_next("sendMessage", fault)  # type: ignore[arg-type]

        became = await one_try(lambda: bot.send_message(ann.id, "hello", read_timeout=0.2))

    assert isinstance(became, delivery)


@pytest.mark.parametrize(
    ("told", "logged"),
    [
        ("Bad Request: message is not modified", "Bad Request: message is not modified"),
        ("Bad Request: PEER_ID_INVALID", "Bad Request: PEER_ID_INVALID"),
        ("Too Many Requests: retry after 5", "Too Many Requests: retry after 5"),
        (
            'Bad Request: can\'t parse entities: unsupported start tag "my answer" at byte offset 3',
            "Bad Request: can't parse entities: unsupported start tag … at byte offset 3",
        ),
        ("Bad Request: zebra-7391 is no x[0] = 3", "Bad Request: … is no … … 3"),
        ("Bad Request: 안녕 <b>", "Bad Request: … …"),
    ],
)
def test_a_refusal_quotes_nobody(told: str, logged: str) -> None:
    assert in_telegrams_own_words(told) == logged


@pytest.mark.parametrize("of_ours", [StockRequest, lambda: AiohttpRequest(connections=8)], ids=["stock", "ours"])
async def test_what_a_refusal_quotes_is_in_no_error(chat: LocalChat, of_ours: Transport) -> None:
    chat.fail_next("getMe", 400, description='Bad Request: unsupported start tag "zebra" in zebra-7391')

    async with bot_on(chat, of_ours) as bot:
        with pytest.raises(BadRequest) as refused:
            await bot.get_me()

    assert str(refused.value) == "Unsupported start tag … in …"
