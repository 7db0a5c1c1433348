"""Jobs, artifacts, steps, idempotency keys and nodes."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _make_jobs()
    _make_artifacts()
    _make_job_steps()
    _make_idempotency_keys()
    _make_nodes()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        _text("id"),
        _text("pipeline"),
        _text("key"),
        _text("state"),
        sa.Column("spec", sa.JSON(), nullable=False),
        _text("owner"),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("stage"),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        _text("message"),
        _text("error_code"),
        _text("error_message"),
        _text("error_hint"),
        sa.Column("error_facts", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("cost_usd", sa.Double(), nullable=False),
        _text("worker"),
        _moment("created_at"),
        _moment("updated_at"),
        _moment("started_at", nullable=True),
        _moment("finished_at", nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    for columns in (
        ["created_at", "id"],
        ["state", "created_at", "id"],
        ["pipeline", "state", "created_at", "id"],
        ["owner", "created_at", "id"],
        ["finished_at"],
        ["change_no"],
    ):
        op.create_index(f"ix_jobs_{'_'.join(columns)}", "jobs", columns)


def _make_artifacts() -> None:
    op.create_table(
        "artifacts",
        _text("id"),
        _text("job_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("kind"),
        _text("key"),
        _text("content_type"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        _text("sha256"),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.Column("frames", sa.BigInteger(), nullable=True),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_artifacts"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_artifacts_job_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_artifacts_job_id_position", "artifacts", ["job_id", "position"])
    op.create_index("ix_artifacts_key", "artifacts", ["key"])


def _make_job_steps() -> None:
    op.create_table(
        "job_steps",
        _text("job_id"),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("name"),
        _moment("started_at"),
        sa.Column("took_s", sa.Double(), nullable=False),
        _text("outcome"),
        sa.Column("commands", sa.JSON(), nullable=False),
        _text("error_code"),
        _text("error_message"),
        sa.PrimaryKeyConstraint("job_id", "run", "attempt", "position", name="pk_job_steps"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_job_steps_job_id", ondelete="CASCADE"
        ),
    )


def _make_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        _text("owner"),
        _text("key"),
        _text("digest"),
        _text("job_id"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _make_nodes() -> None:
    op.create_table(
        "nodes",
        _text("id"),
        _text("host"),
        sa.Column("pid", sa.Integer(), nullable=False),
        _moment("started_at"),
        _moment("seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_nodes"),
    )
