"""Whose turn it is where several bots share one database: one process at a time serves a chat, or does the tick.

A turn is a lock of PostgreSQL's that belongs to a connection, not to a transaction. However its process ends, the
server notices, and the next one gets the turn at once: there is no lease to run out, and no clock to trust. A SQLite
file has one bot, so there every turn is its own.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

from studybot.store.engine import one_clear_line
from studybot.store.transactions import Transactions

_turn: BindParameter[int] = bindparam("turn")
_TAKE = select(func.pg_try_advisory_lock(_turn))
_END = select(func.pg_advisory_unlock(_turn))


class Turns(Transactions):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._holder: Connection | None = None
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
        return not self.shared or await self._asked(_TAKE, turn)

    async def end_turn(self, turn: int) -> None:
        if self.shared:
            await self._asked(_END, turn)

    async def _asked(self, statement: Select[tuple[bool]], turn: int) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._holding, self._ask, statement, turn)

    def _ask(self, statement: Select[tuple[bool]], turn: int) -> bool:
        with one_clear_line(self._engine):
            try:
                if self._holder is None:
                    self._holder = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                return bool(self._holder.execute(statement, {"turn": turn}).scalar_one())
            except BaseException:
                # A connection that broke has lost every turn. What is being done meanwhile can be done twice.
                broken, self._holder = self._holder, None
                if broken is not None:
                    broken.invalidate()
                    broken.close()
                raise
