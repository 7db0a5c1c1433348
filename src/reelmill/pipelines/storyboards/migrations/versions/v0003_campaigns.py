"""Campaigns; what a board is asked for with; scenes that end in another picture."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of campaigns, and the new columns."""
    op.create_table(
        "storyboards_campaigns",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner", "id", "status")),
        sa.Column("client_id", sa.Text()),
        *(sa.Column(name, sa.BigInteger()) for name in ("soft", "hard")),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.PrimaryKeyConstraint("owner", "id", name="pk_storyboards_campaigns"),
    )
    for name in ("campaign_id", "platform", "group_id"):
        op.add_column("storyboards_boards", sa.Column(name, sa.Text()))
    tier = sa.Column("tier", sa.Text(), nullable=False, server_default="balanced")
    op.add_column("storyboards_boards", tier)
    for name in ("variation", "variations"):
        number = sa.Column(name, sa.Integer(), nullable=False, server_default="1")
        op.add_column("storyboards_boards", number)
    op.add_column("storyboards_scenes", sa.Column("last_picture_key", sa.Text()))
    op.create_index(
        "ix_storyboards_boards_campaign", "storyboards_boards", ["owner", "campaign_id"]
    )
    op.create_index("ix_storyboards_boards_group", "storyboards_boards", ["group_id"])
