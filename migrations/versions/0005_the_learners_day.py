"""The learner's day: what they wish of it, which reminders they answered, which cards they hold back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("learners", sa.Column("weekdays", sa.Text, nullable=False, server_default="0123456"))
    op.add_column("learners", sa.Column("quiet_from", sa.Time))
    op.add_column("learners", sa.Column("quiet_to", sa.Time))
    op.add_column("learners", sa.Column("away_until", sa.Date))
    op.add_column("learners", sa.Column("minutes_per_day", sa.Integer))
    op.add_column("learners", sa.Column("exam_on", sa.Date))
    op.add_column("learners", sa.Column("spread", sa.Boolean, nullable=False, server_default=sa.false()))
    # Whoever had chosen an hour of the night keeps it: they get no quiet hours until they choose some.
    op.execute(
        "UPDATE learners SET quiet_from = '22:00:00.000000', quiet_to = '08:00:00.000000'"
        " WHERE remind_at >= '08:00:00' AND remind_at < '22:00:00'"
    )
    op.add_column("claims", sa.Column("reminded", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("claims", sa.Column("skipped", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "holds",
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("card_id", sa.Text, nullable=False),
        sa.Column("suspended", sa.Boolean, nullable=False),
        sa.Column("buried_on", sa.Date),
        sa.Column("resumed_lapses", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "card_id", name=op.f("pk_holds")),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_holds_learner_id"), ondelete="CASCADE"),
        sa.CheckConstraint("resumed_lapses >= 0", name=op.f("ck_holds_resumed_lapses")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rests",
        sa.Column("learner_id", Id, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "day", name=op.f("pk_rests")),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_rests_learner_id"), ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
