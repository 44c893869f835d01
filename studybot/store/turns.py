"""Whose turn it is where several bots share one database: one process at a time serves a chat, or does the tick.

A turn is a lock of PostgreSQL's that belongs to a connection, not to a transaction. However its process ends, the
server notices, and the next one gets the turn at once: there is no lease to run out, and no clock to trust. (Of a
machine that vanishes without a word it hears nothing, and asks after it: see `ALIVE` in engine.py.) A SQLite file has
one bot, so there every turn is its own.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Executable, bindparam, func, select, text

from studybot.store.engine import one_clear_line
from studybot.store.transactions import Transactions

_turn: BindParameter[int] = bindparam("turn")
_TAKE = select(func.pg_try_advisory_lock(_turn))
_END = select(func.pg_advisory_unlock(_turn))

PRESENCE = 7_316_449_861_442_057_804
"""The number of a lock that all bots share: who holds it is here."""
_SIT_DOWN = select(func.pg_try_advisory_lock_shared(_turn))
_WHO_IS_HERE = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ShareLock' AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (classid::bigint << 32 | objid::bigint) = :turn"
)


_HOLDS = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    " AND mode = 'ExclusiveLock' AND (classid::bigint << 32 | objid::bigint) = :turn)"
)
_TIME = select(func.clock_timestamp())


class Turns(Transactions):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._holder: Connection | None = None
        self._is_here = False
        self._holding = ThreadPoolExecutor(1, thread_name_prefix="turns")

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._holding.shutdown)
        if self._holder is not None:
            self._holder.close()
        await super().close()

    @property
    def shared(self) -> bool:
        return self._engine.dialect.name != "sqlite"

    async def take_turn(self, turn: int) -> bool:
        return not self.shared or bool(await self._asked(_TAKE, turn))

    async def end_turn(self, turn: int) -> None:
        if self.shared:
            await self._asked(_END, turn)

    async def holds_turn(self, turn: int) -> bool:
        return not self.shared or bool(await self._asked(_HOLDS, turn))

    async def bots(self) -> int:
        if not self.shared:
            return 1
        if not self._is_here:
            await self._asked(_SIT_DOWN, PRESENCE)
            self._is_here = True
        return int(await self._asked(_WHO_IS_HERE, PRESENCE))

    async def time(self) -> datetime:
        """Return what time it is for the database server."""
        moment: datetime = await self._asked(_TIME)
        return moment.astimezone(UTC)

    async def _asked(self, statement: Executable, turn: int | None = None) -> Any:
        values = {} if turn is None else {"turn": turn}
        return await asyncio.get_running_loop().run_in_executor(self._holding, self._ask, statement, values)

    def _ask(self, statement: Executable, values: dict[str, int]) -> Any:
        with one_clear_line(self._engine):
            try:
                if self._holder is None:
                    self._holder = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                return self._holder.execute(statement, values).scalar_one()
            except BaseException:
                # A connection that broke has lost every turn. What is being done meanwhile can be done twice.
                broken, self._holder = self._holder, None
                self._is_here = False
                if broken is not None:
                    broken.invalidate()
                    broken.close()
                raise
