"""Answers can be undone: the log keeps them and says so, and the card is shown once more."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import Moment

revision = "0003"
down_revision = "0002"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("showings", sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "undos",
        sa.Column("review_id", Id, nullable=False, autoincrement=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("again_id", Id),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_undos")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_undos_review_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["again_id"], ["showings.id"], name=op.f("fk_undos_again_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("update_id", name=op.f("uq_undos_update_id")),
    )
