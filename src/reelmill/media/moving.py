"""Pictures that move, and a track of sound -> a finished MP4, encoded in this process."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from reelmill.media.encode import NothingToShow
from reelmill.media.frames import frame_of
from reelmill.media.mux import NotWritten, ticks_of
from reelmill.media.profiles import Profile
from reelmill.media.raster import Yuv420
from reelmill.media.x264 import BT709, LIMITED

#: Packets of pictures between two looks at the sound: half a second keeps both close in the file.
INTERLEAVE: Final = 15

#: Share of the highest mean rate that pictures get. With a second of it to spend ahead, a film of
#: three seconds keeps its promise, whatever it shows.
PROMISED_SHARE: Final = 0.66

#: libx264's preset and what is set beside it. Without B-frames decoding order is showing order, so
#: that no player has to read an edit list; the tree of macroblocks makes up for most of the bits.
X264: Final = {
    "preset": "superfast",
    "x264-params": "mbtree=1:rc-lookahead=20:bframes=0:open-gop=0:force-cfr=1",
}


def encode_moving(
    pictures: Iterable[Yuv420], sound: Path, path: Path, profile: Profile, *, crf: int
) -> int:
    """Encode every picture once, beside sound that is there already.

    Args:
        pictures: One for each frame; each is done with before the next is asked for.
        sound: An `.m4a` of the profile's sound, copied as it is.
        path: The MP4 to write.
        profile: Size, rate, distance of key frames.
        crf: Constant quality, on libx264's scale; lower is better.

    Returns:
        How many frames there were.

    Raises:
        NothingToShow: no pictures.
        NotWritten: the disk does not take it.
    """
    with written(path, sound) as (file, heard):
        video = _video(file, profile, crf)
        return _encode(file, video, pictures, Track(file, heard))


@contextmanager
def written(path: Path, sound: Path) -> Iterator[tuple[OutputContainer, InputContainer]]:
    """An MP4 that is written, its index first, and the `.m4a` whose sound is copied into it.

    Raises:
        NotWritten: the disk does not take it.
    """
    options = {"movflags": "+faststart", "fflags": "+bitexact", "use_editlist": "1"}
    try:
        with (
            av.open(f"file:{sound}", "r", format="mov") as heard,
            av.open(f"file:{path}", "w", format="mp4", options=options) as file,
        ):
            yield file, heard
    except (av.FFmpegError, OSError) as error:
        raise NotWritten(path=str(path), problem=str(error)) from error


class Track:
    """Packets of a track, let out as the pictures reach them.

    Args:
        file: What they are written to.
        heard: What has the track, and no other sound.
    """

    def __init__(self, file: OutputContainer, heard: InputContainer) -> None:
        source = heard.streams.audio[0]
        self._file, self._packets = file, heard.demux(source)
        self._stream = file.add_stream_from_template(source)
        self._next = next(self._packets, None)

    def until(self, end_s: float) -> None:
        """Let out what begins up to a time."""
        while self._next is not None:
            packet = self._next
            if packet.pts is None:
                self._next = None
                return
            if float(packet.pts * packet.time_base) > end_s:
                return
            packet.stream = self._stream
            self._file.mux(packet)
            self._next = next(self._packets, None)


def _video(file: OutputContainer, profile: Profile, crf: int) -> VideoStream:
    video = file.add_stream("libx264", rate=profile.rate)
    context = video.codec_context
    context.width, context.height = profile.size
    context.pix_fmt = "yuv420p"
    context.framerate, context.time_base = profile.rate, 1 / profile.rate
    context.sample_aspect_ratio = Fraction(1)
    context.gop_size = profile.gop_frames
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED
    limit = str(int(profile.max_bitrate_bps * PROMISED_SHARE))
    context.options = X264 | {"crf": str(crf), "maxrate": limit, "bufsize": limit}
    video.time_base = Fraction(1, ticks_of(profile.rate).a_second)
    return video


def _encode(
    file: OutputContainer, video: VideoStream, pictures: Iterable[Yuv420], sound: Track
) -> int:
    frames, rate = 0, video.codec_context.framerate
    for picture in pictures:
        frame = frame_of(picture)
        frame.pts, frame.time_base = frames, 1 / rate
        file.mux(video.encode(frame))
        frames += 1
        if frames % INTERLEAVE == 0:
            sound.until(float(frames / rate))
    if not frames:
        raise NothingToShow
    file.mux(video.encode(None))
    sound.until(float("inf"))
    return frames
