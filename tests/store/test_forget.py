"""A forgotten learner leaves no row in any table, whichever there are, and no trace in the file."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Table

from studybot.core.ballot import MemberId
from studybot.core.board import Naming
from studybot.core.card import CardId, Revision
from studybot.core.challenge import Member, Take
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.letter import Letter, Reminder
from studybot.core.publication import Fate
from studybot.core.schedule import Grade
from studybot.core.sending import ChatLimits
from studybot.store.store import SqlStore
from studybot.store.tables import metadata
from tests.store.given import ASKED, DAY, NINE, NOW, TOMORROW_AT_NINE, a_quiz, a_review, the_next, undo
from tests.store.given_challenges import a_lobby, a_round, a_vote
from tests.store.test_crash import crash_after

CHAT = ChatId(987_654_321)
SECRET = "a most personal answer"
IMPERSONAL = {
    "card_revisions",
    "proofs",
    "publications",
    "updates",
    "groups",
    "challenges",
    "rounds",
    "weeklies",
    "polls",
    "announcements",
    "told_news",
}
"""Tables that hang on no learner. Of updates only the ids stay: see the inbox."""


def hangs_on_a_learner(table: Table) -> bool:
    """Whether the table's rows go with a learner's row, directly or through another table."""
    if table.name in {"learners", "sent_lately"} or "person_id" in table.columns:  # their number is their chat's
        return True
    parents = [key.column.table for key in table.foreign_keys if key.ondelete == "CASCADE"]
    return any(hangs_on_a_learner(parent) for parent in parents if parent is not table)


async def a_whole_life(store: SqlStore, chat_id: ChatId, first_update: int) -> Learner:
    """Leave a row in every table that hangs on a learner."""
    learner = await store.add_learner(chat_id, Settings(), next_reminder_at=NINE)
    await store.count_together(chat_id, [], ChatLimits(1.0, 15, None, 60.0), patience=0)
    quiz = await a_quiz(store, learner, [CardId("one"), CardId("two")])
    first = await the_next(store, quiz)
    await store.save_asked(first.id, ASKED)
    await store.save_attempt(first.id, SECRET, right=False, update_id=first_update, at=NOW)
    await store.save_review(await a_review(store, first, Grade.GOOD), SECRET, update_id=first_update + 1)
    await undo(store, learner, first, update_id=first_update + 2)
    again = await the_next(store, quiz)
    await store.save_hint(again.id, update_id=first_update + 3)
    await store.save_review(await a_review(store, again, Grade.HARD), SECRET, update_id=first_update + 4)
    letter = Letter(chat_id, learner.id, Reminder(DAY, due=2, minutes=1), expires_at=TOMORROW_AT_NINE)
    await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE, letter=letter)
    await store.suspend_card(learner.id, CardId("one"))
    await store.publish_cards([(CardId("one"), Revision("r2"), None)], at=NOW)
    await store.decide_fate(CardId("one"), Revision("r2"), Fate.SOFTEN, alike=[Revision("r2")], at=NOW)
    await store.rest_on(learner.id, DAY)
    await store.save_report(learner.id, first.id, update_id=first_update + 6, at=NOW)
    await store.receive([{"update_id": first_update + 5, "message": {"chat": {"id": chat_id}, "text": SECRET}}], at=NOW)
    await store.finish_updates([first_update + 5])
    await store.note_group_day(learner.id, DAY)
    await play_in_a_group(store, Member(MemberId(int(chat_id)), SECRET), first_update + 7)
    return learner


async def play_in_a_group(store: SqlStore, member: Member, update_id: int) -> None:
    challenge = await a_lobby(store)
    await store.join(challenge.id, member, at=NOW)
    await store.pass_on(challenge.id, member.person)
    one = await a_round(store, challenge)
    await store.save_vote(one.id, replace(a_vote(member), text=SECRET, update_id=update_id), member)
    await store.save_take(one.id, Take(member.person, SECRET, NOW), member, update_id=update_id)
    await store.open_door(member.person, one.id)
    await store.save_naming(challenge.group.id, member.person, Naming(SECRET, "name"))
    await store.save_earnings(challenge.id, {member.person: 4}, on=DAY)


def counted(raw: sqlite3.Connection) -> dict[str, int]:
    return {name: raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in metadata.tables}


def test_every_table_hangs_on_a_learner_or_is_known_to_hold_nobodys_data() -> None:
    assert {name for name, table in metadata.tables.items() if not hangs_on_a_learner(table)} == IMPERSONAL


async def test_no_table_holds_a_row_of_a_forgotten_learner(store: SqlStore, raw: sqlite3.Connection) -> None:
    other = await a_whole_life(store, ChatId(1), 100)
    alone = counted(raw)
    learner = await a_whole_life(store, CHAT, 200)
    both = counted(raw)
    assert {name for name in both if both[name] == alone[name]} == IMPERSONAL - {"updates"}

    await store.forget_learner(learner.id)

    left = counted(raw)
    assert {name: left[name] - alone[name] for name in left if left[name] != alone[name]} == {"updates": 1}
    for name, table in metadata.tables.items():
        columns = {"learner_id": learner.id, "chat_id": CHAT, "person_id": CHAT, "moderator_id": CHAT}
        for column, value in columns.items():
            if column in table.columns:
                assert raw.execute(f"SELECT * FROM {name} WHERE {column} = ?", (value,)).fetchall() == []
    assert raw.execute("SELECT body FROM updates WHERE body IS NOT NULL").fetchall() == []
    assert raw.execute("SELECT learner_id FROM reviews").fetchall() == [(other.id,)] * 2


async def test_the_file_holds_nothing_that_could_be_read_afterwards(store: SqlStore, database: Path) -> None:
    learner = await a_whole_life(store, CHAT, 200)
    assert SECRET in written(database)

    await store.forget_learner(learner.id)
    await store.close()

    assert SECRET not in written(database)


def written(database: Path) -> str:
    """Return the database as a thief would read it, with what is not in the file itself yet."""
    files = [database, *database.parent.glob(f"{database.name}-wal")]
    return "".join(file.read_bytes().decode("latin-1") for file in files)


@pytest.mark.parametrize("fragment", ["DELETE FROM learners"])
async def test_forgetting_that_crashes_half_way_forgets_nothing(
    store: SqlStore, raw: sqlite3.Connection, fragment: str
) -> None:
    learner = await a_whole_life(store, CHAT, 200)
    before = counted(raw)

    with crash_after(fragment):
        await store.forget_learner(learner.id)

    assert counted(raw) == before
    assert await store.learner_of_chat(CHAT) == learner
