"""Learners, quizzes, reviews, memories, cards and the inbox.

A migration stands as it was written: it repeats what studybot/store/tables.py said at the time.
"""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import AnyText, Moment

revision = "0001"
down_revision = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Record = sa.JSON(none_as_null=True)


def upgrade() -> None:
    _learners()
    _quizzes()
    _reviews()
    _cards()
    _inbox()


def _of(table: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete="CASCADE")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _learners() -> None:
    op.create_table(
        "learners",
        sa.Column("id", Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("remind_at", sa.Time, nullable=False),
        sa.Column("new_per_day", sa.Integer, nullable=False),
        sa.Column("reviews_per_day", sa.Integer, nullable=False),
        sa.Column("reachable", sa.Boolean, nullable=False),
        sa.Column("next_reminder_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learners")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_learners_chat_id")),
        _check("learners", "new_per_day", "new_per_day >= 0"),
        _check("learners", "reviews_per_day", "reviews_per_day >= 0"),
    )
    op.create_index(op.f("ix_learners_reachable_next_reminder_at"), "learners", ["reachable", "next_reminder_at"])
    op.create_table(
        "claims",
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "day", name=op.f("pk_claims")),
        _of("claims", "learners", "learner_id"),
        sqlite_with_rowid=False,
    )


def _quizzes() -> None:
    op.create_table(
        "quizzes",
        sa.Column("id", Id, nullable=False),
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quizzes")),
        sa.UniqueConstraint("learner_id", "day", name=op.f("uq_quizzes_learner_id_day")),
        _of("quizzes", "learners", "learner_id"),
    )
    op.create_table(
        "showings",
        sa.Column("id", Id, nullable=False),
        sa.Column("quiz_id", Id, nullable=False),
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Text),
        sa.Column("seed", sa.BigInteger),
        sa.Column("run", Record),
        sa.Column("asked_at", Moment),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("hints", sa.Integer, nullable=False),
        sa.Column("grade", sa.SmallInteger),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showings")),
        sa.UniqueConstraint("quiz_id", "position", name=op.f("uq_showings_quiz_id_position")),
        _of("showings", "quizzes", "quiz_id"),
        _of("showings", "learners", "learner_id"),
        _check("showings", "position", "position >= 0"),
        _check("showings", "attempts", "attempts >= 0"),
        _check("showings", "hints", "hints >= 0"),
        _check("showings", "grade", "grade BETWEEN 0 AND 5"),
        _check("showings", "graded_when_settled", "grade IS NULL OR settled"),
        _check(
            "showings",
            "asked",
            "(asked_at IS NULL AND revision IS NULL AND seed IS NULL AND run IS NULL)"
            " OR (asked_at IS NOT NULL AND revision IS NOT NULL AND seed IS NOT NULL AND run IS NOT NULL)",
        ),
    )
    op.create_index(op.f("ix_showings_learner_id_card_id"), "showings", ["learner_id", "card_id"])
    op.create_table(
        "attempts",
        sa.Column("update_id", Id, autoincrement=False, nullable=False),
        sa.Column("showing_id", Id, nullable=False),
        sa.Column("text", AnyText, nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_attempts")),
        _of("attempts", "showings", "showing_id"),
    )
    op.create_index(op.f("ix_attempts_showing_id"), "attempts", ["showing_id"])
    op.create_table(
        "hints",
        sa.Column("update_id", Id, autoincrement=False, nullable=False),
        sa.Column("showing_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_hints")),
        _of("hints", "showings", "showing_id"),
    )
    op.create_index(op.f("ix_hints_showing_id"), "hints", ["showing_id"])


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", Id, nullable=False),
        sa.Column("showing_id", Id, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("torch_version", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("text", AnyText, nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("grade", sa.SmallInteger, nullable=False),
        sa.Column("latency_ms", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("hints", sa.Integer, nullable=False),
        sa.Column("gave_up", sa.Boolean, nullable=False),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("scheduler", sa.Text, nullable=False),
        sa.Column("before", Record),
        sa.Column("after", Record, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("showing_id", name=op.f("uq_reviews_showing_id")),
        sa.UniqueConstraint("update_id", name=op.f("uq_reviews_update_id")),
        _of("reviews", "showings", "showing_id"),
        _of("reviews", "learners", "learner_id"),
        _check("reviews", "grade", "grade BETWEEN 0 AND 5"),
        _check("reviews", "latency_ms", "latency_ms >= 0"),
        _check("reviews", "attempts", "attempts >= 0"),
        _check("reviews", "hints", "hints >= 0"),
    )
    op.create_index(op.f("ix_reviews_learner_id_kind"), "reviews", ["learner_id", "kind"])
    _guard_reviews()
    op.create_table(
        "memories",
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("repetitions", sa.Integer, nullable=False),
        sa.Column("easiness", sa.Integer, nullable=False),
        sa.Column("interval_days", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("reviewed_on", sa.Date, nullable=False),
        sa.Column("lapses", sa.Integer, nullable=False),
        sa.Column("drilling", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "card_id", name=op.f("pk_memories")),
        _of("memories", "learners", "learner_id"),
        _check("memories", "repetitions", "repetitions >= 0"),
        _check("memories", "easiness", "easiness >= 130"),
        _check("memories", "interval_days", "interval_days >= 1"),
        _check("memories", "due_on", "due_on > reviewed_on"),
        _check("memories", "lapses", "lapses >= 0"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_memories_learner_id_due_on"), "memories", ["learner_id", "due_on"])


def _guard_reviews() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER reviews_stay_as_they_are BEFORE UPDATE ON reviews"
            " BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER reviews_stay BEFORE DELETE ON reviews"
            " WHEN EXISTS (SELECT 1 FROM learners WHERE id = OLD.learner_id)"
            " BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_to_change_reviews() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN"
        " IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM learners WHERE id = OLD.learner_id) THEN"
        " RETURN OLD;"
        " END IF;"
        " RAISE EXCEPTION 'reviews are append-only';"
        " END $$"
    )
    op.execute(
        "CREATE TRIGGER reviews_stay BEFORE UPDATE OR DELETE ON reviews"
        " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_reviews()"
    )


def _cards() -> None:
    op.create_table(
        "card_revisions",
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("body", Record, nullable=False),
        sa.PrimaryKeyConstraint("card_id", "revision", name=op.f("pk_card_revisions")),
    )
    op.create_table(
        "proofs",
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("torch_version", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", AnyText, nullable=False),
        sa.Column("proved_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("card_id", "revision", "torch_version", "device", name=op.f("pk_proofs")),
        _check("proofs", "status", "status IN ('proven', 'refuted', 'broken', 'skipped')"),
    )


def _inbox() -> None:
    op.create_table(
        "updates",
        sa.Column("id", Id, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("body", Record),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("finished", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
        sa.UniqueConstraint("update_id", name=op.f("uq_updates_update_id")),
        _check("updates", "tries", "tries >= 0"),
        _check("updates", "body", "finished OR body IS NOT NULL"),
    )
    unhandled = sa.column("finished") == sa.false()
    op.create_index(op.f("ix_updates_unhandled"), "updates", ["id"], sqlite_where=unhandled, postgresql_where=unhandled)
