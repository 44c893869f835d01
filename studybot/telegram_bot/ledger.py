"""Notes which updates were handled: whatever gathers during one transaction goes into the next."""

import asyncio

from studybot.ports import Store


class Ledger:
    """Under load a transaction carries the notes of many chats; alone, one costs what it always did."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._finished: dict[int, asyncio.Future[None]] = {}
        self._writing: asyncio.Task[None] | None = None

    async def finish(self, update_id: int) -> None:
        """Mark an update as handled; it is in the database then."""
        noted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._finished[update_id] = noted
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="ledger")
        await noted

    async def _write(self) -> None:
        try:
            while self._finished:
                finished, self._finished = self._finished, {}
                writing = asyncio.ensure_future(self._store.finish_updates(list(finished)))
                await asyncio.wait([writing])
                error = writing.exception()  # each of them is told, and its update waits in the inbox
                for noted in finished.values():
                    if noted.done():
                        continue
                    if error is not None:
                        noted.set_exception(error)
                    else:
                        noted.set_result(None)
        finally:
            self._writing = None
