"""The tables. docs/database.md draws them; migrations/ makes them, and a test proves the two equal.

Everything that belongs to a learner goes with the learner: that is what ON DELETE CASCADE is for.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Time,
    UniqueConstraint,
    event,
    false,
    true,
)

from studybot.store.types import AnyText, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers only INTEGER PRIMARY KEY columns by itself, and those hold 64 bits.
Id = BigInteger().with_variant(Integer, "sqlite")
Record = JSON(none_as_null=True)


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="CASCADE")


learners = Table(
    "learners",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False, unique=True),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("remind_at", Time, nullable=False),
    Column("new_per_day", Integer, nullable=False),
    Column("reviews_per_day", Integer, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("next_reminder_at", Moment, nullable=False),
    Column("scheduler", Text, nullable=False, server_default="sm2"),
    Column("weekdays", Text, nullable=False, server_default="0123456"),
    Column("quiet_from", Time),
    Column("quiet_to", Time),
    Column("away_until", Date),
    Column("minutes_per_day", Integer),
    Column("exam_on", Date),
    Column("spread", Boolean, nullable=False, server_default=false()),
    Column("announcements", Boolean, nullable=False, server_default=true()),
    CheckConstraint("new_per_day >= 0", name="new_per_day"),
    CheckConstraint("reviews_per_day >= 0", name="reviews_per_day"),
    Index(None, "reachable", "next_reminder_at"),
)

# A study day is claimed before its reminder is sent; whether the quiz was begun is another matter. `reminded` once
# it was sent, `skipped` where the learner took the day off.
claims = Table(
    "claims",
    metadata,
    Column("learner_id", Id, _of("learners"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("reminded", Boolean, nullable=False, server_default=false()),
    Column("skipped", Boolean, nullable=False, server_default=false()),
    sqlite_with_rowid=False,
)

# Study days on which nothing was asked of a learner: they were away, or nothing was due.
rests = Table(
    "rests",
    metadata,
    Column("learner_id", Id, _of("learners"), primary_key=True),
    Column("day", Date, primary_key=True),
    sqlite_with_rowid=False,
)

quizzes = Table(
    "quizzes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("learner_id", Id, _of("learners"), nullable=False),
    Column("day", Date, nullable=False),
    Column("begun_at", Moment, nullable=False),
    UniqueConstraint("learner_id", "day"),
)

# `revision`, `seed`, `run` and `asked_at` are core.quiz.Asked: all of them, or none before the card is asked.
showings = Table(
    "showings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("quiz_id", Id, _of("quizzes"), nullable=False),
    Column("learner_id", Id, _of("learners"), nullable=False),
    Column("card_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("revision", Text),
    Column("seed", BigInteger),
    Column("run", Record),
    Column("asked_at", Moment),
    Column("message_id", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("grade", SmallInteger),
    Column("settled", Boolean, nullable=False),
    Column("undone", Boolean, nullable=False, server_default=false()),
    Column("practice", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("quiz_id", "position"),
    CheckConstraint("position >= 0", name="position"),
    CheckConstraint("attempts >= 0", name="attempts"),
    CheckConstraint("hints >= 0", name="hints"),
    CheckConstraint("grade BETWEEN 0 AND 5", name="grade"),
    CheckConstraint("grade IS NULL OR settled", name="graded_when_settled"),
    CheckConstraint(
        "(asked_at IS NULL AND revision IS NULL AND seed IS NULL AND run IS NULL)"
        " OR (asked_at IS NOT NULL AND revision IS NOT NULL AND seed IS NOT NULL AND run IS NOT NULL)",
        name="asked",
    ),
    Index(None, "learner_id", "card_id"),
)

# Answers that did not settle their showing; the one that did is in its review.
attempts = Table(
    "attempts",
    metadata,
    Column("update_id", Id, primary_key=True, autoincrement=False),
    Column("showing_id", Id, _of("showings"), nullable=False, index=True),
    Column("text", AnyText, nullable=False),
    Column("right", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

hints = Table(
    "hints",
    metadata,
    Column("update_id", Id, primary_key=True, autoincrement=False),
    Column("showing_id", Id, _of("showings"), nullable=False, index=True),
)

# The truth. `before` and `after` hold the scheduler's own numbers, as it counted them.
reviews = Table(
    "reviews",
    metadata,
    Column("id", Id, primary_key=True),
    Column("showing_id", Id, _of("showings"), nullable=False, unique=True),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("learner_id", Id, _of("learners"), nullable=False),
    Column("card_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("torch_version", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("day", Date, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("right", Boolean, nullable=False),
    Column("grade", SmallInteger, nullable=False),
    Column("latency_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("gave_up", Boolean, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("scheduler", Text, nullable=False),
    Column("before", Record),
    Column("after", Record, nullable=False),
    CheckConstraint("grade BETWEEN 0 AND 5", name="grade"),
    CheckConstraint("latency_ms >= 0", name="latency_ms"),
    CheckConstraint("attempts >= 0", name="attempts"),
    CheckConstraint("hints >= 0", name="hints"),
    Index(None, "learner_id", "kind"),
)

# Reviews that were taken back; `again_id` is the card's new showing, where its quiz was still that day's.
undos = Table(
    "undos",
    metadata,
    Column("review_id", Id, _of("reviews"), primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("again_id", Id, _of("showings")),
    Column("at", Moment, nullable=False),
)

# What learners say is wrong with a card, kept before anybody is told; `told` is false again when a note came.
# `transcript` holds the answers to that showing up to then, `closed_at` says that somebody has dealt with it.
reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("learner_id", Id, _of("learners"), nullable=False),
    Column("card_id", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("answer", AnyText, nullable=False),
    Column("run", Record, nullable=False),
    Column("note", AnyText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("closed_at", Moment),
    Column("transcript", Record),
)

# A cache of the reviews: `studybot db replay` rebuilds it. `stability` and `difficulty` are there, both of them,
# where FSRS schedules.
memories = Table(
    "memories",
    metadata,
    Column("learner_id", Id, _of("learners"), primary_key=True),
    Column("card_id", Text, primary_key=True),
    Column("repetitions", Integer, nullable=False),
    Column("easiness", Integer, nullable=False),
    Column("interval_days", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("reviewed_on", Date, nullable=False),
    Column("lapses", Integer, nullable=False),
    Column("drilling", Boolean, nullable=False),
    Column("stability", Double),
    Column("difficulty", Double),
    CheckConstraint("repetitions >= 0", name="repetitions"),
    CheckConstraint("easiness >= 130", name="easiness"),
    CheckConstraint("interval_days >= 1", name="interval_days"),
    CheckConstraint("due_on > reviewed_on", name="due_on"),
    CheckConstraint("lapses >= 0", name="lapses"),
    CheckConstraint("stability > 0", name="stability"),
    CheckConstraint("(stability IS NULL) = (difficulty IS NULL) AND difficulty BETWEEN 1 AND 10", name="difficulty"),
    Index(None, "learner_id", "due_on"),
    # A learner's memories lie side by side on disk, so that reading them all is one short walk.
    sqlite_with_rowid=False,
)

# What a learner holds back. That a card was forgotten too often is not here: it follows from its lapses.
holds = Table(
    "holds",
    metadata,
    Column("learner_id", Id, _of("learners"), primary_key=True),
    Column("card_id", Text, primary_key=True),
    Column("suspended", Boolean, nullable=False),
    Column("buried_on", Date),
    Column("resumed_lapses", Integer, nullable=False),
    CheckConstraint("resumed_lapses >= 0", name="resumed_lapses"),
    sqlite_with_rowid=False,
)

card_revisions = Table(
    "card_revisions",
    metadata,
    Column("card_id", Text, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("body", Record, nullable=False),
)

# Which revision of a card is asked, since when: append-only, the latest row counts. `fate` is what the edit did to
# memories; null where its meaning changed and its author has not said.
publications = Table(
    "publications",
    metadata,
    Column("id", Id, primary_key=True),
    Column("card_id", Text, nullable=False, index=True),
    Column("revision", Text, nullable=False),
    Column("fate", Text),
    Column("at", Moment, nullable=False),
    CheckConstraint("fate IN ('keep', 'soften', 'reset')", name="fate"),
)

# What a change of meaning did to one learner's memory: as much the truth as the reviews are, and replayed with them.
adjustments = Table(
    "adjustments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("learner_id", Id, _of("learners"), nullable=False),
    Column("card_id", Text, nullable=False),
    Column("after_review_id", Id, _of("reviews"), nullable=False, index=True),
    Column("revision", Text, nullable=False),
    Column("fate", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("learner_id", "card_id", "revision", "fate"),
    CheckConstraint("fate IN ('soften', 'reset')", name="fate"),
)

proofs = Table(
    "proofs",
    metadata,
    Column("card_id", Text, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("torch_version", Text, primary_key=True),
    Column("device", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("reason", AnyText, nullable=False),
    Column("proved_at", Moment, nullable=False),
    Column("proved_by", Text, nullable=False, server_default=""),
    CheckConstraint("status IN ('proven', 'refuted', 'broken', 'skipped')", name="status"),
)

# `id` is the order of arrival: Telegram's own ids may start anew after a quiet week. `body` and `chat_id` (whose order
# it belongs to) are forgotten once the update is handled, for they tell of people.
updates = Table(
    "updates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("body", Record),
    Column("received_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("chat_id", BigInteger),
    CheckConstraint("tries >= 0", name="tries"),
    CheckConstraint("finished OR body IS NOT NULL", name="body"),
)
Index(
    "ix_updates_of_chat",
    updates.c.chat_id,
    updates.c.id,
    sqlite_where=updates.c.finished == false(),
    postgresql_where=updates.c.finished == false(),
)
Index(
    "ix_updates_unhandled",
    updates.c.id,
    sqlite_where=updates.c.finished == false(),
    postgresql_where=updates.c.finished == false(),
)

# What the bot is to send of its own accord. A row goes when Telegram has the message; `not_before` is the next try,
# or the end of the lease of whoever is sending it now.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False, index=True),
    Column("learner_id", Id, _of("learners"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("content", Record, nullable=False),
    Column("not_before", Moment, nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("in_hand", Boolean, nullable=False, server_default=false()),
    CheckConstraint("kind IN ('reminder', 'announcement')", name="kind"),
    CheckConstraint("tries >= 0", name="tries"),
)

# What was announced to all learners: `learners` counts to how many it went. The letters are in the outbox.
announcements = Table(
    "announcements",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ko", AnyText, nullable=False),
    Column("en", AnyText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("learners", Integer, nullable=False),
    CheckConstraint("learners >= 0", name="learners"),
)

# Which lines of the deck's news the admins were told, and when: several bots see the same deck.
told_news = Table(
    "told_news",
    metadata,
    Column("line", AnyText, primary_key=True),
    Column("told_at", Moment, nullable=False),
)

# When something was sent into a chat, in seconds since 1970, as far as it counts against Telegram's limits.
sent_lately = Table(
    "sent_lately",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("moments", Record, nullable=False),
    Column("level", Double, nullable=False),
    Column("level_at", Double, nullable=False),
    Column("latest", Moment, nullable=False),
)

# Reviews are append-only, whoever writes SQL. A review goes only with its learner: the learner's row is gone
# already when the cascade reaches the reviews.
_SQLITE_GUARDS = (
    """
    CREATE TRIGGER reviews_stay_as_they_are BEFORE UPDATE ON reviews
    BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END
    """,
    """
    CREATE TRIGGER reviews_stay BEFORE DELETE ON reviews
    WHEN EXISTS (SELECT 1 FROM learners WHERE id = OLD.learner_id)
    BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END
    """,
)
_POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION refuse_to_change_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM learners WHERE id = OLD.learner_id) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'reviews are append-only';
    END $$
    """,
    """
    CREATE TRIGGER reviews_stay BEFORE UPDATE OR DELETE ON reviews
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_reviews()
    """,
)


def _guard_reviews(_: Table, connection: Connection, **__: object) -> None:
    for guard in _SQLITE_GUARDS if connection.dialect.name == "sqlite" else _POSTGRESQL_GUARDS:
        connection.exec_driver_sql(guard)


event.listen(reviews, "after_create", _guard_reviews)
