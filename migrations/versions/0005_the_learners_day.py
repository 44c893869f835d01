"""What a learner wishes of their day: days of the week, quiet hours, time away; which reminders were answered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("learners", sa.Column("weekdays", sa.Text, nullable=False, server_default="0123456"))
    op.add_column("learners", sa.Column("quiet_from", sa.Time))
    op.add_column("learners", sa.Column("quiet_to", sa.Time))
    op.add_column("learners", sa.Column("away_until", sa.Date))
    op.add_column("learners", sa.Column("minutes_per_day", sa.Integer))
    op.add_column("learners", sa.Column("exam_on", sa.Date))
    # Whoever had chosen an hour of the night keeps it: they get no quiet hours until they choose some.
    op.execute(
        "UPDATE learners SET quiet_from = '22:00:00.000000', quiet_to = '08:00:00.000000'"
        " WHERE remind_at >= '08:00:00' AND remind_at < '22:00:00'"
    )
    op.add_column("claims", sa.Column("reminded", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("claims", sa.Column("skipped", sa.Boolean, nullable=False, server_default=sa.false()))
