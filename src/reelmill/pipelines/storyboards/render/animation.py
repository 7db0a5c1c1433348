"""A finished video -> an animated GIF of it, in colours of its own."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import read_from
from reelmill.media.filters import as_told_bt709, chain, in_palette, palette, scaled
from reelmill.media.geometry import Size
from reelmill.media.promises import promise
from reelmill.media.span import Span
from reelmill.media.tools import Tools
from reelmill.media.transcode import NOTHING_ELSE, cleaned, graph_args, source_args
from reelmill.pipelines.storyboards.render.export import LIMIT_S, Exported, export_size, whole
from reelmill.pipelines.storyboards.spec import MAX_GIF_S, Quality

#: Parts of a second that a GIF counts its time in. Source: GIF89a, graphic control extension.
HUNDREDTHS: Final = 100

#: Most bytes of a GIF: what chats and pages take in, at the most.
MAX_BYTES: Final = 50_000_000


class GifTooLarge(BadMedia):
    """The GIF has more bytes than anybody takes in; choose a lower quality."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What a quality means for a GIF."""

    box: Size
    """What a wide picture fits into; a tall one fits into the same box, turned."""

    frame_cs: int
    """Hundredths of a second that a frame is shown."""

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        return Fraction(HUNDREDTHS, self.frame_cs)


#: All qualities.
PACES: Final = {
    Quality.LOW: Pace(box=Size(320, 180), frame_cs=10),
    Quality.MEDIUM: Pace(box=Size(480, 270), frame_cs=8),
    Quality.HIGH: Pace(box=Size(640, 360), frame_cs=6),
}


class Animated(NamedTuple):
    """What is in a GIF."""

    size: Size
    """Of its pictures."""

    frames: int
    """How many there are, each decoded."""

    duration_cs: int
    """Hundredths of a second that they last."""

    repeats: bool
    """Whether it begins anew for ever."""


def animate(source: Path, quality: Quality, folder: Path, tools: Tools) -> Exported:
    """Make a GIF and decode it. For strangers' files, in a child process.

    Args:
        source: The video, only read; what is behind `MAX_GIF_S` is left out.
        quality: How large it is, and at which rate.
        folder: Where it is written; the caller owns it.
        tools: What it is done with.

    Raises:
        NothingThere: there is sound alone.
        GifTooLarge: it has too many bytes.
        BadMedia: another leaf that says why the video cannot be read or what the GIF is not.
        TimedOut: it took longer than it may.
    """
    tools.tell("look", 0, 0, "looking into the video")
    pace, found = PACES[quality], whole(source)
    frames = max(1, round(min(found.duration_s, MAX_GIF_S) * pace.rate))
    span = replace(found, rate=pace.rate, frames=frames)
    size = export_size(span.video.shown, pace.box)
    to = folder / "export.gif"
    _encode(span, size, to, tools)
    if to.stat().st_size > MAX_BYTES:
        raise GifTooLarge(size_bytes=to.stat().st_size, limit_bytes=MAX_BYTES)
    tools.tell("verify", 0, 0, "decoding the export")
    made = look_at_gif(to)
    promise("frames", found=made.frames, promised=frames)
    promise("size", found=tuple(made.size), promised=tuple(size))
    promise("hundredths", found=made.duration_cs, promised=frames * pace.frame_cs)
    promise("repeats", found=made.repeats, promised=True)
    return Exported(path=to, size=size, frames=frames, duration_s=float(frames / pace.rate))


def look_at_gif(path: Path) -> Animated:
    """Decode every picture of a GIF of our own making."""
    duration_cs = 0
    with Image.open(path, formats=("GIF",)) as image:
        frames = getattr(image, "n_frames", 1)
        for number in range(frames):
            image.seek(number)
            image.load()
            duration_cs += int(image.info["duration"]) // 10
        repeats = image.info.get("loop") == 0
        return Animated(Size(*image.size), frames, duration_cs, repeats)


def _encode(span: Span, size: Size, to: Path, tools: Tools) -> None:
    """Look for the colours first: in one run all pictures would wait for them in memory."""
    shown = chain(f"[0:{span.video.index}]{cleaned(span)}", scaled(size), as_told_bt709())
    colours = to.with_name("colours.png")
    tools.ffmpeg.run(
        [
            *source_args(span),
            *graph_args(f"{shown},{palette()}[v]", to.with_suffix(".graph")),
            *("-map", "[v]", "-frames:v", "1", "-f", "image2", "-update", "1", f"file:{colours}"),
        ],
        timeout_s=LIMIT_S,
        watch=tools.watch("colours", span.frames, "choosing the colours"),
    )
    graph = f"{shown}[film];{in_palette('film', '1:v')}[v]"
    tools.ffmpeg.run(
        [
            *source_args(span),
            *read_from(colours, "png_pipe"),
            *graph_args(graph, to.with_suffix(".graph")),
            *("-map", "[v]", *NOTHING_ELSE, "-loop", "0", "-f", "gif", f"file:{to}"),
        ],
        timeout_s=LIMIT_S,
        watch=tools.watch("export", span.frames, "exporting the video"),
    )
