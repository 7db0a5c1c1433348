"""The tables of the stories. The state of a task stands in `jobs`, and is joined."""

import sqlalchemy as sa

from reelmill.catalog.tables import Moment, Words

metadata = sa.MetaData()

assets = sa.Table(
    "stories_assets",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("category", Words, nullable=False),
    sa.Column("story", Words, nullable=False),
    sa.Column("chapter", sa.Integer),
    sa.Column("name", Words, nullable=False),
    sa.Column("raw_path", Words, nullable=False),
    sa.Column("key", Words, nullable=False, unique=True),
    sa.Column("sha256", Words, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("duration_s", sa.Double),
    sa.Column("codec", Words, nullable=False),
    sa.Column("part", Words),
    sa.Column("loudness_lufs", sa.Double),
    sa.Column("true_peak_dbtp", sa.Double),
    sa.Column("picture_key", Words),
    sa.Column("note", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)

chunks = sa.Table(
    "stories_chunks",
    metadata,
    sa.Column("key", Words, primary_key=True),
    sa.Column("asset_id", Words, sa.ForeignKey(assets.c.id, ondelete="CASCADE"), nullable=False),
    sa.Column("category", Words, nullable=False),
    sa.Column("story", Words, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("address", Words, nullable=False),
    sa.Column("words", sa.Integer, nullable=False),
)

tasks = sa.Table(
    "stories_tasks",
    metadata,
    sa.Column("id", Words, primary_key=True),
    # A row is written before its job, so that a crash between the two loses neither.
    sa.Column("job_id", Words, nullable=False),
    sa.Column("category", Words, nullable=False),
    sa.Column("story", Words, nullable=False),
    sa.Column("chapter", sa.Integer, nullable=False),
    sa.Column("voice_id", Words, sa.ForeignKey(assets.c.id), nullable=False),
    sa.Column("spec", sa.JSON, nullable=False),
    sa.Column("duration_s", sa.Double, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("node", Words, nullable=False),
    sa.Column("began_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("download_s", sa.Double),
    sa.Column("render_s", sa.Double),
    sa.Column("upload_s", sa.Double),
)

uses = sa.Table(
    "stories_uses",
    metadata,
    sa.Column("task_id", Words, sa.ForeignKey(tasks.c.id), primary_key=True),
    sa.Column("asset_id", Words, sa.ForeignKey(assets.c.id), primary_key=True),
)

mezzanines = sa.Table(
    "stories_mezzanines",
    metadata,
    sa.Column("name", Words, primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("used_at", Moment, nullable=False),
)

sightings = sa.Table(
    "stories_sightings",
    metadata,
    sa.Column("path", Words, primary_key=True),
    sa.Column("etag", Words, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("written_s", sa.Double, nullable=False),
    sa.Column("since_s", sa.Double, nullable=False),
)
