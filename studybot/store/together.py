"""SQLite's transactions, those that wait together: one BEGIN and one COMMIT for all, and each still whole by itself.

A commit costs more than most of what is committed. What one piece of work did is undone alone where it fails, by a
savepoint; nobody hears of theirs before the commit. Where that fails, or SQLite has undone all of them (a full disk),
each is done once more by itself and hears of its own error.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Engine

from studybot.store.engine import beginning, one_clear_line
from studybot.store.threads import Job

MOST_AT_ONCE = 64
"""So many transactions share a commit at most: the first of them waits for the last."""

Act: TypeAlias = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done in a transaction of its own, on an engine that says of which kind."""

    engine: Engine
    act: Act


class Together:
    """Carries out transactions on connections that are kept open: taking one from the pool costs as much as a read.

    All work is done by one thread, so each kind of transaction has one. After an error that undid a whole transaction
    it is opened anew. To SQLAlchemy it is all one transaction: its bookkeeping of each costs more than SQLite's.
    """

    def __init__(self) -> None:
        self._connections: dict[Engine, KeptConnection] = {}

    def carry_out(self, jobs: Sequence[Job[Work]]) -> None:
        """Do all jobs, those of one kind together: they were given at the same time, so no order is promised."""
        kinds: dict[Engine, list[Job[Work]]] = {}
        for job in jobs:
            kinds.setdefault(job.work.engine, []).append(job)
        for engine, alike in kinds.items():
            if len(alike) == 1 or not self._as_one(engine, alike):
                for job in alike:
                    job.ends(partial(self._alone, job.work))

    def close(self) -> None:
        while self._connections:
            self._connections.popitem()[1].close()

    def _alone(self, work: Work) -> Any:
        with one_clear_line(work.engine):
            try:
                kept = self._of(work.engine)
                kept.begin()
                done = work.act(kept.connection)
                kept.commit()
            except BaseException:
                self._drop(work.engine)
                raise
        return done

    def _as_one(self, engine: Engine, jobs: Sequence[Job[Work]]) -> bool:
        """Do jobs in one transaction; False if it came to nothing, and each is to be done by itself."""
        try:
            with one_clear_line(engine):
                kept = self._of(engine)
                kept.begin()
        except Exception as error:  # noqa: BLE001 - a locked database, say: each would wait as long, and hear the same
            self._drop(engine)
            for job in jobs:
                job.error = error
            return True
        try:
            for job in jobs:
                kept.does(job)
            kept.commit()
        except Exception:  # noqa: BLE001 - each hears of its own when it is done by itself
            self._drop(engine)
            return False
        return True

    def _of(self, engine: Engine) -> "KeptConnection":
        kept = self._connections.get(engine)
        if kept is None:
            kept = self._connections[engine] = KeptConnection(engine)
        return kept

    def _drop(self, engine: Engine) -> None:
        kept = self._connections.pop(engine, None)
        if kept is not None:
            kept.close()


class KeptConnection:
    def __init__(self, engine: Engine) -> None:
        self.connection = engine.connect()
        self._engine = engine
        self._writes = engine.get_execution_options().get("writes", True)
        self._sqlite = cast("sqlite3.Connection", self.connection.connection.dbapi_connection)
        durability, self._begin = beginning(self.connection)
        self._sqlite.execute(durability)

    def begin(self) -> None:
        self._sqlite.execute(self._begin)

    def commit(self) -> None:
        self._sqlite.commit()

    def does(self, job: Job[Work]) -> None:
        """Do one of several jobs. Raises its error where SQLite has undone those before it as well."""
        if not self._writes:
            job.ends(partial(self._clearly, job.work.act))
            return
        self._sqlite.execute("SAVEPOINT one")
        job.ends(partial(self._clearly, job.work.act))
        if job.error is not None:
            if not self._sqlite.in_transaction:
                raise job.error
            self._sqlite.execute("ROLLBACK TO one")
        self._sqlite.execute("RELEASE one")

    def _clearly(self, act: Act) -> Any:
        with one_clear_line(self._engine):
            return act(self.connection)

    def close(self) -> None:
        """Let the connection go; what it has not committed is undone."""
        try:
            self._sqlite.rollback()
        finally:
            self.connection.close()
