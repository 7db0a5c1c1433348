"""Boards, scenes, refinements, money, providers and assets."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _make_boards()
    _make_scenes()
    _make_refinements()
    _make_ledger()
    _make_providers()
    _make_assets()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _large(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=nullable)


def _make_boards() -> None:
    op.create_table(
        "storyboards_boards",
        *(_text("id"), _text("owner"), _text("prompt"), _number("duration_s")),
        *(_text("style", nullable=True), _text("aspect_ratio"), _text("client_id", nullable=True)),
        _json("brand_guidelines", nullable=True),
        _text("voice_asset_id", nullable=True),
        _text("music_asset_id", nullable=True),
        *(_text("provider"), _large("estimated"), _text("job_id"), _moment("created_at")),
        *(_text("status"), _text("message"), _text("error_message")),
        *(_number("edition"), _number("approved_edition", nullable=True)),
        *(_moment("approved_at", nullable=True), _moment("eta_at", nullable=True)),
        *(_number("refinement_count"), _number("download_count")),
        *(_text("film_key", nullable=True), _text("film_content_type", nullable=True)),
        *(_number(f"film_{name}", nullable=True) for name in ("edition", "width", "height")),
        sa.Column("film_duration_s", sa.Double(), nullable=True),
        *(_number("film_frames", nullable=True), _large("film_size_bytes", nullable=True)),
        *(_moment("updated_at"), _moment("deleted_at", nullable=True)),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_storyboards_boards_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_storyboards_boards"),
    )
    _index("boards", "owner", "owner", "created_at", "id")
    _index("boards", "status", "status", "updated_at")


def _make_scenes() -> None:
    op.create_table(
        "storyboards_scenes",
        *(_text("id"), _text("board_id"), _number("number"), _text("description")),
        *(_number("duration_cs"), _text("image_prompt"), _text("transition"), _text("title")),
        *(_text("picture_key", nullable=True), _text("picture_status"), _text("error")),
        _of_board("scenes"),
        sa.PrimaryKeyConstraint("id", name="pk_storyboards_scenes"),
    )
    _index("scenes", "board_id", "board_id", "number")


def _make_refinements() -> None:
    op.create_table(
        "storyboards_refinements",
        *(_text("id"), _text("board_id"), _number("scene_number")),
        *(_text("old_image_prompt"), _text("new_image_prompt")),
        *(_text("old_description"), _text("new_description")),
        *(_large("cost"), _moment("made_at")),
        _of_board("refinements"),
        sa.PrimaryKeyConstraint("id", name="pk_storyboards_refinements"),
    )
    _index("refinements", "board_id", "board_id", "made_at")


def _make_ledger() -> None:
    op.create_table(
        "storyboards_ledger",
        *(_text("id"), _text("board_id"), _text("owner"), _text("job_id"), _text("purpose")),
        *(_number("attempt"), _text("provider"), _large("estimated"), _large("held")),
        *(_moment("reserved_at"), _text("day"), _text("state"), _large("actual", nullable=True)),
        *(_text("prediction_id", nullable=True), _json("outputs"), _text("error")),
        *(_moment(f"{what}_at", nullable=True) for what in ("posted", "settled", "collected")),
        _moment("lost_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_storyboards_ledger"),
    )
    _index("ledger", "day", "day", "owner")
    _index("ledger", "board_id", "board_id")
    _index("ledger", "purpose", "purpose", "attempt")
    _index("ledger", "job_id", "job_id")
    _index("ledger", "state", "state", "reserved_at")
    _index("ledger", "prediction", "provider", "prediction_id")


def _make_providers() -> None:
    op.create_table(
        "storyboards_providers",
        *(_text("name"), _number("failures"), _moment("rests_until", nullable=True)),
        sa.PrimaryKeyConstraint("name", name="pk_storyboards_providers"),
    )


def _make_assets() -> None:
    op.create_table(
        "storyboards_assets",
        *(_text("id"), _text("owner"), _text("kind"), _text("name"), _text("key")),
        *(_text("content_type"), _large("size_bytes"), _text("sha256")),
        *(_number("width", nullable=True), _number("height", nullable=True)),
        *(_json("tags"), _moment("created_at")),
        sa.PrimaryKeyConstraint("id", name="pk_storyboards_assets"),
    )
    _index("assets", "owner", "owner", "created_at", "id")


def _of_board(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_storyboards_{table}_board_id"
    return sa.ForeignKeyConstraint(["board_id"], ["storyboards_boards.id"], name=name)


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(f"ix_storyboards_{table}_{name}", f"storyboards_{table}", list(columns))
