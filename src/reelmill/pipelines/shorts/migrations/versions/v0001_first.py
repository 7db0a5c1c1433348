"""Videos, scenes and exports."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _make_videos()
    _make_scenes()
    _make_exports()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _seconds(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _pixels(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=True)


def _bytes(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=True)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _make_videos() -> None:
    op.create_table(
        "shorts_videos",
        _text("id"),
        _text("owner"),
        _text("title"),
        _text("source_key"),
        _text("source_url", nullable=True),
        _bytes("size_bytes"),
        _text("sha256", nullable=True),
        _pixels("width"),
        _pixels("height"),
        _seconds("duration_s", nullable=True),
        _seconds("fps", nullable=True),
        sa.Column("has_audio", sa.Boolean(), nullable=True),
        _text("poster_key", nullable=True),
        _text("job_id"),
        _moment("created_at"),
        _moment("deleted_at", nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_shorts_videos_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shorts_videos"),
    )
    op.create_index("ix_shorts_videos_owner", "shorts_videos", ["owner", "created_at", "id"])
    op.create_index("ix_shorts_videos_deleted_at", "shorts_videos", ["deleted_at"])


def _make_scenes() -> None:
    op.create_table(
        "shorts_scenes",
        _text("id"),
        _text("video_id"),
        _seconds("start_s"),
        _seconds("end_s"),
        _text("thumbnail_key", nullable=True),
        _text("origin"),
        _moment("created_at"),
        sa.ForeignKeyConstraint(
            ["video_id"],
            ["shorts_videos.id"],
            name="fk_shorts_scenes_video_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shorts_scenes"),
    )
    op.create_index("ix_shorts_scenes_video_id", "shorts_scenes", ["video_id", "start_s", "id"])


def _make_exports() -> None:
    op.create_table(
        "shorts_exports",
        _text("id"),
        _text("owner"),
        _text("kind"),
        _text("title"),
        _text("video_id", nullable=True),
        _text("scene_id", nullable=True),
        _seconds("start_s"),
        _seconds("end_s"),
        _text("strategy"),
        _text("quality"),
        _text("digest"),
        _text("job_id"),
        _moment("created_at"),
        _moment("counted_at"),
        _moment("completed_at", nullable=True),
        _moment("expires_at"),
        _moment("expired_at", nullable=True),
        _moment("deleted_at", nullable=True),
        _text("key"),
        _bytes("size_bytes"),
        _seconds("duration_s", nullable=True),
        _pixels("width"),
        _pixels("height"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_shorts_exports_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shorts_exports"),
    )
    for name, columns in {
        "created": ["owner", "created_at", "id"],
        "counted": ["owner", "counted_at"],
        "digest": ["owner", "digest"],
        "expires": ["expired_at", "expires_at"],
        "job": ["job_id"],
    }.items():
        op.create_index(f"ix_shorts_exports_{name}", "shorts_exports", columns)
