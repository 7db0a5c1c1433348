"""Chores, webhooks and what is delivered to them."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_chores()
    _make_webhooks()
    _make_deliveries()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _make_chores() -> None:
    op.create_table(
        "chores",
        _text("name"),
        _text("node"),
        _moment("due_at"),
        _moment("begun_at", nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_chores"),
    )


def _make_webhooks() -> None:
    op.create_table(
        "webhooks",
        _text("id"),
        _text("owner"),
        _text("url"),
        _text("secret"),
        _moment("created_at"),
        _moment("tried_at"),
        _moment("disabled_at", nullable=True),
        _text("disabled_because"),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )
    op.create_index("ix_webhooks_owner_created_at", "webhooks", ["owner", "created_at"])


def _make_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        _text("message_id"),
        _text("webhook_id"),
        _text("event"),
        _text("job_id", nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        _moment("created_at"),
        _text("state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("due_at"),
        sa.Column("status", sa.Integer(), nullable=True),
        _text("problem"),
        sa.PrimaryKeyConstraint("message_id", "webhook_id", name="pk_webhook_deliveries"),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhooks.id"],
            name="fk_webhook_deliveries_webhook_id_webhooks",
            ondelete="CASCADE",
        ),
    )
    for columns in (["state", "due_at"], ["webhook_id", "created_at"]):
        name = "_".join(["ix_webhook_deliveries", *columns])
        op.create_index(name, "webhook_deliveries", columns)
