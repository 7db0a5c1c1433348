"""The tables of the shorts. Their state stands in `jobs`, and is joined."""

import sqlalchemy as sa

from reelmill.catalog.tables import Moment, Words, jobs

metadata = sa.MetaData()

videos = sa.Table(
    "shorts_videos",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("source_key", Words, nullable=False),
    sa.Column("source_url", Words),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("sha256", Words),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("duration_s", sa.Double),
    sa.Column("fps", sa.Double),
    sa.Column("has_audio", sa.Boolean),
    sa.Column("poster_key", Words),
    sa.Column("job_id", Words, sa.ForeignKey(jobs.c.id), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("deleted_at", Moment),
)

scenes = sa.Table(
    "shorts_scenes",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("video_id", Words, sa.ForeignKey(videos.c.id, ondelete="CASCADE"), nullable=False),
    sa.Column("start_s", sa.Double, nullable=False),
    sa.Column("end_s", sa.Double, nullable=False),
    sa.Column("thumbnail_key", Words),
    sa.Column("origin", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

exports = sa.Table(
    "shorts_exports",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("video_id", Words),
    sa.Column("scene_id", Words),
    sa.Column("start_s", sa.Double, nullable=False),
    sa.Column("end_s", sa.Double, nullable=False),
    sa.Column("strategy", Words, nullable=False),
    sa.Column("quality", Words, nullable=False),
    sa.Column("digest", Words, nullable=False),
    sa.Column("job_id", Words, sa.ForeignKey(jobs.c.id), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # When it took its slot of the limit: later than `created_at` after a retry.
    sa.Column("counted_at", Moment, nullable=False),
    sa.Column("completed_at", Moment),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("expired_at", Moment),
    sa.Column("deleted_at", Moment),
    sa.Column("key", Words, nullable=False),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("duration_s", sa.Double),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
)
