"""What the admins were told of the deck is kept: several bots see the same, and one of them tells it."""

import sqlalchemy as sa
from alembic import op

from studybot.store.types import AnyText, Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "told_news",
        sa.Column("line", AnyText, nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_told_news")),
    )
