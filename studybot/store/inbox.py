"""The inbox: updates are kept before Telegram is told that they came, and until they were handled.

What is in the inbox can be handled again, so this one write is all that must survive a power cut.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, false, null, select, update

from studybot.store.tables import updates
from studybot.store.transactions import Transactions, or_nothing, reads, writes, writes_to_disk

_RECEIVE = or_nothing(updates)
_UNHANDLED = (
    select(updates.c.body).where(updates.c.finished == false()).order_by(updates.c.id).limit(bindparam("limit"))
)
_of_update = updates.c.update_id == bindparam("of")
_TRY = update(updates).where(_of_update).values(tries=updates.c.tries + 1).returning(updates.c.tries)
_FINISH = (
    update(updates).where(_of_update).values(finished=True, body=null()).execution_options(synchronize_session=False)
)
_LAST = select(updates.c.update_id).order_by(updates.c.id.desc()).limit(1)


class Inbox(Transactions):
    @writes_to_disk
    def receive(self, tx: Connection, updates: Sequence[Mapping[str, Any]], *, at: datetime) -> None:
        rows = [
            {
                "update_id": body["update_id"],
                "body": dict(body),
                "received_at": at,
                "tries": 1,
                "finished": False,
            }
            for body in updates
        ]
        if rows:
            tx.execute(_RECEIVE[tx.dialect.name], rows)

    @reads
    def unhandled(self, tx: Connection, *, limit: int = 1000) -> Sequence[Mapping[str, Any]]:
        return tx.execute(_UNHANDLED, {"limit": limit}).scalars().all()

    @writes
    def begin_update(self, tx: Connection, update_id: int) -> int:
        tries = tx.execute(_TRY, {"of": update_id}).scalar_one_or_none()
        if tries is None:
            raise LookupError(f"no update {update_id}")
        return int(tries)

    @writes
    def finish_updates(self, tx: Connection, update_ids: Sequence[int]) -> None:
        if update_ids:
            tx.execute(_FINISH, [{"of": update_id} for update_id in update_ids])

    @reads
    def last_update_id(self, tx: Connection) -> int | None:
        return tx.execute(_LAST).scalar_one_or_none()
