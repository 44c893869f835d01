"""Which revision of a card is asked, and what a change of its meaning did to memories."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import Moment

revision = "0011"
down_revision = "0010"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", Id, nullable=False),
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("fate", sa.Text),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.CheckConstraint("fate IN ('keep', 'soften', 'reset')", name=op.f("ck_publications_fate")),
    )
    op.create_index(op.f("ix_publications_card_id"), "publications", ["card_id"])
    op.create_table(
        "adjustments",
        sa.Column("id", Id, nullable=False),
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("after_review_id", Id, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("fate", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_adjustments_learner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["after_review_id"], ["reviews.id"], name=op.f("fk_adjustments_after_review_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "learner_id", "card_id", "revision", "fate", name=op.f("uq_adjustments_learner_id_card_id_revision_fate")
        ),
        sa.CheckConstraint("fate IN ('soften', 'reset')", name=op.f("ck_adjustments_fate")),
    )
    op.create_index(op.f("ix_adjustments_after_review_id"), "adjustments", ["after_review_id"])
