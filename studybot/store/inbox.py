"""The inbox: updates are kept before Telegram is told that they came, and until they were handled.

What is in the inbox can be handled again, so this one write is all that must survive a power cut.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, false, func, null, select, true, type_coerce, update

from studybot.core.backlog import Backlog
from studybot.store.prepared import Prepared
from studybot.store.tables import outbox, updates
from studybot.store.transactions import Transactions, or_nothing, reads, writes, writes_to_disk
from studybot.store.types import Moment

_RECEIVE = Prepared(or_nothing(updates))
_UNHANDLED = (
    select(updates.c.body).where(updates.c.finished == false()).order_by(updates.c.id).limit(bindparam("limit"))
)
_of_update = updates.c.update_id == bindparam("of")
_TRY = update(updates).where(_of_update).values(tries=updates.c.tries + 1).returning(updates.c.tries)
_FINISH = Prepared(update(updates).where(_of_update).values(finished=True, body=null(), chat_id=null()))
_some = updates.c.update_id.in_(bindparam("some", expanding=True))
_KNOWN = select(updates.c.update_id).where(_some)
_NEXT_OF_CHAT = (
    select(updates.c.body)
    .where(updates.c.finished == false(), updates.c.chat_id == bindparam("chat"))
    .order_by(updates.c.id)
    .limit(1)
)
_NEXT_BESIDES = _NEXT_OF_CHAT.where(updates.c.update_id.not_in(bindparam("besides", expanding=True)))
_CHATS_WAITING = (
    select(updates.c.chat_id)
    .where(updates.c.finished == false())
    .group_by(updates.c.chat_id)
    .order_by(func.min(updates.c.id))
    .limit(bindparam("limit"))
)
_BACKLOG = select(
    func.count(updates.c.id),
    type_coerce(func.min(updates.c.received_at), Moment),
    select(func.count(outbox.c.id)).scalar_subquery(),
).where(updates.c.finished == false())
_LAST = select(updates.c.update_id).order_by(updates.c.id.desc()).limit(1)
_first = select(updates).order_by(updates.c.id).limit(bindparam("limit")).subquery()
_handled_before = select(_first.c.id).where(
    _first.c.finished == true(), _first.c.received_at < bindparam("before", type_=Moment())
)
_FORGET = delete(updates).where(updates.c.id.in_(_handled_before))


class Inbox(Transactions):
    @writes_to_disk
    def receive(
        self, tx: Connection, updates: Sequence[Mapping[str, Any]], *, at: datetime, chats: Sequence[int] = ()
    ) -> Collection[int]:
        rows = [
            {
                "update_id": body["update_id"],
                "body": dict(body),
                "received_at": at,
                "tries": 1,
                "finished": False,
                "chat_id": chat,
            }
            for body, chat in zip(updates, chats or [0] * len(updates), strict=True)
        ]
        if not rows:
            return ()
        known = set(tx.execute(_KNOWN, {"some": [row["update_id"] for row in rows]}).scalars())
        _RECEIVE.run_each(tx, rows)
        return {row["update_id"] for row in rows} - known

    @reads
    def unhandled(self, tx: Connection, *, limit: int = 1000) -> Sequence[Mapping[str, Any]]:
        return tx.execute(_UNHANDLED, {"limit": limit}).scalars().all()

    @reads
    def next_of_chat(self, tx: Connection, chat: int, *, besides: Collection[int] = ()) -> Mapping[str, Any] | None:
        if besides:
            return tx.execute(_NEXT_BESIDES, {"chat": chat, "besides": list(besides)}).scalar_one_or_none()
        return tx.execute(_NEXT_OF_CHAT, {"chat": chat}).scalar_one_or_none()

    @reads
    def chats_waiting(self, tx: Connection, *, limit: int) -> Sequence[int]:
        return [chat or 0 for chat in tx.execute(_CHATS_WAITING, {"limit": limit}).scalars()]

    @reads
    def backlog(self, tx: Connection) -> Backlog:
        return Backlog(*tx.execute(_BACKLOG).one())

    @writes
    def begin_update(self, tx: Connection, update_id: int) -> int:
        tries = tx.execute(_TRY, {"of": update_id}).scalar_one_or_none()
        if tries is None:
            raise LookupError(f"no update {update_id}")
        return int(tries)

    @writes
    def finish_updates(self, tx: Connection, update_ids: Sequence[int]) -> None:
        _FINISH.run_each(tx, [{"of": update_id} for update_id in update_ids])

    @reads
    def last_update_id(self, tx: Connection) -> int | None:
        return tx.execute(_LAST).scalar_one_or_none()

    @writes
    def forget_updates(self, tx: Connection, *, before: datetime, limit: int) -> int:
        return tx.execute(_FORGET, {"before": before, "limit": limit}).rowcount
