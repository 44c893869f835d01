"""The tables of groups and their challenges.

People are kept here by their number in Telegram, for not everybody in a group is a learner. Whoever is forgotten is
taken out of these rows as well: see exports.py.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from studybot.store.tables import Id, Record, metadata
from studybot.store.types import AnyText, Moment


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="CASCADE")


groups = Table(
    "groups",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False, unique=True),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("present", Boolean, nullable=False),
)

# A group has one challenge at a time, or each of its forum topics one: `open_in` is the topic while it is open.
challenges = Table(
    "challenges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("group_id", Id, _of("groups"), nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("open_in", BigInteger),
    Column("cards", Integer, nullable=False),
    Column("vote_seconds", Integer, nullable=False),
    Column("topics", Record, nullable=False),
    Column("mode", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("moderator_id", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("plan", Record, nullable=False),
    Column("message_id", BigInteger),
    Column("end_message_id", BigInteger),
    Column("wakes_at", Moment),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("group_id", "open_in"),
    CheckConstraint("stage IN ('lobby', 'playing', 'over', 'called_off')", name="stage"),
    CheckConstraint("cards > 0", name="cards"),
    CheckConstraint("vote_seconds > 0", name="vote_seconds"),
)

members = Table(
    "members",
    metadata,
    Column("challenge_id", Id, _of("challenges"), primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", AnyText, nullable=False),
    Column("here", Boolean, nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("named", Boolean, nullable=False),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("challenge_id", Id, _of("challenges"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("card_id", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("run", Record, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("step", Text, nullable=False),
    Column("afters", Record, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("shown_at", Moment),
    Column("message_id", BigInteger),
    Column("evidence_id", BigInteger),
    Column("operations", Integer, nullable=False),
    Column("noted", Boolean, nullable=False),
    UniqueConstraint("challenge_id", "position"),
    CheckConstraint("step IN ('vote', 'evidence', 'done')", name="step"),
)

# `right` is null while the code of an answer is being run.
votes = Table(
    "votes",
    metadata,
    Column("round_id", Id, _of("rounds"), primary_key=True),
    Column("ballot", Integer, primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("text", AnyText, nullable=False),
    Column("right", Boolean),
    Column("at", Moment, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    CheckConstraint("ballot >= 0", name="ballot"),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

# What was said to a card without a key, once per message.
takes = Table(
    "takes",
    metadata,
    Column("round_id", Id, _of("rounds"), primary_key=True),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

# Whoever answers in private has one open door: the round that what they type goes to.
doors = Table(
    "doors",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("round_id", Id, _of("rounds"), nullable=False),
)

# Challenges that begin by themselves: one for each group or forum topic.
weeklies = Table(
    "weeklies",
    metadata,
    Column("group_id", Id, _of("groups"), primary_key=True),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("weekdays", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("cards", Integer, nullable=False),
    Column("vote_seconds", Integer, nullable=False),
    Column("topics", Record, nullable=False),
    Column("mode", Text, nullable=False),
    Column("next_at", Moment, nullable=False),
    Index(None, "next_at"),
    sqlite_with_rowid=False,
)

# Study days on which a learner voted in a group: they count as days in a row.
group_days = Table(
    "group_days",
    metadata,
    Column("learner_id", Id, _of("learners"), primary_key=True),
    Column("day", Date, primary_key=True),
    sqlite_with_rowid=False,
)

# How somebody wants to be named on the weekly board of a group.
namings = Table(
    "namings",
    metadata,
    Column("group_id", Id, _of("groups"), primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", AnyText, nullable=False),
    Column("board", Text, nullable=False),
    Column("pseudonym", Integer),
    CheckConstraint("board IN ('hidden', 'name', 'pseudonym')", name="board"),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

# What a challenge brought its members, for the board: the votes tell by what.
earnings = Table(
    "earnings",
    metadata,
    Column("challenge_id", Id, _of("challenges"), primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("points", Integer, nullable=False),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

# Which round a quiz poll of Telegram's asks: its answers name the poll, and neither chat nor message.
polls = Table(
    "polls",
    metadata,
    Column("poll_id", Text, primary_key=True),
    Column("round_id", Id, _of("rounds"), nullable=False, unique=True),
)
