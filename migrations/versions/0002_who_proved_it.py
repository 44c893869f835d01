"""Proofs remember which version of our own judging they were made by: a stricter one proves everything anew."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("proofs", sa.Column("proved_by", sa.Text, nullable=False, server_default=""))
