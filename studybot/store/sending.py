"""What several bots send into one chat, counted together, by the database's time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, update

from studybot.core.sending import ChatLimits, Sent
from studybot.store.tables import sent_lately
from studybot.store.transactions import Transactions, or_nothing, writes
from studybot.store.types import Moment

_EPOCH = {
    "postgresql": func.extract("epoch", func.clock_timestamp()),
    "sqlite": (func.julianday("now") - 2_440_587.5) * 86_400.0,
}
_of_chat = sent_lately.c.chat_id == bindparam("of")
_SENT = {name: select(sent_lately, now.label("now")).where(_of_chat).with_for_update() for name, now in _EPOCH.items()}
_ADD = or_nothing(sent_lately)
_SAVE = update(sent_lately).where(_of_chat)
_FORGET = delete(sent_lately).where(sent_lately.c.latest < bindparam("before", type_=Moment()))
KEPT = timedelta(hours=1)

MOST_AHEAD = timedelta(minutes=2)
"""Nobody stands in a line for so long: where its end is further ahead, the server's clock was set back."""


class Sending(Transactions):
    @writes
    def count_together(
        self, tx: Connection, chat_id: int, before: Sequence[float], limits: ChatLimits, *, patience: float
    ) -> float:
        statement = _SENT[tx.dialect.name]
        row = tx.execute(statement, {"of": chat_id}).one_or_none()
        if row is None:
            _begin(tx, chat_id)
            row = tx.execute(statement, {"of": chat_id}).one()
        now = float(row.now)
        kept = Sent(tuple(row.moments), row.level, row.level_at) if row.latest <= _moment(now) + MOST_AHEAD else Sent()
        sent = kept.also(now - ago for ago in before).since(now - limits.kept_seconds, limits)
        wait = sent.wait(now, limits)
        if wait <= patience:
            sent = sent.also([now + wait])
        new = {"moments": sent.moments, "level": sent.level, "level_at": sent.at}
        tx.execute(_SAVE, {"of": chat_id, **new, "latest": _moment(max([now, *sent.moments[-1:]]))})
        return wait


def _begin(tx: Connection, chat_id: int) -> None:
    """Begin to count a chat, and throw away what was counted where nobody has spoken for long."""
    now = _moment(float(tx.execute(select(_EPOCH[tx.dialect.name])).scalar_one()))
    tx.execute(_FORGET, {"before": now - KEPT})
    tx.execute(_ADD[tx.dialect.name], {"chat_id": chat_id, "moments": [], "level": 0.0, "level_at": 0.0, "latest": now})


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
