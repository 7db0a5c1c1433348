"""A video -> a still of it, which lists of jobs and boards show."""

from pathlib import Path
from typing import Final

import structlog

from reelmill.engine.drafts import keep_draft
from reelmill.engine.words import ArtifactMade
from reelmill.errors import ReelmillError
from reelmill.media.frames import frame_at, poster
from reelmill.media.geometry import Size
from reelmill.services import Services
from reelmill.units import StoreKey

#: Seconds that it may take.
LIMIT_S: Final = 60.0

#: Its name, beside the video.
NAME: Final = "poster.jpg"

log = structlog.get_logger()


def poster_key(video_key: StoreKey) -> StoreKey:
    """Where the still of a video lies.

    >>> poster_key(StoreKey("boards/b/videos/f/final.mp4"))
    'boards/b/videos/f/poster.jpg'
    """
    return StoreKey(f"{video_key.rpartition('/')[0]}/{NAME}")


def keep_poster(here: Services, video: Path, at_s: float) -> ArtifactMade | None:
    """Take what is on screen at a time, and keep it as a draft; a video is no worse without."""
    to = video.with_name(NAME)
    try:
        size = here.in_child(take_still, LIMIT_S, video, at_s, to)
    except ReelmillError as error:
        log.warning("video has no poster", error=error.message)
        return None
    return keep_draft(to, "poster", "image/jpeg", size)


def take_still(video: Path, at_s: float, to: Path) -> Size:
    """Write what is on screen at a time as a JPEG. For strangers' files, in a child."""
    return poster(frame_at(video, at_s), to)
