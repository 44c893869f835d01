"""The fakes of the flow tests keep the promises of what they stand for."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from studybot.core.learner import Learner
from studybot.deck_ports import Deck
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Person
from studybot.ports import Messenger
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.inbox import PollingBot
from tests.contracts import DeckContract, MessengerContract, learner_of
from tests.fakes import FakeDeck, FakeMessenger, FrozenClock, predict_card

Block = Callable[[], Awaitable[None]]


class TestFakeDeck(DeckContract):
    @pytest.fixture
    def ready_deck(self) -> Deck:
        return FakeDeck([predict_card("one"), predict_card("two")])


class TestFakeMessenger(MessengerContract):
    @pytest.fixture
    def messenger(self) -> FakeMessenger:
        return FakeMessenger()

    @pytest.fixture
    def reader(self) -> Learner:
        return learner_of(1)

    @pytest.fixture
    def block(self, messenger: FakeMessenger, reader: Learner) -> Block:
        async def block() -> None:
            messenger.blocked.add(reader.id)

        return block


class TestTelegramMessenger(MessengerContract):
    @pytest.fixture
    async def ann(self) -> AsyncIterator[tuple[LocalChat, Person]]:
        async with LocalChat(clock=FrozenClock().now, flood=NO_FLOOD_LIMITS) as chat:
            ann = chat.person("Ann")
            await ann.send("/start")
            yield chat, ann

    @pytest.fixture
    async def messenger(self, ann: tuple[LocalChat, Person]) -> AsyncIterator[Messenger]:
        chat, _ = ann
        async with PollingBot(chat.token, base_url=chat.api_url) as bot:
            yield Chat(bot)

    @pytest.fixture
    def reader(self, ann: tuple[LocalChat, Person]) -> Learner:
        return learner_of(ann[1].id)

    @pytest.fixture
    def block(self, ann: tuple[LocalChat, Person]) -> Block:
        return ann[1].block
