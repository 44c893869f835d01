"""The outbox: what the bot sends of its own accord is kept until Telegram has it."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import Moment

revision = "0007"
down_revision = "0006"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_outbox_learner_id"), ondelete="CASCADE"),
        sa.CheckConstraint("kind IN ('reminder')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_outbox_tries")),
    )
    op.create_index(op.f("ix_outbox_not_before"), "outbox", ["not_before"])
    op.create_index(op.f("ix_outbox_chat_id"), "outbox", ["chat_id"])
    op.create_index(op.f("ix_outbox_learner_id"), "outbox", ["learner_id"])
