"""Ids that a caller names -> the caller's own videos and scenes; another's are not there."""

from collections.abc import Collection

from reelmill.accounts.caller import Caller
from reelmill.catalog.database import Transaction
from reelmill.pipelines.shorts.records import Scene, Video
from reelmill.pipelines.shorts.refusals import SceneNotFound, VideoNotFound
from reelmill.pipelines.shorts.tables import scenes, videos


def video_of(conn: Transaction, caller: Caller, video_id: str) -> Video:
    """A video of the caller.

    Raises:
        VideoNotFound: none, or somebody else's.
    """
    return videos_of(conn, caller, {video_id})[video_id]


def videos_of(conn: Transaction, caller: Caller, video_ids: Collection[str]) -> dict[str, Video]:
    """Videos of the caller, by id.

    Raises:
        VideoNotFound: one of them is none, or somebody else's.
    """
    found = videos.several(conn, video_ids)
    for video_id in video_ids:
        if video_id not in found or not caller.owns(found[video_id].owner):
            raise VideoNotFound(video_id=video_id)
    return found


def scene_of(conn: Transaction, caller: Caller, scene_id: str) -> tuple[Scene, Video]:
    """A scene of the caller, with its video.

    Raises:
        SceneNotFound: none, or somebody else's.
    """
    return scenes_of(conn, caller, {scene_id})[scene_id]


def scenes_of(
    conn: Transaction, caller: Caller, scene_ids: Collection[str]
) -> dict[str, tuple[Scene, Video]]:
    """Scenes of the caller with their videos, by id.

    Raises:
        SceneNotFound: one of them is none, or somebody else's.
    """
    found = scenes.several(conn, scene_ids)
    for scene_id in scene_ids:
        if scene_id not in found or not caller.owns(found[scene_id][1].owner):
            raise SceneNotFound(scene_id=scene_id)
    return found
