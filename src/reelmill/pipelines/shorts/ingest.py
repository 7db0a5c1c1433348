"""A stranger's video -> what it is, its scenes, and a picture of each; in one process."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reelmill.children import report
from reelmill.media.frames import write_jpeg
from reelmill.media.geometry import Size
from reelmill.media.info import MediaInfo
from reelmill.media.probe import probe
from reelmill.media.shown import fitted, stills
from reelmill.pipelines.shorts.scenes import Seen, Span, find_scenes
from reelmill.pipelines.shorts.spec import NoPicture

#: Longest side of posters and thumbnails, in pixels; a card shows them at half of it.
STILL_PX: Final = 640


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """A video that was decoded from start to end."""

    size: Size
    """As a player shows it: turned and stretched."""

    duration_s: float
    """Seconds, until the last decoded frame has been shown."""

    fps: float
    """Frames a second, on average."""

    has_audio: bool
    """Whether it has sound that can be decoded."""

    scenes: tuple[Span, ...]
    """One after the other, from 0 to the end, without a gap."""

    thumbnails: tuple[Path, ...]
    """JPEG from the middle of each scene, in the caller's folder."""

    poster: Path
    """JPEG from the middle of the longest scene, beside them."""

    poster_size: Size
    """Of the poster, in pixels."""


def ingest(path: Path, folder: Path) -> Ingested:
    """Probe, find the scenes, and take a picture of each. For strangers' files, in a child.

    Args:
        path: The video, only read.
        folder: Where the pictures are written; the caller owns it.

    Raises:
        NoPicture: there is sound alone.
        BadMedia: another leaf that says why it cannot be read.
    """
    report("probe", message="looking into the video")
    found = with_picture(path)
    seen = find_scenes(path, found)
    thumbnails = _thumbnails(path, found, seen, folder)
    longest = max(range(len(seen.scenes)), key=lambda at: _length(seen.scenes[at]))
    poster = folder / "poster.jpg"
    shutil.copyfile(thumbnails[longest], poster)
    return Ingested(
        size=found.video[0].shown,
        duration_s=seen.duration_s,
        fps=seen.frames / seen.duration_s,
        has_audio=bool(found.audio),
        scenes=seen.scenes,
        thumbnails=thumbnails,
        poster=poster,
        poster_size=fitted(found.video[0].shown, STILL_PX),
    )


def with_picture(path: Path) -> MediaInfo:
    """What is known of a video by its header and first frame.

    Raises:
        NoPicture: there is sound alone.
        BadMedia: another leaf that says why it cannot be read.
    """
    found = probe(path)
    if not found.video:
        raise NoPicture(demuxer=found.demuxer)
    return found


def _thumbnails(path: Path, found: MediaInfo, seen: Seen, folder: Path) -> tuple[Path, ...]:
    moments_s = (scene.middle_s for scene in seen.scenes)
    written = []
    for number, still in enumerate(stills(path, moments_s, found.video[0], STILL_PX)):
        report("thumbnails", number, len(seen.scenes), "taking pictures")
        thumbnail = folder / f"{number:04d}.jpg"
        write_jpeg(still, thumbnail)
        written.append(thumbnail)
    return tuple(written)


def _length(scene: Span) -> float:
    return scene.end_s - scene.start_s
