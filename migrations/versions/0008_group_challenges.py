"""Groups play challenges together."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import AnyText, Moment

revision = "0008"
down_revision = "0007"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Record = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("id", Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("present", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_groups_chat_id")),
    )
    op.create_table(
        "challenges",
        sa.Column("id", Id, nullable=False),
        sa.Column("group_id", Id, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("open_in", sa.BigInteger),
        sa.Column("cards", sa.Integer, nullable=False),
        sa.Column("vote_seconds", sa.Integer, nullable=False),
        sa.Column("topics", Record, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("moderator_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("plan", Record, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("end_message_id", sa.BigInteger),
        sa.Column("wakes_at", Moment),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.CheckConstraint("cards > 0", name=op.f("ck_challenges_cards")),
        sa.CheckConstraint("stage IN ('lobby', 'playing', 'over', 'called_off')", name=op.f("ck_challenges_stage")),
        sa.CheckConstraint("vote_seconds > 0", name=op.f("ck_challenges_vote_seconds")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_challenges_group_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("group_id", "open_in", name=op.f("uq_challenges_group_id_open_in")),
    )
    op.create_table(
        "members",
        sa.Column("challenge_id", Id, nullable=False),
        sa.Column("person_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", AnyText, nullable=False),
        sa.Column("here", sa.Boolean, nullable=False),
        sa.Column("joined_at", Moment, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("challenge_id", "person_id", name=op.f("pk_members")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_members_challenge_id"), ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_members_person_id"), "members", ["person_id"])
    op.create_table(
        "rounds",
        sa.Column("id", Id, nullable=False),
        sa.Column("challenge_id", Id, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("run", Record, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("afters", Record, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("shown_at", Moment),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("evidence_id", sa.BigInteger),
        sa.Column("operations", sa.Integer, nullable=False),
        sa.Column("noted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.CheckConstraint("step IN ('vote', 'evidence', 'done')", name=op.f("ck_rounds_step")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_rounds_challenge_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("challenge_id", "position", name=op.f("uq_rounds_challenge_id_position")),
    )
    op.create_table(
        "votes",
        sa.Column("round_id", Id, nullable=False),
        sa.Column("ballot", sa.Integer, nullable=False),
        sa.Column("person_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("text", AnyText, nullable=False),
        sa.Column("right", sa.Boolean),
        sa.Column("at", Moment, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("round_id", "ballot", "person_id", name=op.f("pk_votes")),
        sa.CheckConstraint("ballot >= 0", name=op.f("ck_votes_ballot")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_votes_round_id"), ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_votes_person_id"), "votes", ["person_id"])
    op.create_table(
        "takes",
        sa.Column("round_id", Id, nullable=False),
        sa.Column("update_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("text", AnyText, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("round_id", "update_id", name=op.f("pk_takes")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_takes_round_id"), ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_takes_person_id"), "takes", ["person_id"])
    op.create_table(
        "doors",
        sa.Column("person_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("round_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_doors")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_doors_round_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "weeklies",
        sa.Column("group_id", Id, nullable=False),
        sa.Column("thread_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("weekdays", sa.Text, nullable=False),
        sa.Column("at", sa.Time, nullable=False),
        sa.Column("cards", sa.Integer, nullable=False),
        sa.Column("vote_seconds", sa.Integer, nullable=False),
        sa.Column("topics", Record, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("next_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "thread_id", name=op.f("pk_weeklies")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_weeklies_group_id"), ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_weeklies_next_at"), "weeklies", ["next_at"])
    op.create_table(
        "group_days",
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "day", name=op.f("pk_group_days")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_group_days_learner_id"), ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
