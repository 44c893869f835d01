"""Only cards that are proved for what is installed are live, each as soon as it is."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from studybot.core.card import CardId, Language, Text
from studybot.core.proof import ProofStatus, Proven
from studybot.core.run import RunResult, Snippet
from studybot.deck.live import LiveDeck
from studybot.deck.loader import LoadedDeck
from studybot.errors import SandboxUnavailable
from studybot.kinds import Card
from studybot.locale import speech
from tests.deck.fakes_deck import gave, in_turn, loaded
from tests.fakes import FrozenClock, discussion_card, predict_card
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore

ONE, TWO = predict_card("one", snippet="1", expect=1), predict_card("two", snippet="2", expect=2)
RIGHT = {"1": gave(1), "2": gave(2)}


def live_deck(*cards: Card) -> LiveDeck:
    return LiveDeck(LoadedDeck(tuple(map(loaded, cards)), {"tensors": Text("텐서", "Tensors")}, files=1))


def ids(deck: LiveDeck) -> list[str]:
    return [card.id for card in deck.live()]


async def test_no_card_is_live_before_it_is_proved() -> None:
    deck = live_deck(TWO, ONE)

    assert ids(deck) == []
    await deck.prove_missing(MemoryStore(), FakeRunner(RIGHT), FrozenClock())
    assert ids(deck) == ["two", "one"]


async def test_proofs_and_what_the_revision_said_are_stored() -> None:
    store, deck = MemoryStore(), live_deck(ONE)

    await deck.prove_missing(store, FakeRunner(RIGHT), FrozenClock())

    (proven,) = store.proven.values()
    assert (proven.card_id, proven.status, proven.torch_version) == ("one", ProofStatus.PROVEN, "2.13.0+fake")
    assert store.card_bodies == {(ONE.card_id, ONE.revision): ONE.body()}


async def test_what_was_proved_before_is_live_without_a_run() -> None:
    store, runner = MemoryStore(), FakeRunner(RIGHT)
    await live_deck(ONE).prove_missing(store, runner, FrozenClock())
    runner.asked.clear()

    deck = live_deck(ONE)
    await deck.prove_missing(store, runner, FrozenClock())

    assert ids(deck) == ["one"]
    assert runner.asked == []


async def test_an_edited_card_is_proved_anew() -> None:
    store = MemoryStore()
    await live_deck(ONE).prove_missing(store, FakeRunner(RIGHT), FrozenClock())

    deck = live_deck(predict_card("one", snippet="1", expect=3))
    await deck.prove_missing(store, FakeRunner(RIGHT), FrozenClock())

    assert ids(deck) == []


async def test_another_torch_means_proving_anew() -> None:
    store = MemoryStore()
    await live_deck(ONE).prove_missing(store, FakeRunner(RIGHT), FrozenClock())
    newer = FakeRunner({"1": gave(11)}, torch_version="2.14.0")

    deck = live_deck(ONE)
    await deck.prove_missing(store, newer, FrozenClock())

    assert ids(deck) == []


async def test_a_refused_card_is_withheld_and_gets_another_chance_at_the_next_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, deck = MemoryStore(), live_deck(ONE, TWO)

    await deck.prove_missing(store, FakeRunner({"1": gave(5), "2": gave(2)}), FrozenClock())
    again = live_deck(ONE, TWO)
    await again.prove_missing(store, FakeRunner(RIGHT), FrozenClock())

    told = 'cards/tensors/views.yaml:14: card "one": refuted: the key holds: expected 1, got 5'
    assert ids(deck) == ["two"]
    assert str(deck.withheld[CardId("one")]) == told
    assert [record.levelno for record in caplog.records if told in record.message] == [logging.WARNING]
    assert ids(again) == ["one", "two"]


@dataclass
class Noticing(MemoryStore):
    """Tells when the first proof is saved."""

    saved: asyncio.Event = field(default_factory=asyncio.Event)

    async def save_proof(self, proven: Proven, *, at: datetime) -> None:
        await super().save_proof(proven, at=at)
        self.saved.set()


@dataclass
class Gated(FakeRunner):
    """Holds back the runs of the second card until the gate is open."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        if snippet.code == TWO.snippet:
            await self.gate.wait()
        return await super().run(snippet, asked_by=asked_by, urgent=urgent)


async def test_a_card_is_live_as_soon_as_it_is_proved() -> None:
    deck, store, runner = live_deck(TWO, ONE), Noticing(), Gated(RIGHT)
    proving = asyncio.create_task(deck.prove_missing(store, runner, FrozenClock()))
    await store.saved.wait()

    assert ids(deck) == ["one"]
    assert deck.unproved() == 1
    runner.gate.set()
    await deck.ready()
    assert ids(deck) == ["two", "one"]
    assert deck.unproved() == 0
    await proving


async def test_a_sandbox_that_is_down_is_told_to_whoever_waits_and_can_come_back() -> None:
    deck, runner = live_deck(ONE), FakeRunner(RIGHT, down=SandboxUnavailable("no jail here"))

    with pytest.raises(SandboxUnavailable, match="no jail here"):
        await deck.prove_missing(MemoryStore(), runner, FrozenClock())
    with pytest.raises(SandboxUnavailable, match="no jail here"):
        await deck.ready()
    runner.down = None
    await deck.prove_missing(MemoryStore(), runner, FrozenClock())
    await deck.ready()

    assert ids(deck) == ["one"]


