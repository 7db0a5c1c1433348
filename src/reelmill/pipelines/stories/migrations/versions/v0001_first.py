"""Assets, their text, tasks, which assets they use, and files that are not finished."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _make_assets()
    _make_chunks()
    _make_tasks()
    _make_uses()
    _make_sightings()
    _make_mezzanines()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _bytes(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _make_assets() -> None:
    op.create_table(
        "stories_assets",
        _text("id"),
        _text("kind"),
        _text("category"),
        _text("story"),
        _whole("chapter", nullable=True),
        _text("name"),
        _text("raw_path"),
        _text("key"),
        _text("sha256"),
        _bytes("size_bytes"),
        _whole("width", nullable=True),
        _whole("height", nullable=True),
        _number("duration_s", nullable=True),
        _text("codec"),
        _text("part", nullable=True),
        _number("loudness_lufs", nullable=True),
        _number("true_peak_dbtp", nullable=True),
        _text("picture_key", nullable=True),
        _text("note"),
        _text("state"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_stories_assets"),
        sa.UniqueConstraint("key", name="uq_stories_assets_key"),
    )
    for name, columns in {
        "pool": ["category", "kind", "state"],
        "story": ["category", "story", "kind", "chapter"],
        "state": ["state"],
        "created": ["created_at", "id"],
    }.items():
        op.create_index(f"ix_stories_assets_{name}", "stories_assets", columns)


def _make_chunks() -> None:
    op.create_table(
        "stories_chunks",
        _text("key"),
        _text("asset_id"),
        _text("category"),
        _text("story"),
        _whole("number"),
        _text("title"),
        _text("address"),
        _whole("words"),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["stories_assets.id"],
            name="fk_stories_chunks_asset_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name="pk_stories_chunks"),
    )
    op.create_index("ix_stories_chunks_asset_id", "stories_chunks", ["asset_id"])
    op.create_index("ix_stories_chunks_story", "stories_chunks", ["category", "story", "number"])


def _make_tasks() -> None:
    op.create_table(
        "stories_tasks",
        _text("id"),
        _text("job_id"),
        _text("category"),
        _text("story"),
        _whole("chapter"),
        _text("voice_id"),
        sa.Column("spec", sa.JSON(), nullable=False),
        _number("duration_s"),
        _moment("created_at"),
        _text("node"),
        _moment("began_at", nullable=True),
        _moment("ended_at", nullable=True),
        _number("download_s", nullable=True),
        _number("render_s", nullable=True),
        _number("upload_s", nullable=True),
        sa.ForeignKeyConstraint(
            ["voice_id"], ["stories_assets.id"], name="fk_stories_tasks_voice_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stories_tasks"),
    )
    for name, columns in {
        "job_id": ["job_id"],
        "voice_id": ["voice_id"],
        "story": ["category", "story", "chapter"],
        "created": ["created_at", "id"],
        "ended": ["ended_at"],
    }.items():
        op.create_index(f"ix_stories_tasks_{name}", "stories_tasks", columns)


def _make_uses() -> None:
    op.create_table(
        "stories_uses",
        _text("task_id"),
        _text("asset_id"),
        sa.ForeignKeyConstraint(["task_id"], ["stories_tasks.id"], name="fk_stories_uses_task_id"),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["stories_assets.id"], name="fk_stories_uses_asset_id"
        ),
        sa.PrimaryKeyConstraint("task_id", "asset_id", name="pk_stories_uses"),
    )
    op.create_index("ix_stories_uses_asset_id", "stories_uses", ["asset_id"])


def _make_mezzanines() -> None:
    op.create_table(
        "stories_mezzanines",
        _text("name"),
        _bytes("size_bytes"),
        _moment("used_at"),
        sa.PrimaryKeyConstraint("name", name="pk_stories_mezzanines"),
    )


def _make_sightings() -> None:
    op.create_table(
        "stories_sightings",
        _text("path"),
        _text("etag"),
        _bytes("size_bytes"),
        _number("written_s"),
        _number("since_s"),
        sa.PrimaryKeyConstraint("path", name="pk_stories_sightings"),
    )
