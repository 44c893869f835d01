"""One method, one transaction, one hop to a worker thread.

SQLAlchemy's own asyncio layer hops once per statement; here a whole transaction runs on one thread:

    class Learners(Transactions):
        @reads
        def learner(self, tx: Connection, learner_id: LearnerId) -> Learner | None: ...

    await store.learner(learner_id)
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from studybot.store.engine import (
    SERVER_CONNECTIONS,
    lost_against_another,
    one_clear_line,
    open_bare_engine,
    read_only,
)
from studybot.store.threads import Job, Threads
from studybot.store.together import MOST_AT_ONCE, Together, Work

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Transactions")
InsertOf = TypeVar("InsertOf", sqlite.Insert, postgresql.Insert)

MOST_REPEATS = 5
"""So often a transaction that lost against another one is tried again before it is given up."""


class Transactions:
    """The database and its threads; `close` when done."""

    def __init__(self, url: str) -> None:
        self._engine = open_bare_engine(url)
        self._reader = read_only(self._engine)
        self._to_disk = self._engine.execution_options(to_disk=True)
        self._together: Together | None = None
        if self._engine.dialect.name == "sqlite":
            # It lets one write at a time: a single thread queues in order where several would poll for the lock.
            self._together = Together(self._engine)
            self._threads = Threads(1, self._together.carry_out, name="store", at_once=MOST_AT_ONCE)
        else:
            self._threads = Threads(SERVER_CONNECTIONS, _apart, name="store")

    async def close(self) -> None:
        """Finish the transactions that were begun and let the database go."""
        await asyncio.to_thread(self._threads.close)
        if self._together is not None:
            self._together.close()
        self._engine.dispose()

    async def _in_thread(self, engine: Engine, act: Callable[[Connection], R]) -> R:
        return cast("R", await self._threads.run(Work(engine, act)))


def _apart(jobs: Sequence[Job[Work]]) -> None:
    for job in jobs:
        job.ends(partial(_repeated, job.work.engine, job.work.act))


def _repeated(engine: Engine, act: Callable[[Connection], R]) -> R:
    with one_clear_line(engine):
        for _ in range(MOST_REPEATS):
            try:
                with engine.begin() as tx:
                    return act(tx)
            except DBAPIError as error:
                if not lost_against_another(error):
                    raise
        with engine.begin() as tx:
            return act(tx)


def writes(
    method: Callable[Concatenate[S, Connection, P], R],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Run a method as one writing transaction: all of it is kept when it returns, nothing when it raises."""

    @wraps(method)
    async def transaction(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._in_thread(self._engine, lambda tx: method(self, tx, *args, **kwargs))

    return transaction


def writes_to_disk(
    method: Callable[Concatenate[S, Connection, P], R],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Run a method as one writing transaction that a power cut cannot undo: it returns once the disk has it."""

    @wraps(method)
    async def transaction(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._in_thread(self._to_disk, lambda tx: method(self, tx, *args, **kwargs))

    return transaction


def reads(
    method: Callable[Concatenate[S, Connection, P], R],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Run a method as one transaction that sees one state and waits for no writer."""

    @wraps(method)
    async def transaction(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._in_thread(self._reader, lambda tx: method(self, tx, *args, **kwargs))

    return transaction


def or_nothing(table: Table) -> dict[str, sqlite.Insert | postgresql.Insert]:
    """Return, by dialect, an INSERT that leaves a row with the same key as it is; `rowcount` tells which it was."""

    def careful(new: InsertOf) -> InsertOf:
        return new.on_conflict_do_nothing().execution_options(preserve_rowcount=True)

    return {"sqlite": careful(sqlite.insert(table)), "postgresql": careful(postgresql.insert(table))}


def or_replace(table: Table) -> dict[str, sqlite.Insert | postgresql.Insert]:
    """Return, by dialect, an INSERT that takes the place of a row with the same primary key."""
    key = [column.name for column in table.primary_key]
    rest = [column.name for column in table.columns if not column.primary_key]

    def replacing(new: InsertOf) -> InsertOf:
        return new.on_conflict_do_update(index_elements=key, set_={name: new.excluded[name] for name in rest})

    return {"sqlite": replacing(sqlite.insert(table)), "postgresql": replacing(postgresql.insert(table))}
