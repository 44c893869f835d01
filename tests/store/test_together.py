"""Transactions that wait together share one commit, and what one of them does to itself it does to no other."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from studybot.errors import StoreError
from studybot.store.transactions import Transactions, reads, writes


class Notes(Transactions):
    """A table of numbers, and a gate in front of the thread that does all work."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"sqlite:///{file}")
        self.gate = threading.Event()
        self.is_held_up = threading.Event()
        self.commits = 0

    @writes
    def begin(self, tx: Connection) -> None:
        tx.execute(text("CREATE TABLE notes (number INTEGER PRIMARY KEY)"))
        tx.connection.dbapi_connection.set_trace_callback(self._count)  # type: ignore[union-attr]

    def _count(self, statement: str) -> None:
        self.commits += statement == "COMMIT"

    @reads
    def wait(self, tx: Connection) -> None:
        self.is_held_up.set()
        self.gate.wait()

    async def hold_up(self) -> "asyncio.Task[None]":
        """Keep the thread busy until the gate opens: what is given meanwhile waits together."""
        held_up = asyncio.create_task(self.wait())
        await asyncio.to_thread(self.is_held_up.wait)
        return held_up

    @writes
    def add(self, tx: Connection, *numbers: int) -> int:
        for number in numbers:
            tx.execute(text("INSERT INTO notes VALUES (:number)"), {"number": number})
        return len(numbers)

    @writes
    def add_and_fail(self, tx: Connection, number: int) -> None:
        tx.execute(text("INSERT INTO notes VALUES (:number)"), {"number": number})
        raise LookupError(number)

    @writes
    def fail_as_a_full_disk_does(self, tx: Connection, number: int) -> None:
        tx.execute(text("INSERT INTO notes VALUES (:number)"), {"number": number})
        tx.connection.dbapi_connection.rollback()  # type: ignore[union-attr]
        raise sqlite3.OperationalError("database or disk is full")

    @reads
    def all(self, tx: Connection) -> list[int]:
        return list(tx.execute(text("SELECT number FROM notes ORDER BY number")).scalars())

    @reads
    def misread(self, tx: Connection) -> None:
        tx.execute(text("SELECT nothing FROM notes"))


Begin: TypeAlias = Callable[..., Awaitable[list[Any]]]


@pytest.fixture
async def notes(tmp_path: Path) -> Notes:
    notes = Notes(tmp_path / "notes.db")
    await notes.begin()
    return notes


@pytest.fixture
def together(notes: Notes) -> Iterator[Begin]:
    """Give work while the thread is held up, so that it waits together; return what came of it."""

    async def begin(*given: Awaitable[Any]) -> list[Any]:
        held_up = await notes.hold_up()
        tasks = [asyncio.ensure_future(each) for each in given]
        await asyncio.sleep(0)
        notes.gate.set()
        await held_up
        return await asyncio.gather(*tasks, return_exceptions=True)

    yield begin
    asyncio.run(notes.close())


async def test_what_waits_together_is_committed_once(notes: Notes, together: Begin) -> None:
    before = notes.commits
    assert await together(*(notes.add(n) for n in range(10))) == [1] * 10
    assert notes.commits == before + 2  # the first is what held them up
    assert await notes.all() == list(range(10))


async def test_one_that_fails_undoes_all_of_itself_and_nothing_else(notes: Notes, together: Begin) -> None:
    first, failed, refused, last = await together(notes.add(1, 2), notes.add_and_fail(3), notes.add(4, 1), notes.add(5))

    assert (first, last) == (2, 1)
    assert isinstance(failed, LookupError)
    assert isinstance(refused, IntegrityError)
    assert await notes.all() == [1, 2, 5]


async def test_where_the_database_undid_them_all_each_is_done_by_itself(notes: Notes, together: Begin) -> None:
    first, failed, last = await together(notes.add(1), notes.fail_as_a_full_disk_does(2), notes.add(3))

    assert first == last == 1
    assert isinstance(failed, StoreError)
    assert await notes.all() == [1, 3]


async def test_a_read_that_fails_costs_the_others_nothing(notes: Notes, together: Begin) -> None:
    await notes.add(1)
    failed, seen, written = await together(notes.misread(), notes.all(), notes.add(2))

    assert isinstance(failed, Exception)
    assert seen in ([1], [1, 2])
    assert written == 1
    assert await notes.all() == [1, 2]


async def test_a_database_that_is_locked_when_all_are_committed_is_told_to_each(
    notes: Notes, together: Begin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("studybot.store.engine.BUSY_SECONDS", 0)
    impatient = Notes(tmp_path / "notes.db")
    other = sqlite3.connect(tmp_path / "notes.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    held_up = await impatient.hold_up()
    adding = [asyncio.ensure_future(impatient.add(n)) for n in (1, 2)]
    await asyncio.sleep(0)
    impatient.gate.set()
    await held_up
    told = await asyncio.gather(*adding, return_exceptions=True)
    other.rollback()

    assert [type(each) for each in told] == [StoreError, StoreError]
    assert [await impatient.add(n) for n in (1, 2)] == [1, 1]
    other.close()
    await impatient.close()
