"""A learner may choose FSRS: its stability and difficulty stand beside SM-2's numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("learners", sa.Column("scheduler", sa.Text, nullable=False, server_default="sm2"))
    # By hand: only so does SQLite take a column with its check, and the table need not be made anew.
    double = "DOUBLE" if op.get_bind().dialect.name == "sqlite" else "DOUBLE PRECISION"
    op.execute(
        f"ALTER TABLE memories ADD COLUMN stability {double} CONSTRAINT ck_memories_stability CHECK (stability > 0)"
    )
    op.execute(
        f"ALTER TABLE memories ADD COLUMN difficulty {double} CONSTRAINT ck_memories_difficulty"
        " CHECK ((stability IS NULL) = (difficulty IS NULL) AND difficulty BETWEEN 1 AND 10)"
    )
