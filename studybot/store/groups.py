"""Groups, and the challenges that open in them by themselves."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from studybot.core.card import Language
from studybot.core.challenge import Group, GroupId, Mode, Rules, Scheduled
from studybot.core.learner import ChatId, LearnerId
from studybot.core.weekly import Weekly
from studybot.store.group_tables import challenges, group_days, groups, rounds, weeklies
from studybot.store.transactions import Transactions, or_nothing, or_replace, reads, writes

_OF_CHAT = select(groups).where(groups.c.chat_id == bindparam("of"))
_ADD = or_nothing(groups)
_CHANGE = update(groups).where(groups.c.id == bindparam("of"))
_FORGET = delete(groups).where(groups.c.id == bindparam("of"))
_weekly = (weeklies.c.group_id == bindparam("of"), weeklies.c.thread_id == bindparam("of_thread"))
_WITH_GROUP = select(weeklies, groups.c.chat_id, groups.c.language, groups.c.zone, groups.c.present).join(
    groups, groups.c.id == weeklies.c.group_id
)
_DUE = _WITH_GROUP.where(weeklies.c.next_at <= bindparam("now")).order_by(weeklies.c.next_at)
_PASS_ON = update(weeklies).where(*_weekly, weeklies.c.next_at == bindparam("due_at"))
_DAY = or_nothing(group_days)


class Groups(Transactions):
    @writes
    def welcome_group(self, tx: Connection, chat_id: ChatId, *, language: Language, zone: str) -> Group:
        new = {"chat_id": chat_id, "language": language.value, "zone": zone, "present": True}
        tx.execute(_ADD[tx.dialect.name], new)
        return as_group(tx.execute(_OF_CHAT, {"of": chat_id}).one())

    @reads
    def group_of_chat(self, tx: Connection, chat_id: ChatId) -> Group | None:
        row = tx.execute(_OF_CHAT, {"of": chat_id}).one_or_none()
        return as_group(row) if row else None

    @writes
    def save_group(self, tx: Connection, group: Group) -> None:
        columns = {"language": group.language.value, "zone": group.zone, "present": group.present}
        tx.execute(_CHANGE.values(**columns), {"of": group.id})

    @writes
    def save_weekly(
        self,
        tx: Connection,
        group_id: GroupId,
        thread_id: int,
        weekly: Weekly | None,
        rules: Rules,
        *,
        next_at: datetime | None,
    ) -> None:
        if weekly is None:
            tx.execute(delete(weeklies).where(*_weekly), {"of": group_id, "of_thread": thread_id})
            return
        columns = {
            "group_id": group_id,
            "thread_id": thread_id,
            "weekdays": "".join(map(str, sorted(weekly.weekdays))),
            "at": weekly.at,
            "next_at": next_at,
            **columns_of_rules(rules),
        }
        tx.execute(or_replace(weeklies)[tx.dialect.name], columns)

    @reads
    def weekly_in(self, tx: Connection, group_id: GroupId, thread_id: int) -> Scheduled | None:
        row = tx.execute(_WITH_GROUP.where(*_weekly), {"of": group_id, "of_thread": thread_id}).one_or_none()
        return _as_scheduled(row) if row else None

    @reads
    def weeklies_due(self, tx: Connection, now: datetime) -> Sequence[Scheduled]:
        return [_as_scheduled(row) for row in tx.execute(_DUE, {"now": now})]

    @writes
    def claim_weekly(self, tx: Connection, scheduled: Scheduled, *, next_at: datetime) -> bool:
        of = {"of": scheduled.group.id, "of_thread": scheduled.thread_id, "due_at": scheduled.next_at}
        return tx.execute(_PASS_ON.values(next_at=next_at), of).rowcount == 1

    @writes
    def note_group_day(self, tx: Connection, learner_id: LearnerId, day: date) -> None:
        tx.execute(_DAY[tx.dialect.name], {"learner_id": learner_id, "day": day})


def move_group(tx: Connection, old: ChatId, new: ChatId) -> None:
    """Give a group another chat: everything in it goes on there."""
    moved = tx.execute(_OF_CHAT, {"of": old}).one_or_none()
    if moved is None:
        return
    if (there := tx.execute(_OF_CHAT, {"of": new}).one_or_none()) is not None:
        tx.execute(_FORGET, {"of": there.id})  # made a moment ago by a message from the new chat
    tx.execute(_CHANGE.values(chat_id=new), {"of": moved.id})
    # Message ids begin anew there: what is shown has to be shown once more.
    open_ones = select(challenges.c.id).where(challenges.c.group_id == moved.id, challenges.c.open_in.is_not(None))
    tx.execute(update(rounds).where(rounds.c.challenge_id.in_(open_ones)).values(message_id=None))
    tx.execute(update(challenges).where(challenges.c.id.in_(open_ones)).values(message_id=None))


def columns_of_rules(rules: Rules) -> dict[str, Any]:
    return {
        "cards": rules.cards,
        "vote_seconds": rules.vote_seconds,
        "topics": list(rules.topics),
        "mode": rules.mode.value,
    }


def rules_in(row: Row[Any]) -> Rules:
    return Rules(row.cards, row.vote_seconds, tuple(row.topics), Mode(row.mode))


def as_group(row: Row[Any]) -> Group:
    return Group(GroupId(row.id), ChatId(row.chat_id), Language(row.language), row.zone, row.present)


def group_in(row: Row[Any]) -> Group:
    """Return the group of a row that was joined with it."""
    return Group(GroupId(row.group_id), ChatId(row.chat_id), Language(row.language), row.zone, row.present)


def _as_scheduled(row: Row[Any]) -> Scheduled:
    weekly = Weekly(frozenset(map(int, row.weekdays)), row.at)
    return Scheduled(group_in(row), row.thread_id, weekly, rules_in(row), row.next_at)
