"""The in-memory fake keeps the store's promises, so flow tests may lean on it."""

import pytest

from studybot.ports import Store
from tests.fakes_store import MemoryStore
from tests.store.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()
