"""What a purchase was of, at which terms; what a film differs in; what was cleared away."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns; what was there before is of no known model, and differs in nothing."""
    for name in ("model", "terms", "digest"):
        op.add_column("storyboards_ledger", _words(name))
    op.add_column("storyboards_ledger", _moment("leaves_until"))
    op.add_column("storyboards_boards", sa.Column("film_differs", sa.JSON(), nullable=True))
    op.add_column("storyboards_boards", _moment("cleared_at"))
    _index("ledger", "digest", "digest", "owner")
    _index("ledger", "posted", "posted_at")
    _index("boards", "deleted", "deleted_at")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(f"ix_storyboards_{table}_{name}", f"storyboards_{table}", list(columns))
