"""What every finished file is held against: its boxes, its headers, and what libav says of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from reelmill.errors import BadMedia
from reelmill.media.boxes import boxes
from reelmill.media.complaints import complaints
from reelmill.media.mux import headers_in, headers_of
from reelmill.media.profiles import Profile
from reelmill.media.x264 import BT709, LIMITED

P = ParamSpec("P")
R = TypeVar("R")

#: What every frame is, besides its size.
PIXELS = "yuv420p"

#: libav reads with its strictest eye: whatever breaks a rule ends the reading.
STRICT = {"err_detect": "explode"}

#: The loop filter smooths finished pictures: it reads no bit of the file, so nothing in the file
#: can make it fail. Without it, decoding a transcode takes a seventh less, measured.
UNSMOOTHED = STRICT | {"skip_loop_filter": "all"}

#: No frames are decoded to guess a rate: the header tells it, and every time is looked at.
OPENED = STRICT | {"fpsprobesize": "0"}


class NotAsPromised(BadMedia):
    """The finished file is not what its profile promises."""


def promise(what: str, *, found: object, promised: object) -> None:
    """Hold one figure against what was promised.

    Raises:
        NotAsPromised: it is another.
    """
    if found != promised:
        raise NotAsPromised(what=what, found=_plain(found), promised=_plain(promised))


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) or value is None else str(value)


def strictly(read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Read, and take whatever libav says or raises meanwhile in this thread for a fault.

    Raises:
        NotAsPromised: it said or raised something.
    """
    with complaints() as said:
        try:
            found = read(*args, **kwargs)
        except (av.FFmpegError, OSError, BadMedia) as error:
            if isinstance(error, NotAsPromised):
                raise
            raise NotAsPromised(what="decodes", found=str(error), promised="no fault") from error
    if said:
        raise NotAsPromised(what="decoder's remarks", found=said[0][2].strip(), promised="none")
    return found


def opened_strictly(source: Path | BinaryIO) -> InputContainer:
    """Open an MP4 of our own making, or what comes of one, to be read up to the first fault."""
    # A damaged name is no reason to stop at the name: what it names is looked at.
    file = f"file:{source}" if isinstance(source, Path) else source
    return av.open(file, "r", format="mov", options=OPENED, metadata_errors="replace")


def check_layout(path: Path) -> None:
    """Hold the outermost boxes against those of a file that plays while it loads."""
    kinds = [box.kind for box in boxes(path) if box.kind != "free"]
    promise("boxes", found=" ".join(kinds), promised="ftyp moov mdat")


def check_streams(file: InputContainer, profile: Profile) -> tuple[VideoStream, AudioStream]:
    """Hold what is told of pictures and sound against the profile."""
    kinds = " ".join(stream.type for stream in file.streams)
    promise("streams", found=kinds, promised="video audio")
    video, audio = file.streams.video[0], file.streams.audio[0]
    for stream in (video, audio):
        # PyAV's types do not say that a stream of an unknown codec has no context.
        if getattr(stream, "codec_context", None) is None:
            raise NotAsPromised(what=f"{stream.type} codec", found="unknown", promised="known")
    for what, found, promised in (*video_promises(video, profile), *audio_promises(audio, profile)):
        promise(what, found=found, promised=promised)
    if profile.spliceable and headers_in(video, audio) != headers_of(profile):
        raise NotAsPromised(what="headers", found="others", promised="the profile's own")
    return video, audio


def video_promises(video: VideoStream, profile: Profile) -> Iterator[tuple[str, object, object]]:
    """What is told of pictures: what it is, what was found, what was promised."""
    context = video.codec_context
    yield "video codec", context.name, "h264"
    yield "size", (context.width, context.height), tuple(profile.size)
    yield "pixel format", context.pix_fmt, PIXELS
    yield "frames a second", video.average_rate, profile.rate
    yield "shape of a pixel", context.sample_aspect_ratio or 1, 1
    colours = (context.color_primaries, context.color_trc, context.colorspace)
    yield "colours", colours, (BT709, BT709, BT709)
    yield "colour range", context.color_range, LIMITED
    yield "start", video.start_time, 0


def audio_promises(audio: AudioStream, profile: Profile) -> Iterator[tuple[str, object, object]]:
    """What is told of sound, as `video_promises`."""
    context, spec = audio.codec_context, profile.audio
    yield "audio codec", context.name, spec.codec
    yield "audio profile", context.profile, "LC"
    yield "samples a second", context.sample_rate, spec.rate_hz
    yield "channels", context.layout.nb_channels, spec.channels


def step_of(video: VideoStream, profile: Profile) -> int:
    """Ticks from one frame to the next, a whole number."""
    ticks = 1 / (profile.rate * (video.time_base or 1))
    promise("ticks a frame", found=ticks.denominator, promised=1)
    return ticks.numerator
