"""The outbox: what the bot is to send of its own accord, until Telegram has it.

A letter that is taken out is marked, not removed: whoever took it and was killed did not lose it. No clock says how
long it may stay in a hand: each bot watches with its own stopwatch, and puts back what has not moved for too long.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, false, insert, select, true, update

from studybot.core.card import Text
from studybot.core.learner import ChatId, LearnerId
from studybot.core.letter import Announcement, InHand, Letter, LetterId, QueuedLetter, Reminder
from studybot.store.groups import move_group
from studybot.store.tables import claims, outbox
from studybot.store.transactions import Transactions, reads, writes
from studybot.store.types import Moment

_QUEUE = insert(outbox)
_DUE = (
    select(outbox)
    .where(outbox.c.not_before <= bindparam("now", type_=Moment()), outbox.c.in_hand == false())
    .order_by(outbox.c.not_before)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)  # on a server, replicas take turns; SQLite lets one write at a time anyway
)
_of_letter = outbox.c.id == bindparam("of")
_TAKE = update(outbox).where(_of_letter).values(in_hand=true(), tries=outbox.c.tries + 1)
_IN_HAND = select(outbox.c.id, outbox.c.tries).where(outbox.c.in_hand == true())
# Taken once more since then, it is in another hand: each taking counts up the tries.
_still_so = (_of_letter, outbox.c.tries == bindparam("of_try"), outbox.c.in_hand == true())
_PUT_BACK = update(outbox).where(*_still_so).values(in_hand=false())
_PUT_OFF = _PUT_BACK.values(not_before=bindparam("until", type_=Moment()))
_FINISH = delete(outbox).where(_of_letter).returning(outbox.c.learner_id, outbox.c.content)
_TAKE_BACK = delete(outbox).where(outbox.c.learner_id == bindparam("of"), outbox.c.kind == "reminder")
_REMINDED = (
    update(claims)
    .where(claims.c.learner_id == bindparam("of"), claims.c.day == bindparam("of_day"))
    .values(reminded=true())
)
_MOVE = update(outbox).where(outbox.c.chat_id == bindparam("old")).values(chat_id=bindparam("new"))


class Outbox(Transactions):
    @writes
    def take_letters(self, tx: Connection, now: datetime, *, limit: int = 30) -> Sequence[QueuedLetter]:
        rows = tx.execute(_DUE, {"now": now, "limit": limit}).all()
        if rows:
            tx.execute(_TAKE, [{"of": row.id} for row in rows])
        return [QueuedLetter(LetterId(row.id), _letter(row), row.tries + 1) for row in rows]

    @reads
    def letters_in_hand(self, tx: Connection) -> Collection[InHand]:
        return {InHand(LetterId(row.id), row.tries) for row in tx.execute(_IN_HAND)}

    @writes
    def put_back_letters(self, tx: Connection, letters: Collection[InHand]) -> None:
        if letters:
            tx.execute(_PUT_BACK, [{"of": letter.id, "of_try": letter.tries} for letter in letters])

    @writes
    def put_off_letter(self, tx: Connection, letter: InHand, *, until: datetime) -> None:
        tx.execute(_PUT_OFF, {"of": letter.id, "of_try": letter.tries, "until": until})

    @writes
    def finish_letter(self, tx: Connection, letter_id: LetterId, *, sent: bool) -> None:
        letter = tx.execute(_FINISH, {"of": letter_id}).one_or_none()
        if sent and letter is not None and "day" in letter.content:
            day = date.fromisoformat(letter.content["day"])
            tx.execute(_REMINDED, {"of": letter.learner_id, "of_day": day})

    @writes
    def move_chat(self, tx: Connection, old: ChatId, new: ChatId) -> None:
        tx.execute(_MOVE, {"old": old, "new": new})
        move_group(tx, old, new)


def queue_letter(tx: Connection, letter: Letter, *, at: datetime) -> None:
    """Put a letter into the outbox, as part of the transaction that decided on it."""
    tx.execute(_QUEUE, _columns(letter, at))


def queue_letters(tx: Connection, letters: Sequence[tuple[Letter, datetime]]) -> None:
    """As `queue_letter`, for many: each with the moment from which it may be sent."""
    if letters:
        tx.execute(_QUEUE, [_columns(letter, at) for letter, at in letters])


def _columns(letter: Letter, at: datetime) -> dict[str, Any]:
    content: dict[str, Any]
    match letter.content:
        case Reminder(day, due, minutes):
            kind, content = "reminder", {"day": day.isoformat(), "due": due, "minutes": minutes}
        case Announcement(text):
            kind, content = "announcement", {"ko": text.ko, "en": text.en}
    return {
        "chat_id": letter.chat_id,
        "learner_id": letter.learner_id,
        "kind": kind,
        "content": content,
        "not_before": at,
        "expires_at": letter.expires_at,
        "tries": 0,
    }


def take_back_reminders(tx: Connection, learner_id: LearnerId) -> None:
    """Take what would remind a learner out again, as part of the transaction that gives them the day off."""
    tx.execute(_TAKE_BACK, {"of": learner_id})


def _letter(row: Row[Any]) -> Letter:
    kept: Mapping[str, Any] = row.content
    content: Reminder | Announcement
    if row.kind == "announcement":
        content = Announcement(Text(kept["ko"], kept["en"]))
    else:
        content = Reminder(date.fromisoformat(kept["day"]), kept["due"], kept["minutes"])
    return Letter(ChatId(row.chat_id), LearnerId(row.learner_id), content, row.expires_at)
