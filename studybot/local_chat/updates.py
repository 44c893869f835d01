"""The queue of updates, with the offsets, confirmations and conflicts of Telegram's getUpdates.

Asking with offset N confirms everything below N; what is not confirmed comes again, also after a restart.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, Literal

from studybot.local_chat.journal import Put, Record
from studybot.local_chat.limits import LONG_POLL_SECONDS, UPDATE_HOURS, UPDATES_A_BATCH
from studybot.local_chat.refused import Refused
from studybot.local_chat.state import State, public

NOT_BY_DEFAULT = frozenset(["chat_member", "message_reaction", "message_reaction_count"])
REPEAT_SECONDS = 0.5
REMEMBERED = 1000
AHEAD = 10
"""An offset may be so far beyond the last update (tdlib, TQueue.cpp)."""

BotStatus = Literal["starting", "listening", "silent"]


class Updates:
    """What the bot has to be told. `status` says whether a bot asks: none yet, one, or none any more."""

    def __init__(self, state: State, *, on_status: Callable[[BotStatus], None]) -> None:
        self.state = state
        self.status: BotStatus = "starting"
        self._on_status = on_status
        self._waiting: asyncio.Future[str] | None = None
        self._last_asked: tuple[int, float] = (0, 0.0)
        self._again: list[Record] = []
        self._on_again: Callable[[], None] = lambda: None
        self._delivered: OrderedDict[int, Record] = OrderedDict()
        state.listen(self._wake_on_new)

    # What people do arrives here.

    def add(self, kind: str, payload: Record) -> int | None:
        """Queue one update, unless the bot asked not to be told of its kind. Returns its id."""
        if not self.wanted(kind):
            return None
        update_id = self.state.next_id("update")
        update = {"update_id": update_id, kind: public(payload)}
        self.state.put("updates", update_id, {"update": update, "at": self.state.now_seconds()})
        return update_id

    def wanted(self, kind: str) -> bool:
        allowed = (self.state.get("settings", "allowed_updates") or {"kinds": []})["kinds"]
        return kind in allowed if allowed else kind not in NOT_BY_DEFAULT

    @property
    def pending(self) -> list[Record]:
        """The unconfirmed updates, oldest first; those older than a day are gone, as in Telegram."""
        oldest = self.state.now_seconds() - timedelta(hours=UPDATE_HOURS).total_seconds()
        rows = self.state.rows("updates")
        for key in [key for key, row in rows.items() if row["at"] < oldest]:
            self.state.drop("updates", key)
        return sorted((row["update"] for row in rows.values()), key=lambda update: int(update["update_id"]))

    def redeliver(self, update_id: int | None = None) -> int:
        """Send an update once more that the bot has had already (the last one unless told); returns its id."""
        if not self._delivered:
            raise LookupError("nothing has been delivered yet")
        chosen = update_id if update_id is not None else next(reversed(self._delivered))
        self._again.append(self._delivered[chosen])
        self._resolve("new")
        self._on_again()
        return chosen

    # Where the bot has a webhook, it is called.

    @property
    def webhook(self) -> Record | None:
        return self.state.get("settings", "webhook")

    def set_webhook(self, webhook: Record | None, allowed: Sequence[str] | None) -> None:
        """Let the bot be called from now on; None: it asks again."""
        if webhook is None:
            self.state.drop("settings", "webhook")
        else:
            self.state.put("settings", "webhook", webhook)
            if allowed is not None:
                self.state.put("settings", "allowed_updates", {"kinds": list(allowed)})
        self._set_status("starting" if webhook is None else "listening")

    def for_webhook(self) -> list[Record]:
        """Return what is to be delivered: whatever is to come once more, then what is unconfirmed."""
        return self._again + self.pending

    def delivered(self, update: Record) -> None:
        """Note that the webhook took an update."""
        self._remember(update)
        if update in self._again:
            self._again.remove(update)
        else:
            self.state.drop("updates", int(update["update_id"]))
            self.state.commit()

    # What the bot asks arrives here.

    async def get(
        self,
        *,
        offset: int,
        limit: int,
        timeout_seconds: float,
        allowed: Sequence[str] | None,
        gone: Callable[[], Coroutine[None, None, None]],
    ) -> list[Record]:
        if self.webhook is not None:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first",
            )
        self._resolve("conflict")
        if allowed is not None:
            self.state.put("settings", "allowed_updates", {"kinds": list(allowed)})
        limit = min(max(limit, 1), UPDATES_A_BATCH) if limit else UPDATES_A_BATCH
        if self._is_quick_repeat(offset):
            limit = 1
        self._confirm(offset)
        self.state.commit()
        self._set_status("listening")
        deadline = time.monotonic() + min(max(timeout_seconds, 0), LONG_POLL_SECONDS)
        while not (batch := self._batch(limit)):
            if time.monotonic() >= deadline or not await self._wait(deadline - time.monotonic(), gone):
                return []
        for update in batch:
            self._remember(update)
        return batch

    def _remember(self, update: Record) -> None:
        self._delivered[update["update_id"]] = update
        while len(self._delivered) > REMEMBERED:
            self._delivered.popitem(last=False)

    def _is_quick_repeat(self, offset: int) -> bool:
        last_offset, at = self._last_asked
        now = time.monotonic()
        self._last_asked = (offset, now)
        return offset == last_offset and now - at < REPEAT_SECONDS

    def _confirm(self, offset: int) -> None:
        if offset > self.state.last_id("update") + AHEAD:
            return  # it belongs to another numbering: Telegram goes on with what waits
        pending = [int(update["update_id"]) for update in self.pending]
        done = pending[:offset] if offset < 0 else [update_id for update_id in pending if update_id < offset]
        for update_id in done:
            self.state.drop("updates", update_id)

    def _batch(self, limit: int) -> list[Record]:
        if self._again:
            batch, self._again = self._again[:limit], self._again[limit:]
            return batch
        return self.pending[:limit]

    async def _wait(self, seconds: float, gone: Callable[[], Coroutine[None, None, None]]) -> bool:
        """Wait for something new. False: the time is over, the bot went away, or the server stops."""
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        left: asyncio.Future[None] = asyncio.create_task(gone())
        try:
            both: list[asyncio.Future[Any]] = [waiting, left]
            await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
            if self._waiting is waiting:
                self._waiting = None
        if left.done() and not left.cancelled() and not waiting.done():
            self._set_status("silent")
        if waiting.done() and waiting.result() == "conflict":
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        return waiting.done() and waiting.result() == "new"

    def _wake_on_new(self, puts: list[Put]) -> None:
        if any(table == "updates" and record is not None for table, _, record in puts):
            self._resolve("new")

    def _resolve(self, why: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(why)

    def _set_status(self, status: BotStatus) -> None:
        if status != self.status:
            self.status = status
            self._on_status(status)

    def on_again(self, tell: Callable[[], None]) -> None:
        self._on_again = tell

    def close(self) -> None:
        """Answer a waiting bot with nothing: the server is about to stop."""
        self._resolve("closing")
