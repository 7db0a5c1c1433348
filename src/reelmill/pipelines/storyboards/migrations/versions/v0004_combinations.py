"""Videos of several boards."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of combinations."""
    op.create_table(
        "storyboards_combinations",
        *(_text("id"), _text("owner"), _text("job_id"), _json("board_ids", nullable=False)),
        *(_text("transition"), _text("format"), _moment("created_at", nullable=False)),
        *(_json("video", nullable=True), _moment("deleted_at", nullable=True)),
        _moment("cleared_at", nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_storyboards_combinations_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_storyboards_combinations"),
    )
    op.create_index(
        "ix_storyboards_combinations_owner",
        "storyboards_combinations",
        ["owner", "created_at", "id"],
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _json(name: str, *, nullable: bool) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=nullable)


def _moment(name: str, *, nullable: bool) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
