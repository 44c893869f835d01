"""What the admins were told of the deck."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select

from studybot.store.tables import told_news
from studybot.store.transactions import Transactions, or_replace, reads, writes
from studybot.store.types import Moment

_TOLD = select(told_news.c.line).where(
    told_news.c.line.in_(bindparam("lines", expanding=True)), told_news.c.told_at > bindparam("since", type_=Moment())
)
_TELL = or_replace(told_news)
_FORGET = delete(told_news).where(told_news.c.told_at < bindparam("before", type_=Moment()))
KEPT = timedelta(days=30)


class News(Transactions):
    @reads
    def untold_news(self, tx: Connection, news: Sequence[str], *, since: datetime) -> Sequence[str]:
        told = set(tx.execute(_TOLD, {"lines": list(news), "since": since}).scalars())
        return [line for line in news if line not in told]

    @writes
    def mark_news_told(self, tx: Connection, news: Sequence[str], *, at: datetime) -> None:
        tx.execute(_FORGET, {"before": at - KEPT})
        if lines := dict.fromkeys(news):
            tx.execute(_TELL[tx.dialect.name], [{"line": line, "told_at": at} for line in lines])
