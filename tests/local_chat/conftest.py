from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Person


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


class Api:
    """Calls Bot API methods by plain HTTP, as any client does."""

    def __init__(self, chat: LocalChat, client: httpx.AsyncClient) -> None:
        self.chat = chat
        self.client = client

    async def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the whole answer, ok or not."""
        answer = await self.client.post(f"{self.chat.api_url}{self.chat.token}/{method}", json=params)
        body: dict[str, Any] = answer.json()
        return body

    async def result(self, method: str, **params: Any) -> Any:
        body = await self(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        body = await self(method, **params)
        assert not body["ok"], body
        assert body["error_code"] == int(body["error_code"])
        return str(body["description"])


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def chat(clock: FrozenClock) -> LocalChat:
    """A local chat without a socket: its rules can be asked in the same process."""
    return LocalChat(clock=clock, flood=NO_FLOOD_LIMITS)


@pytest.fixture
async def served(clock: FrozenClock) -> AsyncIterator[LocalChat]:
    """A local chat on a real port."""
    async with LocalChat(clock=clock, flood=NO_FLOOD_LIMITS) as running:
        yield running


@pytest.fixture
async def api(chat: LocalChat) -> AsyncIterator[Api]:
    transport = httpx.ASGITransport(chat.server.app(0))
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        yield Api(chat, client)


@pytest.fixture
async def ann(chat: LocalChat) -> Person:
    """Somebody who has pressed Start."""
    person = chat.person("Ann")
    await person.send("/start")
    return person
