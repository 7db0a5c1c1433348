"""The tables of the storyboards. Money is whole millionths of a dollar, so that sums are exact."""

from decimal import Decimal

import sqlalchemy as sa

from reelmill.catalog.tables import Moment, Words, jobs

#: Parts of a dollar that money is counted in.
MICROS = 1_000_000


class Money(sa.TypeDecorator[Decimal]):
    """Dollars in Python, millionths of them in the database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: sa.Dialect) -> int | None:
        """Python -> database."""
        return None if value is None else int((value * MICROS).to_integral_value())

    def process_result_value(self, value: int | None, _dialect: sa.Dialect) -> Decimal | None:
        """Database -> Python."""
        return None if value is None else Decimal(int(value)) / MICROS


metadata = sa.MetaData()

boards = sa.Table(
    "storyboards_boards",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner", Words, nullable=False),
    sa.Column("prompt", Words, nullable=False),
    sa.Column("duration_s", sa.Integer, nullable=False),
    sa.Column("style", Words),
    sa.Column("aspect_ratio", Words, nullable=False),
    sa.Column("client_id", Words),
    sa.Column("campaign_id", Words),
    sa.Column("platform", Words),
    sa.Column("tier", Words, nullable=False),
    sa.Column("group_id", Words),
    sa.Column("variation", sa.Integer, nullable=False),
    sa.Column("variations", sa.Integer, nullable=False),
    sa.Column("brand_guidelines", sa.JSON(none_as_null=True)),
    sa.Column("voice_asset_id", Words),
    sa.Column("music_asset_id", Words),
    # How the video looks beside its scenes: `Looks`.
    sa.Column("looks", sa.JSON, nullable=False),
    sa.Column("provider", Words, nullable=False),
    sa.Column("estimated", Money, nullable=False),
    sa.Column("job_id", Words, sa.ForeignKey(jobs.c.id), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("status", Words, nullable=False),
    sa.Column("message", Words, nullable=False),
    sa.Column("error_message", Words, nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("approved_edition", sa.Integer),
    sa.Column("approved_at", Moment),
    sa.Column("eta_at", Moment),
    sa.Column("refinement_count", sa.Integer, nullable=False),
    sa.Column("download_count", sa.Integer, nullable=False),
    sa.Column("film_key", Words),
    sa.Column("film_content_type", Words),
    sa.Column("film_edition", sa.Integer),
    sa.Column("film_width", sa.Integer),
    sa.Column("film_height", sa.Integer),
    sa.Column("film_duration_s", sa.Double),
    sa.Column("film_frames", sa.Integer),
    sa.Column("film_size_bytes", sa.BigInteger),
    sa.Column("film_differs", sa.JSON(none_as_null=True)),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("deleted_at", Moment),
    # When the files of a deleted board were removed.
    sa.Column("cleared_at", Moment),
)

scenes = sa.Table(
    "storyboards_scenes",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("board_id", Words, sa.ForeignKey(boards.c.id), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("description", Words, nullable=False),
    # Hundredths of a second.
    sa.Column("duration_cs", sa.Integer, nullable=False),
    sa.Column("image_prompt", Words, nullable=False),
    sa.Column("transition", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("picture_key", Words),
    sa.Column("picture_width", sa.Integer),
    sa.Column("picture_height", sa.Integer),
    sa.Column("last_picture_key", Words),
    sa.Column("last_picture_width", sa.Integer),
    sa.Column("last_picture_height", sa.Integer),
    sa.Column("picture_status", Words, nullable=False),
    sa.Column("error", Words, nullable=False),
)

combinations = sa.Table(
    "storyboards_combinations",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner", Words, nullable=False),
    sa.Column("job_id", Words, sa.ForeignKey(jobs.c.id), nullable=False),
    sa.Column("board_ids", sa.JSON, nullable=False),
    sa.Column("transition", Words, nullable=False),
    sa.Column("format", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # What was made, as `VideoMade`.
    sa.Column("video", sa.JSON(none_as_null=True)),
    sa.Column("deleted_at", Moment),
    # When the files of a deleted one were removed.
    sa.Column("cleared_at", Moment),
)

refinements = sa.Table(
    "storyboards_refinements",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("board_id", Words, sa.ForeignKey(boards.c.id), nullable=False),
    sa.Column("scene_number", sa.Integer, nullable=False),
    sa.Column("old_image_prompt", Words, nullable=False),
    sa.Column("new_image_prompt", Words, nullable=False),
    sa.Column("old_description", Words, nullable=False),
    sa.Column("new_description", Words, nullable=False),
    sa.Column("cost", Money, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)

campaigns = sa.Table(
    "storyboards_campaigns",
    metadata,
    sa.Column("owner", Words, primary_key=True),
    sa.Column("id", Words, primary_key=True),
    sa.Column("client_id", Words),
    sa.Column("status", Words, nullable=False),
    sa.Column("soft", Money),
    sa.Column("hard", Money),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)

ledger = sa.Table(
    "storyboards_ledger",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("board_id", Words, nullable=False),
    sa.Column("owner", Words, nullable=False),
    sa.Column("job_id", Words, nullable=False),
    sa.Column("purpose", Words, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("provider", Words, nullable=False),
    sa.Column("model", Words, nullable=False),
    # The price of the model then, as JSON.
    sa.Column("terms", Words, nullable=False),
    # Checksum of what was asked; empty where it is not to be known again.
    sa.Column("digest", Words, nullable=False),
    sa.Column("estimated", Money, nullable=False),
    sa.Column("held", Money, nullable=False),
    sa.Column("reserved_at", Moment, nullable=False),
    # The day whose budget it is of, UTC, as 2026-11-30.
    sa.Column("day", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("actual", Money),
    sa.Column("prediction_id", Words),
    sa.Column("outputs", sa.JSON, nullable=False),
    sa.Column("error", Words, nullable=False),
    sa.Column("posted_at", Moment),
    # Until when a request for it may leave; null when none is about to.
    sa.Column("leaves_until", Moment),
    sa.Column("settled_at", Moment),
    sa.Column("collected_at", Moment),
    sa.Column("lost_at", Moment),
)

providers = sa.Table(
    "storyboards_providers",
    metadata,
    sa.Column("name", Words, primary_key=True),
    # Failures in a row.
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("rests_until", Moment),
)

assets = sa.Table(
    "storyboards_assets",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("key", Words, nullable=False),
    sa.Column("content_type", Words, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", Words, nullable=False),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)