async def test_whoever_waits_already_is_told_that_the_sandbox_is_down() -> None:
    deck, runner = live_deck(ONE), FakeRunner(RIGHT, down=SandboxUnavailable("no jail here"))
    waiting = asyncio.create_task(deck.ready())
    first = asyncio.create_task(deck.ready(new=1))
    await asyncio.sleep(0)

    with pytest.raises(SandboxUnavailable):
        await deck.prove_missing(MemoryStore(), runner, FrozenClock())

    for task in (waiting, first):
        with pytest.raises(SandboxUnavailable, match="no jail here"):
            await task


async def test_a_newcomer_waits_for_as_many_cards_as_asked_and_a_review_for_its_own() -> None:
    deck, store, runner = live_deck(TWO, ONE), Noticing(), Gated(RIGHT)
    proving = asyncio.create_task(deck.prove_missing(store, runner, FrozenClock()))
    await store.saved.wait()

    await deck.ready(new=1)
    await deck.ready({ONE.card_id}, new=0)
    for_two = asyncio.create_task(deck.ready({TWO.card_id}, new=0))
    await asyncio.sleep(0)
    assert not for_two.done()
    runner.gate.set()
    await for_two
    assert ids(deck) == ["two", "one"]
    await proving


@pytest.mark.parametrize(
    ("known", "first"),
    [((), discussion_card(snippet="1")), ((CardId("one"),), ONE)],
    ids=["questions for peers", "what the learner knows"],
)
async def test_what_is_nothing_new_to_a_learner_does_not_count_as_new(known: tuple[CardId, ...], first: Card) -> None:
    deck, store, runner = live_deck(first, TWO), Noticing(), Gated(RIGHT)
    proving = asyncio.create_task(deck.prove_missing(store, runner, FrozenClock()))
    await store.saved.wait()

    waiting = asyncio.create_task(deck.ready(new=1, known=known))
    await asyncio.sleep(0)
    assert not waiting.done()
    runner.gate.set()
    await waiting

    assert "two" in ids(deck)
    await proving


async def test_a_torch_that_is_not_known_yet_is_found_by_a_first_run() -> None:
    class Cold(FakeRunner):
        @property
        def torch_version(self) -> str:
            if not self.asked:
                raise SandboxUnavailable("nothing has run yet")
            return "2.13.0+fake"

        @torch_version.setter
        def torch_version(self, version: str) -> None: ...

    deck = live_deck(ONE)

    await deck.prove_missing(MemoryStore(), Cold(lambda _: gave(1)), FrozenClock())

    assert ids(deck) == ["one"]


async def test_a_quarantined_card_is_out_until_it_is_edited(caplog: pytest.LogCaptureFixture) -> None:
    store, deck = MemoryStore(), live_deck(ONE, TWO)
    await deck.prove_missing(store, FakeRunner(RIGHT), FrozenClock())

    deck.quarantine(ONE, "expected 1, got 7")
    await deck.prove_missing(store, FakeRunner(RIGHT), FrozenClock())

    assert ids(deck) == ["two"]
    assert deck.withheld[CardId("one")].reason == "expected 1, got 7"
    assert "card is not asked" in caplog.text


async def test_an_older_revision_that_fails_does_not_take_out_the_live_one() -> None:
    deck = live_deck(ONE)
    await deck.prove_missing(MemoryStore(), FakeRunner(RIGHT), FrozenClock())

    deck.quarantine(predict_card("one", snippet="1", expect=3), "expected 3, got 1")

    assert ids(deck) == ["one"]


async def test_a_card_for_a_gpu_is_neither_live_nor_refused_without_one() -> None:
    deck = live_deck(predict_card("one", device="cuda"))

    await deck.prove_missing(MemoryStore(), in_turn(gave(4)), FrozenClock())

    assert ids(deck) == []
    assert deck.withheld == {}


def test_a_topic_has_a_name_for_learners() -> None:
    deck = live_deck(ONE)

    assert deck.title_of("tensors") == Text("텐서", "Tensors")
    assert deck.title_of("gone") == Text("gone", "gone")


async def test_a_newcomer_need_not_wait_for_the_whole_deck() -> None:
    gate = asyncio.Event()

    class Slow(FakeRunner):
        async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
            if snippet.code == "2":
                await gate.wait()
            return await super().run(snippet, asked_by=asked_by, urgent=urgent)

    deck = live_deck(TWO, ONE)
    proving = asyncio.create_task(deck.prove_missing(MemoryStore(), Slow(RIGHT), FrozenClock()))

    await deck.ready(new=1)
    await deck.ready({CardId("one")}, new=0)
    await deck.ready({CardId("no-longer-in-the-deck")}, new=1)
    assert ids(deck) == ["one"]

    waiting = asyncio.create_task(deck.ready({CardId("two")}, new=0))
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    await waiting
    assert ids(deck) == ["two", "one"]
    await proving


async def test_what_whoever_runs_the_bot_is_told_can_be_said_in_korean() -> None:
    deck = live_deck(predict_card("one", snippet="1", expect=2))
    await deck.prove_missing(MemoryStore(), FakeRunner({"1": gave(1)}), FrozenClock())

    (news,) = deck.news()

    assert str(news).endswith("refuted: the key holds: expected 2, got 1")
    assert speech(Language.KO)(news).endswith("반박됨: 정답이 맞는지: 예상 2, 실제 1")
