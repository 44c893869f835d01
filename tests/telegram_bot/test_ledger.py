"""Notes of many chats share transactions, and nobody is left waiting when one fails."""

import asyncio
from collections.abc import Sequence

import pytest

from studybot.errors import StoreError
from studybot.telegram_bot.ledger import Ledger
from tests.fakes import FrozenClock
from tests.fakes_store import MemoryStore


class SlowStore(MemoryStore):
    """Takes a turn of the loop for each transaction, and counts them."""

    transactions = 0
    full = False

    async def finish_updates(self, update_ids: Sequence[int]) -> None:
        self.transactions += 1
        await asyncio.sleep(0)
        if self.full:
            raise StoreError("the disk is full")
        await super().finish_updates(update_ids)


@pytest.fixture
async def store() -> SlowStore:
    store = SlowStore()
    await store.receive([{"update_id": number} for number in range(50)], at=FrozenClock().now())
    return store


async def test_notes_that_gather_share_a_transaction(store: SlowStore) -> None:
    ledger = Ledger(store)

    await asyncio.gather(*(ledger.finish(number) for number in range(50)))

    assert store.transactions == 1
    assert not await store.unhandled()


async def test_when_the_database_fails_everybody_is_told_and_the_next_note_is_tried_anew(store: SlowStore) -> None:
    ledger = Ledger(store)
    store.full = True
    failed = await asyncio.gather(*(ledger.finish(number) for number in range(3)), return_exceptions=True)
    store.full = False
    await ledger.finish(1)

    assert [str(error) for error in failed] == ["the disk is full"] * 3
    assert len(await store.unhandled()) == 49
