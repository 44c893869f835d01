"""The inbox knows whose order an update belongs to, so that several bots can share it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("updates", sa.Column("chat_id", sa.BigInteger))
    # What waits unhandled now is taken up in its order, as if it were one chat's.
    op.execute("UPDATE updates SET chat_id = 0 WHERE NOT finished")
    waiting = sa.column("finished") == sa.false()
    op.create_index(
        op.f("ix_updates_of_chat"), "updates", ["chat_id", "id"], sqlite_where=waiting, postgresql_where=waiting
    )
