"""A part of a stranger's video, filters, a form -> a finished MP4, by one run of ffmpeg."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reelmill.media.ffmpeg import Ffmpeg, Watch, read_from
from reelmill.media.filters import (
    as_told_bt709,
    chain,
    exactly,
    heard,
    progressive,
    silence,
    teed,
    to_bt709,
    upright,
)
from reelmill.media.geometry import Size
from reelmill.media.info import Limits
from reelmill.media.profiles import Profile
from reelmill.media.span import Span

#: Seconds that a run may take beside those for what it makes.
START_LIMIT_S = 120.0

#: Seconds of work that a second of video may take; 4K at 60 a second on one old core takes 20.
WORK_LIMIT = 40.0

#: Seconds of its highest rate that x264 may spend ahead.
BUFFER_S = 2.0

#: Times the processor time of decoding a picture that filters, encoder and verification take for
#: one of its size, and one more for the decoder itself.
DEARER = 4

#: Length up to which filters are an argument. Source: Linux, MAX_ARG_STRLEN is 131,072.
ARGUMENT_CHARS = 100_000

#: Nothing of the source but pictures and sound, and no name of a library.
NOTHING_ELSE = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn"),
    *("-fflags", "+bitexact"),
)

#: libx264 `superfast` with a lookahead and the macroblock tree of slower presets, without
#: B-frames. Measured on 1080x1920 at CRF 18: the SSIM of `slow` within 0.0007 and its size within
#: 7 %, in a ninth to a quarter of its processor time, and less than with B-frames.
X264 = ("-preset", "superfast", "-x264-params", "mbtree=1:rc-lookahead=20:bframes=0")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How pictures and sound are made."""

    picture: str
    """Filters from the upright picture to one of the profile's size."""

    profile: Profile
    """Size, rate, distance of key frames, sound."""

    crf: int
    """Constant quality, on the scale of libx264; lower is better."""

    max_video_bps: int
    """Bits a second of pictures that are never exceeded for longer than `BUFFER_S`."""


def transcode(span: Span, path: Path, recipe: Recipe, *, ffmpeg: Ffmpeg, watch: Watch) -> None:
    """Cut, filter and encode.

    Args:
        span: What is shown and heard.
        path: The file to write, `.mp4`, or `.mov` where the sound is not yet encoded.
        recipe: How it is encoded.
        ffmpeg: Runs it.
        watch: Who looks on; its entry gets the pictures as well, as they are encoded.

    Raises:
        FfmpegFailed, FfmpegDied, Canceled, TimedOut: as `Ffmpeg.run`.
    """
    cores = os.cpu_count() or 1
    ffmpeg.run(
        [
            *("-threads", str(decoder_threads(span.video.size, recipe.profile.size, cores=cores))),
            *source_args(span),
            *graph_args(graph(span, recipe), path.with_suffix(".graph")),
            *("-map", "[v]", "-map", "[a]"),
            *picture_args(recipe, ffmpeg.choose_encoder()),
            *sound_args(recipe.profile),
            *(file_args(path) if watch.entry is None else teed_args(path, watch.entry.fileno())),
        ],
        timeout_s=START_LIMIT_S + WORK_LIMIT * span.duration_s,
        watch=watch,
    )


def decoder_threads(source: Size, made: Size, *, cores: int) -> int:
    """Threads that decode a source as fast as the other cores encode it.

    A picture costs its encoder three times what one of the same size costs its decoder. More
    threads would only be in each other's way: two where one is enough took 3 % more of the
    processor for the whole transcode, measured on two cores.

    Args:
        source: Size of what is decoded.
        made: Size of what is encoded.
        cores: Cores of the machine.

    >>> decoder_threads(Size(1920, 1080), Size(1080, 1920), cores=2)
    1
    >>> decoder_threads(Size(3840, 2160), Size(1080, 1920), cores=8)
    8
    """
    share = source.width * source.height / (made.width * made.height * DEARER)
    return min(cores, max(1, math.ceil(cores * share)))


