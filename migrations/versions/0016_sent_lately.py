"""What several bots send into one group is counted together."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "sent_lately",
        sa.Column("chat_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("moments", sa.JSON(), nullable=False),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("level_at", sa.Double(), nullable=False),
        sa.Column("latest", Moment, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_sent_lately")),
    )
