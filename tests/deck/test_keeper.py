"""While the bot runs, what is edited is proved and asked, and what cannot be read changes nothing."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from studybot.core.card import CardId
from studybot.core.learner import LearnerId
from studybot.core.publication import Fate
from studybot.core.schedule import Memory
from studybot.deck.keeper import DeckKeeper
from studybot.deck.live import LiveDeck
from studybot.deck.loader import load_deck
from studybot.deck.retiring import set_retired
from studybot.errors import SandboxUnavailable
from tests.cli.conftest import torch_says
from tests.deck.deck_files import CARD, CHOICE, CLAIM, HEADER, write
from tests.fakes import FrozenClock
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore

ZEROS, WHICH, TUPLES = CardId("shape-of-zeros"), CardId("which-shape"), CardId("shapes-are-tuples")


@pytest.fixture
async def keeper(deck_folder: Path, monkeypatch: pytest.MonkeyPatch) -> DeckKeeper:
    """A deck of three cards, all live."""
    monkeypatch.setattr("studybot.deck.keeper.PATIENCE_SECONDS", 0)
    write(deck_folder, a=HEADER + CARD + CHOICE, b=HEADER + CLAIM)
    keeper = DeckKeeper(
        LiveDeck(load_deck(deck_folder)), deck_folder, MemoryStore(), FakeRunner(torch_says), FrozenClock()
    )
    await keeper.deck.prove_missing(keeper.store, keeper.runner, keeper.clock)
    return keeper


def live(keeper: DeckKeeper) -> list[str]:
    return [card.id for card in keeper.deck.live()]


def asked(keeper: DeckKeeper) -> FakeRunner:
    assert isinstance(keeper.runner, FakeRunner)
    return keeper.runner


def known(keeper: DeckKeeper, card_id: CardId) -> None:
    """Let somebody know a card."""
    assert isinstance(keeper.store, MemoryStore)
    day = date(2026, 3, 1)
    keeper.store.memories[LearnerId(1), card_id] = Memory(2, 250, 6, due_on=date(2026, 3, 7), reviewed_on=day)


async def test_a_new_card_is_live_and_nothing_else_is_proved_again(keeper: DeckKeeper) -> None:
    asked(keeper).asked.clear()
    write(keeper.folder, c=HEADER + CLAIM.replace("shapes-are-tuples", "another"))

    await keeper.reload()

    assert live(keeper) == [ZEROS, WHICH, TUPLES, "another"]
    assert {snippet.code for snippet in asked(keeper).asked} == {"x = torch.zeros(2, 3)\nisinstance(x.shape, tuple)\n"}


async def test_an_edit_that_torch_refutes_takes_the_card_out_and_its_keeper_is_told(keeper: DeckKeeper) -> None:
    write(keeper.folder, a=HEADER + CARD.replace("[2, 3]", "[3, 2]") + CHOICE)

    await keeper.reload()

    assert live(keeper) == [WHICH, TUPLES]
    assert any("expected [3, 2], got [2, 3]" in str(line) for line in keeper.deck.news())


async def test_a_card_that_was_taken_out_gets_another_chance_once_it_is_edited(keeper: DeckKeeper) -> None:
    keeper.deck.quarantine(keeper.deck.live()[0], "its run says otherwise")
    await keeper.reload()
    assert live(keeper) == [WHICH, TUPLES]
    write(keeper.folder, a=HEADER + CARD.replace("Two rows", "2 rows") + CHOICE)

    await keeper.reload()

    assert live(keeper) == [ZEROS, WHICH, TUPLES]


async def test_a_deck_that_cannot_be_read_changes_nothing_and_is_told_once(keeper: DeckKeeper) -> None:
    write(keeper.folder, b="format: 1\n\ttopic: x\n")

    await keeper.reload()
    await keeper.reload()

    assert live(keeper) == [ZEROS, WHICH, TUPLES]
    (told,) = map(str, keeper.deck.news())
    assert "cards/shapes/b.yaml:2: a tab in the indentation" in told


async def test_a_retired_card_is_not_asked_and_restored_it_is_as_it_was(keeper: DeckKeeper) -> None:
    revision = keeper.deck.live()[0].revision
    set_retired(ZEROS, keeper.folder, why="two cards in one")
    await keeper.reload()
    assert live(keeper) == [WHICH, TUPLES]
    asked(keeper).asked.clear()

    set_retired(ZEROS, keeper.folder, why=None)
    await keeper.reload()

    assert live(keeper) == [ZEROS, WHICH, TUPLES]
    assert keeper.deck.live()[0].revision == revision
    assert asked(keeper).asked == [], "its proof holds still"


async def test_a_retired_card_is_not_proved_with_the_deck(keeper: DeckKeeper, deck_folder: Path) -> None:
    set_retired(ZEROS, deck_folder, why="too easy")
    deck, runner = LiveDeck(load_deck(deck_folder)), FakeRunner(torch_says)

    await deck.prove_missing(MemoryStore(), runner, FrozenClock())
    await deck.ready({ZEROS}, new=1)

    assert [card.id for card in deck.live()] == [WHICH, TUPLES]
    assert deck.news() == ()


async def test_which_revision_is_asked_is_noted(keeper: DeckKeeper) -> None:
    publications = await keeper.store.publications()

    assert {card_id: one.revision for card_id, one in publications.items()} == {
        card.card_id: card.revision for card in keeper.deck.live()
    }
    assert {one.fate for one in publications.values()} == {Fate.KEEP}


async def test_other_words_keep_what_is_known_and_nobody_is_bothered(keeper: DeckKeeper) -> None:
    known(keeper, ZEROS)
    write(keeper.folder, a=HEADER + CARD.replace("Two rows", "2 rows") + CHOICE)

    await keeper.reload()

    assert (await keeper.store.publications())[ZEROS].fate is Fate.KEEP
    assert keeper.deck.news() == ()


async def test_another_meaning_waits_for_its_author_where_somebody_knows_the_card(keeper: DeckKeeper) -> None:
    known(keeper, ZEROS)
    before = (await keeper.store.publications())[ZEROS].revision
    write(keeper.folder, a=HEADER + CARD.replace("x.shape\n", "x.t().t().shape\n") + CHOICE)

    await keeper.reload()

    publication = (await keeper.store.publications())[ZEROS]
    assert (publication.fate, publication.settled) == (None, before)
    assert live(keeper) == [ZEROS, WHICH, TUPLES], "it is asked, and what is known of it stays"
    assert any("studybot cards diff shape-of-zeros" in str(line) for line in keeper.deck.news())


async def test_while_the_sandbox_is_down_what_was_not_edited_is_asked(
    keeper: DeckKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studybot.deck.keeper.RETRY_SECONDS", 0)
    write(keeper.folder, a=HEADER + CARD.replace("Two rows", "2 rows") + CHOICE)
    asked(keeper).down = SandboxUnavailable("gone")
    reloading = asyncio.ensure_future(keeper.reload())
    for _ in range(1000):
        await asyncio.sleep(0)
        if live(keeper) == [WHICH, TUPLES]:
            break
    else:
        await asyncio.wait([reloading], timeout=5)

    asked(keeper).down = None
    await reloading

    assert live(keeper) == [ZEROS, WHICH, TUPLES]


async def test_files_are_followed(keeper: DeckKeeper) -> None:
    keeping = asyncio.ensure_future(keeper.keep())
    try:
        async with asyncio.timeout(20):
            number = 0
            while len(live(keeper)) < 4:  # the watch may not have begun before the first write
                number += 1
                write(keeper.folder, c=HEADER + CLAIM.replace("shapes-are-tuples", "another") + "#" * number)
                await asyncio.sleep(0.3)
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
