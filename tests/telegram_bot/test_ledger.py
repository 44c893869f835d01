"""Notes of many chats share transactions, and nobody is left waiting when one fails."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from studybot.errors import StoreError
from studybot.telegram_bot.ledger import Ledger
from tests.fakes import FrozenClock
from tests.fakes_store import MemoryStore


class SlowStore(MemoryStore):
    """Takes a turn of the loop for each transaction, and counts them."""

    transactions = 0
    full = False

    async def note_updates(self, *, begun: Sequence[int], finished: Sequence[int]) -> Mapping[int, int]:
        self.transactions += 1
        await asyncio.sleep(0)
        if self.full:
            raise StoreError("the disk is full")
        return await super().note_updates(begun=begun, finished=finished)


@pytest.fixture
async def store() -> SlowStore:
    store = SlowStore()
    await store.receive([{"update_id": number} for number in range(50)], at=FrozenClock().now())
    return store


async def test_notes_that_gather_share_a_transaction(store: SlowStore) -> None:
    ledger = Ledger(store)

    async def handle(update_id: int) -> int:
        tries = await ledger.begin(update_id)
        await ledger.finish(update_id)
        return tries

    tries = await asyncio.gather(*(handle(number) for number in range(50)))

    assert tries == [1] * 50
    assert store.transactions == 2
    assert not await store.unhandled()


async def test_when_the_database_fails_everybody_is_told_and_the_next_note_is_tried_anew(store: SlowStore) -> None:
    ledger = Ledger(store)
    store.full = True
    failed = await asyncio.gather(*(ledger.begin(number) for number in range(3)), return_exceptions=True)
    store.full = False

    assert [str(error) for error in failed] == ["the disk is full"] * 3
    assert await ledger.begin(1) == 1
