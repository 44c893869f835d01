"""The live deck keeps the promises that the flows' fake deck keeps."""

import pytest

from studybot.core.card import Text
from studybot.core.run import RunResult, RunStatus
from studybot.deck.live import LiveDeck
from studybot.deck.loader import LoadedDeck
from studybot.deck_ports import Deck
from tests.contracts import DeckContract
from tests.deck.fakes_deck import loaded
from tests.fakes import FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore


class TestLiveDeck(DeckContract):
    @pytest.fixture
    async def ready_deck(self) -> Deck:
        cards = tuple(loaded(predict_card(name)) for name in ("one", "two"))
        deck = LiveDeck(LoadedDeck(cards, {"tensors": Text("텐서", "Tensors")}, 1))
        runner = FakeRunner(lambda _: RunResult(RunStatus.OK, value=4))
        await deck.prove_missing(MemoryStore(), runner, FrozenClock())
        return deck
