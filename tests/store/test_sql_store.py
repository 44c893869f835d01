"""The store on real databases: the contract, and what only a database can get wrong."""

import sqlite3

import pytest

from studybot.errors import StoreError
from studybot.store import engine
from studybot.store.store import SqlStore
from tests.store.given import (
    NOW,
    a_learner,
)
from tests.store.store_contract import StoreContract


class TestSqliteStore(StoreContract):
    """`store` is the fixture of this folder."""


class TestPostgresqlStore(StoreContract):
    @pytest.fixture
    def url(self, postgresql_url: str) -> str:
        return postgresql_url


# other processes


async def test_a_long_transaction_elsewhere_stops_no_reader_and_is_one_clear_line_for_a_writer(
    url: str, raw: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    store = SqlStore(url)
    raw.execute("BEGIN IMMEDIATE")

    assert await store.learners_to_remind(NOW) == []
    with pytest.raises(StoreError, match=r"studybot\.db: database is locked"):
        await a_learner(store)

    raw.execute("COMMIT")
    assert (await a_learner(store)).chat_id == 1
    await store.close()
