"""How films look; those of boards from before there was a choice have nothing added."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    looks = sa.Column("looks", sa.JSON(), nullable=False, server_default="{}")
    op.add_column("storyboards_boards", looks)
