"""Boards of groups, how members want to be named, and the rounds that quiz polls ask."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import AnyText

revision = "0010"
down_revision = "0008"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "namings",
        sa.Column("group_id", Id, nullable=False),
        sa.Column("person_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", AnyText, nullable=False),
        sa.Column("board", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Integer),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_namings")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_namings_group_id"), ondelete="CASCADE"),
        sa.CheckConstraint("board IN ('hidden', 'name', 'pseudonym')", name=op.f("ck_namings_board")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_namings_person_id"), "namings", ["person_id"])
    op.create_table(
        "earnings",
        sa.Column("challenge_id", Id, nullable=False),
        sa.Column("person_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("challenge_id", "person_id", name=op.f("pk_earnings")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_earnings_challenge_id"), ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_earnings_person_id"), "earnings", ["person_id"])
    op.create_table(
        "polls",
        sa.Column("poll_id", sa.Text, nullable=False),
        sa.Column("round_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_polls")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_polls_round_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("round_id", name=op.f("uq_polls_round_id")),
    )
