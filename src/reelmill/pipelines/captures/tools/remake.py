"""A recording's video and some filters -> a video that was decoded and checked. For a child."""

from pathlib import Path
from typing import Final

from reelmill.errors import Refused
from reelmill.media.geometry import Size
from reelmill.media.moments import Footage, by_key_frames
from reelmill.media.probe import opened_stream, probe
from reelmill.media.profiles import Profile
from reelmill.media.span import Span, find_span
from reelmill.media.tools import Tools
from reelmill.media.transcode import Recipe, transcode
from reelmill.media.verify import Verified, verify
from reelmill.units import even

#: Quality of the pictures, on the scale of libx264, and their most bits a second.
CRF, MAX_VIDEO_BPS = 21, 24_000_000

#: Bits a second of a whole file at most: those of the picture, of the sound, and some.
MAX_FILE_BPS: Final = 2 * MAX_VIDEO_BPS


class OutsideVideo(Refused):
    """The video ends before that."""


def part_of(source: Path, start_s: float, seconds: float | None) -> Span:
    """A part of a video; None is up to its end.

    Raises:
        OutsideVideo: it begins behind the end.
        BadMedia: a leaf that says what is wrong with the video.
    """
    with source.open("rb") as stream, opened_stream(stream) as file:
        footage = Footage(file, by_key_frames)
        length_s = (footage.indexed or footage.counted()).duration_s
    if start_s >= length_s:
        raise OutsideVideo(start_s=start_s, video_s=round(length_s, 3))
    end_s = length_s if seconds is None else min(start_s + seconds, length_s)
    return find_span(source, probe(source), start_s, end_s)


def even_size(size: Size) -> Size:
    """The largest size within, whose sides can be encoded.

    >>> even_size(Size(1367, 768))
    Size(width=1366, height=768)
    """
    return Size(max(2, even(size.width)), max(2, even(size.height)))


def remade(span: Span, picture: str, size: Size, path: Path, tools: Tools) -> Verified:
    """Make the video anew through filters, with its sound, and prove it.

    Args:
        span: What is shown.
        picture: Filters from the upright picture to one of `size`.
        size: Of the new video; even sides.
        path: The file to write.
        tools: What it is done with.

    Raises:
        NotAsPromised: what was made is not what was asked.
    """
    profile = Profile(
        name="recording", size=size, rate=span.rate, max_bitrate_bps=MAX_FILE_BPS, spliceable=False
    )
    recipe = Recipe(picture=picture, profile=profile, crf=CRF, max_video_bps=MAX_VIDEO_BPS)
    watch = tools.watch("encode", span.frames, "encoding the video")
    transcode(span, path, recipe, ffmpeg=tools.ffmpeg, watch=watch)

    def reached(done: int, total: int) -> None:
        tools.tell("verify", done, total, "decoding the video")

    return verify(path, profile, frames=span.frames, on_progress=reached)
