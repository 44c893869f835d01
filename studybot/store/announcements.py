"""What was announced, and the letters that carry it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, true

from studybot.core.announcing import WEEK
from studybot.core.card import Text
from studybot.core.learner import Learner
from studybot.core.letter import Letter
from studybot.store.learners import as_learner
from studybot.store.outbox import queue_letters
from studybot.store.tables import announcements, learners
from studybot.store.transactions import Transactions, reads, writes
from studybot.store.types import Moment

_WANT_NEWS = (
    select(learners).where(learners.c.reachable == true(), learners.c.announcements == true()).order_by(learners.c.id)
)
_SINCE = (
    select(announcements.c.at, announcements.c.ko, announcements.c.en)
    .where(announcements.c.at > bindparam("since", type_=Moment()))
    .order_by(announcements.c.id)
)
_SAME = _SINCE.where(announcements.c.ko == bindparam("of_ko"), announcements.c.en == bindparam("of_en"))
_SAVE = insert(announcements)


class Announcements(Transactions):
    @reads
    def learners_who_want_news(self, tx: Connection) -> Sequence[Learner]:
        return [as_learner(row) for row in tx.execute(_WANT_NEWS)]

    @reads
    def announced_since(self, tx: Connection, since: datetime) -> Sequence[tuple[datetime, Text]]:
        return [(row.at, Text(row.ko, row.en)) for row in tx.execute(_SINCE, {"since": since})]

    @writes
    def save_announcement(
        self, tx: Connection, text: Text, letters: Sequence[tuple[Letter, datetime]], *, at: datetime
    ) -> bool:
        if tx.execute(_SAME, {"since": at - WEEK, "of_ko": text.ko, "of_en": text.en}).first() is not None:
            return False
        tx.execute(_SAVE, {"ko": text.ko, "en": text.en, "at": at, "learners": len(letters)})
        queue_letters(tx, letters)
        return True
