"""Announcements to learners, whether a learner wants them, and reports with all that was said to the card."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import AnyText, Moment

revision = "0012"
down_revision = "0011"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", Id, nullable=False),
        sa.Column("ko", AnyText, nullable=False),
        sa.Column("en", AnyText, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("learners", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.CheckConstraint("learners >= 0", name=op.f("ck_announcements_learners")),
    )
    op.add_column("learners", sa.Column("announcements", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("reports", sa.Column("closed_at", Moment))
    op.add_column("reports", sa.Column("transcript", sa.JSON(none_as_null=True)))
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_kind"), type_="check")
        outbox.create_check_constraint(op.f("ck_outbox_kind"), "kind IN ('reminder', 'announcement')")
