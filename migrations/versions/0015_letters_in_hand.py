"""A letter that somebody is sending says so: how long it may take is not counted by the clock of whoever took it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("in_hand", sa.Boolean(), server_default=sa.false(), nullable=False))