def source_args(span: Span, limits: Limits | None = None) -> list[str]:
    """Arguments that read a part of a file, on the file's own clock."""
    limits = limits or Limits()
    entry = [] if span.seek_to is None else ["-ss", f"{float(span.seek_to):.6f}"]
    return [
        *("-copyts", "-seek_timestamp", "1", "-noaccurate_seek", *entry),
        # One graph for the whole run: a change of size on the way does not start it anew.
        *("-reinit_filter", "0"),
        *("-max_pixels", str(limits.pixels), "-max_streams", str(limits.streams)),
        *read_from(span.path, span.demuxer),
    ]


def graph_args(text: str, file: Path) -> list[str]:
    """Arguments that hand filters over, in a file where they are too long for an argument."""
    if len(text) < ARGUMENT_CHARS:
        return ["-filter_complex", text]
    file.write_text(text)
    return ["-/filter_complex", str(file)]


def graph(span: Span, recipe: Recipe) -> str:
    """The text of all filters, from the file's streams to the pads `v` and `a`."""
    video, audio = span.video, span.audio
    samples = recipe.profile.audio_samples(span.frames)
    rate_hz = recipe.profile.audio.rate_hz
    shown = chain(cleaned(span), recipe.picture, as_told_bt709())
    sound = (
        silence(samples, rate_hz)
        if audio is None
        else f"[0:{audio.index}]{heard(span.begins_at, samples, rate_hz)}"
    )
    return f"[0:{video.index}]{shown}[v];{sound}[a]"


def cleaned(span: Span) -> str:
    """Filters from a file's stream to its frames: exact in time, upright, in BT.709."""
    video = span.video
    return chain(
        # Before the cut: each frame is made from its neighbours too.
        progressive(interlaced=video.interlaced),
        exactly(span.begins_at, span.half_gap, span.rate, span.frames),
        upright(video.shown, full_range=video.colours.full_range),
        to_bt709(video.colours, video.size, video.pixel_format),
    )


def picture_args(recipe: Recipe, encoder: str) -> list[str]:
    """Arguments that encode pictures at constant quality below a limit."""
    return [
        *("-c:v", encoder, *_quality(encoder, recipe.crf)),
        *("-maxrate", str(recipe.max_video_bps)),
        *("-bufsize", str(int(recipe.max_video_bps * BUFFER_S))),
        *("-g", str(recipe.profile.gop_frames), "-fps_mode", "passthrough"),
    ]


def _quality(encoder: str, crf: int) -> Sequence[str]:
    match encoder:
        case "h264_nvenc":
            return ("-rc", "vbr", "-cq", str(crf), "-b:v", "0", "-forced-idr", "1")
        case "h264_qsv":
            return ("-global_quality", str(crf))
        case "h264_videotoolbox":
            # Its scale goes up to 100, where 65 looks like a CRF of 18 to 20.
            return ("-q:v", str(max(1, 100 - 2 * crf)))
        case _:
            return (*X264, "-crf", str(crf))


def sound_args(profile: Profile) -> list[str]:
    """Arguments that encode sound."""
    sound = profile.audio
    form = ("-profile:a", "aac_low", "-b:a", str(sound.bitrate_bps)) if sound.codec == "aac" else ()
    return [
        *("-c:a", sound.codec, *form),
        *("-ar", str(sound.rate_hz), "-ac", str(sound.channels)),
    ]


def file_args(path: Path) -> list[str]:
    """Arguments that write a file which plays while it loads and tells nothing of its source."""
    return [
        *NOTHING_ELSE,
        *("-movflags", "+faststart", "-f", path.suffix.removeprefix("."), f"file:{path}"),
    ]


def teed_args(path: Path, descriptor: int) -> list[str]:
    """Arguments that write the same file, and its pictures into a pipe as they come."""
    # The index comes before each picture, and the times are those of the file.
    pieces = "select=v:f=mov:movflags=+delay_moov+frag_every_frame+default_base_moof"
    file = f"[f={path.suffix.removeprefix('.')}:movflags=+faststart]file:{path}"
    # `tee` does not ask for headers outside of the packets, as its writers need them.
    return [
        *NOTHING_ELSE,
        *("-flags", "+global_header"),
        *("-f", "tee", f"{teed(file)}|[{pieces}]pipe:{descriptor}"),
    ]
