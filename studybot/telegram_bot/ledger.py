"""Notes which updates were begun and finished: whatever gathers during one transaction goes into the next."""

import asyncio

from studybot.ports import Store


class Ledger:
    """Under load a transaction carries the notes of many chats; alone, one costs what it always did."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun: dict[int, asyncio.Future[int]] = {}
        self._finished: dict[int, asyncio.Future[int]] = {}
        self._writing: asyncio.Task[None] | None = None

    async def begin(self, update_id: int) -> int:
        """Count a try at handling an update and return how many there were; it is in the database then."""
        return await self._noted(self._begun, update_id)

    async def finish(self, update_id: int) -> None:
        """Mark an update as handled."""
        await self._noted(self._finished, update_id)

    async def _noted(self, notes: dict[int, asyncio.Future[int]], update_id: int) -> int:
        noted: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        notes[update_id] = noted
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="ledger")
        return await noted

    async def _write(self) -> None:
        try:
            while self._begun or self._finished:
                begun, self._begun = self._begun, {}
                finished, self._finished = self._finished, {}
                writing = asyncio.ensure_future(self._store.note_updates(begun=list(begun), finished=list(finished)))
                await asyncio.wait([writing])
                error = writing.exception()  # each of them is told, and its update waits in the inbox
                for update_id, noted in (*begun.items(), *finished.items()):
                    if noted.done():
                        continue
                    if error is not None:
                        noted.set_exception(error)
                    else:
                        noted.set_result(writing.result().get(update_id, 0))
        finally:
            self._writing = None
