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

from studybot.store.engine import Kind, beginning, kind_of, one_clear_line
from studybot.store.threads import Job

MOST_AT_ONCE = 64
"""So many transactions share a commit at most: the first of them waits for the last."""

Act: TypeAlias = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done in a transaction of its own, on an engine that says of which kind."""

    engine: Engine
    act: Act

    @property
    def kind(self) -> Kind:
        return kind_of(self.engine)


class Together:
    """Carries out transactions in one thread, on one connection that is kept open.

    Taking a connection from the pool costs as much as a read, and one that only reads would have to look at its pages
    anew after whatever another one wrote. After an error that undid a whole transaction it is opened anew.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: KeptConnection | None = None

    def carry_out(self, jobs: Sequence[Job[Work]]) -> None:
        """Do all jobs: they were given at the same time, so no order is promised."""
        if len(jobs) == 1 or not self._as_one(jobs):
            for job in jobs:
                job.ends(partial(self._alone, job.work))

    def close(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _alone(self, work: Work) -> Any:
        with one_clear_line(self._engine):
            try:
                kept = self._begun(work.kind)
                done = work.act(kept.connection)
                kept.commit()
            except BaseException:
                self.close()
                raise
        return done

    def _as_one(self, jobs: Sequence[Job[Work]]) -> bool:
        """Do jobs in one transaction; False if it came to nothing, and each is to be done by itself."""
        kinds = [job.work.kind for job in jobs]
        most = Kind(writes=any(kind.writes for kind in kinds), to_disk=any(kind.to_disk for kind in kinds))
        try:
            with one_clear_line(self._engine):
                kept = self._begun(most)
        except Exception as error:  # noqa: BLE001 - a locked database, say: each would wait as long, and hear the same
            self.close()
            for job in jobs:
                job.error = error
            return True
        try:
            for job, kind in zip(jobs, kinds, strict=True):
                kept.does(job, kind)
            kept.commit()
        except Exception:  # noqa: BLE001 - each hears of its own when it is done by itself
            self.close()
            return False
        return True

    def _begun(self, kind: Kind) -> "KeptConnection":
        if self._kept is None:
            self._kept = KeptConnection(self._engine)
        self._kept.begin(kind)
        return self._kept


class KeptConnection:
    """To SQLAlchemy it is all one transaction: its bookkeeping of each costs more than SQLite's."""

    def __init__(self, engine: Engine) -> None:
        self.connection = engine.connect()
        self._engine = engine
        self._sqlite = cast("sqlite3.Connection", self.connection.connection.dbapi_connection)
        self._durability = ""

    def begin(self, kind: Kind) -> None:
        durability, begin = beginning(kind)
        if durability != self._durability:
            self._sqlite.execute(durability)
            self._durability = durability
        self._sqlite.execute(begin)

    def commit(self) -> None:
        self._sqlite.commit()

    def does(self, job: Job[Work], kind: Kind) -> None:
        """Do one of several jobs. Raises its error where SQLite has undone those before it as well."""
        if not kind.writes:
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
