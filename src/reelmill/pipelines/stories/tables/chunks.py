"""All that is ever asked of the table of text. One function a question, the connection first."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from reelmill.pipelines.stories.records import AssetState, Chunk
from reelmill.pipelines.stories.tables.definitions import assets, chunks


def of_link(conn: sa.Connection, asset_id: str) -> list[Chunk]:
    """The text that a link led to, in its order."""
    statement = sa.select(chunks).where(chunks.c.asset_id == asset_id).order_by(chunks.c.number)
    return [Chunk(**row._mapping) for row in conn.execute(statement)]  # noqa: SLF001 - its public name


def of_story(conn: sa.Connection, category: str, story: str) -> list[Chunk]:
    """All text of a story that is ready, in its order."""
    statement = (
        sa.select(chunks)
        .join_from(chunks, assets, assets.c.id == chunks.c.asset_id)
        .where(
            chunks.c.category == category,
            chunks.c.story == story,
            assets.c.state == AssetState.READY,
        )
        .order_by(chunks.c.number)
    )
    return [Chunk(**row._mapping) for row in conn.execute(statement)]  # noqa: SLF001 - its public name


def next_number(conn: sa.Connection, category: str, story: str) -> int:
    """The number behind the last text of a story."""
    last = sa.select(sa.func.max(chunks.c.number)).where(
        chunks.c.category == category, chunks.c.story == story
    )
    return int(conn.execute(last).scalar_one() or 0) + 1


def replace(conn: sa.Connection, asset_id: str, new: Sequence[Chunk]) -> None:
    """Record the text of a link, in place of what was recorded of it."""
    conn.execute(sa.delete(chunks).where(chunks.c.asset_id == asset_id))
    if new:
        conn.execute(sa.insert(chunks), [asdict(chunk) for chunk in new])
