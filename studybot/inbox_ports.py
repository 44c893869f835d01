"""What comes in, and who handles it: the store as those see it who take updates and hand them out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from studybot.core.backlog import Backlog
from studybot.core.sending import ChatLimits


class InboxStore(Protocol):
    async def receive(
        self, updates: Sequence[Mapping[str, Any]], *, at: datetime, chats: Sequence[int] = ()
    ) -> Collection[int]:
        """Store raw updates before they are confirmed, as begun once; return which ids are new, the others are ignored.

        `chats` says of each whose order it belongs to; without, all are in one order.
        """
        ...

    async def next_of_chat(self, chat: int, *, besides: Collection[int] = ()) -> Mapping[str, Any] | None:
        """Return the oldest update of a chat that was not finished, besides those of these numbers."""
        ...

    async def chats_waiting(self, *, limit: int) -> Sequence[int]:
        """Return the chats that have unfinished updates, the one that waits longest first."""
        ...

    async def backlog(self) -> Backlog: ...

    @property
    def shared(self) -> bool:
        """Whether other processes may use the same database."""
        ...

    async def take_turn(self, turn: int) -> bool:
        """Take a turn, until `end_turn` or the end of this process; False while another process has it."""
        ...

    async def end_turn(self, turn: int) -> None: ...

    async def holds_turn(self, turn: int) -> bool:
        """Return whether a turn that was taken is still ours: it is lost with the connection to the database."""
        ...

    async def bots(self) -> int:
        """Return how many processes that call this use the database now, this one included."""
        ...

    async def count_together(
        self, chat_id: int, before: Sequence[float], limits: ChatLimits, *, patience: float
    ) -> float:
        """Return in how many seconds one more message may go into a chat, with all bots in line; 0 for at once.

        It is counted for that moment, unless that is more than `patience` seconds away. `before`: how many seconds ago
        this bot sent what it has not told of yet, which counts either way.
        """
        ...

    async def unhandled(self, *, limit: int = 1000) -> Sequence[Mapping[str, Any]]:
        """Return stored updates that were not finished, oldest first."""
        ...

    async def begin_update(self, update_id: int) -> int:
        """Count one more try at handling an update and return how many there were, this one included."""
        ...

    async def finish_updates(self, update_ids: Sequence[int]) -> None:
        """Mark updates as handled and forget their content: only the ids are kept."""
        ...

    async def last_update_id(self) -> int | None:
        """Return the id of the update that came last, as far as it is still known."""
        ...

    async def forget_updates(self, *, before: datetime, limit: int) -> int:
        """Look at the `limit` updates that came first; forget those that came before a moment and were handled.

        Returns how many were forgotten.
        """
        ...
