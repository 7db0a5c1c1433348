"""All that is ever asked of the table of scenes. One function a question, the connection first."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.tables import jobs
from reelmill.pipelines.shorts.records import Origin, Scene, Video
from reelmill.pipelines.shorts.tables.definitions import scenes, videos
from reelmill.pipelines.shorts.tables.videos import video_columns, video_of

_COLUMNS = tuple(scenes.c)
_WIDTH = len(_COLUMNS)

_WITH_VIDEO = (
    sa.select(*_COLUMNS, *video_columns())
    .join_from(scenes, videos, videos.c.id == scenes.c.video_id)
    .join(jobs, jobs.c.id == videos.c.job_id)
    .where(videos.c.deleted_at.is_(None))
)

_OF_VIDEO = (
    sa.select(*_COLUMNS)
    .where(scenes.c.video_id == sa.bindparam("video"))
    .order_by(scenes.c.start_s, scenes.c.end_s, scenes.c.id)
)


def add(conn: sa.Connection, new: Sequence[Scene]) -> None:
    """Record scenes."""
    if new:
        conn.execute(sa.insert(scenes), [asdict(scene) for scene in new])


def several(conn: sa.Connection, scene_ids: Collection[str]) -> dict[str, tuple[Scene, Video]]:
    """The scenes of these ids with their videos, as far as there are any."""
    found = map(_pair, conn.execute(_WITH_VIDEO.where(scenes.c.id.in_(scene_ids))))
    return {scene.id: (scene, video) for scene, video in found}


def of_video(conn: sa.Connection, video_id: str) -> list[Scene]:
    """The scenes of a video, from its start to its end."""
    return [_scene(row) for row in conn.execute(_OF_VIDEO, {"video": video_id})]


def count(conn: sa.Connection, video_id: str) -> int:
    """How many scenes a video has."""
    statement = sa.select(sa.func.count()).where(scenes.c.video_id == video_id)
    return int(conn.execute(statement).scalar_one())


def trim(conn: sa.Connection, scene: Scene) -> bool:
    """Give a scene other times, and with them another picture.

    Returns:
        False when there is none any more.
    """
    values = {**asdict(scene)}
    statement = sa.update(scenes).where(scenes.c.id == values.pop("id")).values(values)
    return conn.execute(statement).rowcount == 1


def delete(conn: sa.Connection, scene_ids: Collection[str]) -> int:
    """Remove scenes; returns how many there were."""
    return conn.execute(sa.delete(scenes).where(scenes.c.id.in_(scene_ids))).rowcount


def forget_detected(conn: sa.Connection, video_id: str) -> None:
    """Remove the scenes of a video that were detected: it is looked into again."""
    conn.execute(
        sa.delete(scenes).where(scenes.c.video_id == video_id, scenes.c.origin == Origin.DETECTED)
    )


def _pair(row: sa.Row[*tuple[Any, ...]]) -> tuple[Scene, Video]:
    return _scene(row), video_of(tuple(row)[_WIDTH:])


def _scene(row: sa.Row[*tuple[Any, ...]]) -> Scene:
    told = dict(zip((column.name for column in _COLUMNS), tuple(row)[:_WIDTH], strict=True))
    return Scene(**{**told, "origin": Origin(told["origin"])})
