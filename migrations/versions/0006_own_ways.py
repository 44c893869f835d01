"""Learners report cards, and practise without a grade."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import AnyText, Moment

revision = "0006"
down_revision = "0005"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", Id, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("answer", AnyText, nullable=False),
        sa.Column("run", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", AnyText, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_reports_learner_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("update_id", name=op.f("uq_reports_update_id")),
    )
    op.add_column("showings", sa.Column("practice", sa.Boolean, nullable=False, server_default=sa.false()))
