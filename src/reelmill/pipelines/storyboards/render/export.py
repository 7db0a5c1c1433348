"""A finished video -> a copy of it in another format and quality, in its own shape."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from reelmill.errors import BadMedia
from reelmill.media.filters import as_told_bt709, chain, heard, scaled, silence
from reelmill.media.geometry import Size, contain
from reelmill.media.played import Played, play
from reelmill.media.probe import measure
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.promises import promise
from reelmill.media.span import Span, find_span
from reelmill.media.tools import Tools
from reelmill.media.transcode import NOTHING_ELSE, cleaned, file_args, graph_args, source_args
from reelmill.media.verify import verify
from reelmill.pipelines.storyboards.sizes import times_as_long
from reelmill.pipelines.storyboards.spec import Quality, VideoFormat

#: Seconds that an export may take. Source: export endpoint.
LIMIT_S: Final = 300.0

#: Seconds of its highest rate that an encoder may spend ahead.
BUFFER_S: Final = 2

#: How much above the rate that was asked a file of a few seconds may lie.
SLACK: Final = 3

#: libvpx at its fastest, on all cores, looking ahead at nothing, with bits where a picture changes.
#: Measured on 1080p at 30, for each second of video: 0.6 s of processor for stills in motion and
#: 0.9 s for film with grain. `-cpu-used 8` that looks ahead takes 0.7 s and 1.4 s for the same SSIM
#: within 0.012, and lies a tenth to a half above the rate.
VP9: Final = (
    *("-c:v", "libvpx-vp9", "-deadline", "realtime", "-speed", "9", "-aq-mode", "3"),
    *("-lag-in-frames", "0", "-row-mt", "1", "-tile-columns", "2"),
)


@dataclass(frozen=True, kw_only=True)
class Tier:
    """What a quality means. Source: export endpoint."""

    box: Size
    """What a wide picture fits into; a tall one fits into the same box, turned."""

    video_bps: int
    """Bits a second of pictures."""

    audio_bps: int
    """Bits a second of sound."""


#: All qualities.
TIERS: Final = {
    Quality.LOW: Tier(box=Size(854, 480), video_bps=1_000_000, audio_bps=128_000),
    Quality.MEDIUM: Tier(box=Size(1280, 720), video_bps=2_500_000, audio_bps=192_000),
    Quality.HIGH: Tier(box=Size(1920, 1080), video_bps=5_000_000, audio_bps=256_000),
}


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A copy that was decoded from start to end."""

    path: Path
    """Where it is."""

    size: Size
    """Of its frames."""

    frames: int
    """How many there are."""

    duration_s: float
    """Seconds that they last."""


class NothingThere(BadMedia):
    """The video has no picture to copy."""


def export_size(shown: Size, box: Size) -> Size:
    """The size of a copy: as large as the box allows, in the video's own shape.

    >>> export_size(Size(1920, 1080), TIERS[Quality.LOW].box)
    Size(width=854, height=480)
    >>> export_size(Size(1080, 1920), TIERS[Quality.LOW].box)
    Size(width=480, height=854)
    >>> export_size(Size(1440, 1080), TIERS[Quality.MEDIUM].box)
    Size(width=960, height=720)
    """
    turned = Size(box.height, box.width) if shown.height > shown.width else box
    inner = contain(shown, turned)
    return Size(inner.width, inner.height)


def export(  # noqa: PLR0913 - each is one part of what is wanted
    source: Path,
    kind: VideoFormat,
    quality: Quality,
    folder: Path,
    tools: Tools,
    *,
    limit_s: float | None = None,
) -> Exported:
    """Make a copy and decode it. For strangers' files, in a child process.

    Args:
        source: The video, only read.
        kind: What it is packed in.
        quality: How large it is, and at which rate.
        folder: Where the copy is written; the caller owns it.
        tools: What it is done with.
        limit_s: Seconds that it may take; `LIMIT_S` unless given, and more for a larger video.

    Raises:
        NothingThere: there is sound alone.
        BadMedia: another leaf that says why the video cannot be read or what the copy is not.
        TimedOut: it took longer than it may.
    """
    tools.tell("look", 0, 0, "looking into the video")
    span, tier = whole(source), TIERS[quality]
    size = export_size(span.video.shown, tier.box)
    if limit_s is None:
        limit_s = LIMIT_S * times_as_long(span.video.shown)
    to = folder / f"export.{kind}"
    tools.ffmpeg.run(
        [
            *source_args(span),
            *graph_args(_graph(span, size), to.with_suffix(".graph")),
            *("-map", "[v]", "-map", "[a]"),
            *_coded(kind, tier),
            *("-r", str(span.rate), "-g", str(int(span.rate * 2))),
            *_packed(kind, to),
        ],
        timeout_s=limit_s,
        watch=tools.watch("export", span.frames, "exporting the video"),
    )
    tools.tell("verify", 0, 0, "decoding the export")
    _check(to, kind, tier, span, size)
    return Exported(path=to, size=size, frames=span.frames, duration_s=span.duration_s)


def whole(source: Path) -> Span:
    """All of a video, as one part."""
    found = measure(source)
    if not found.video:
        raise NothingThere(demuxer=found.demuxer)
    return find_span(source, found, 0.0, found.video[0].duration_s_from_packets or 0.0)


def _graph(span: Span, size: Size) -> str:
    shown = chain(cleaned(span), scaled(size), as_told_bt709())
    samples = int(Fraction(span.frames) / span.rate * AudioSpec().rate_hz)
    sound = (
        silence(samples, AudioSpec().rate_hz)
        if span.audio is None
        else f"[0:{span.audio.index}]{heard(span.begins_at, samples, AudioSpec().rate_hz)}"
    )
    return f"[0:{span.video.index}]{shown}[v];{sound}[a]"


def _coded(kind: VideoFormat, tier: Tier) -> list[str]:
    rate = tier.video_bps
    common = [
        *("-b:v", str(rate), "-bufsize", str(rate * BUFFER_S), "-b:a", str(tier.audio_bps)),
        *("-ar", str(AudioSpec().rate_hz), "-ac", "2"),
    ]
    if kind is VideoFormat.WEBM:
        # Least and most the same: libvpx keeps to the rate only then.
        held = ("-minrate", str(rate), "-maxrate", str(rate))
        return [*VP9, "-c:a", "libopus", *common, *held]
    return [
        *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-bf", "0"),
        *("-c:a", "aac", "-profile:a", "aac_low"),
        *(*common, "-maxrate", str(rate * 3 // 2)),
    ]


def _packed(kind: VideoFormat, to: Path) -> list[str]:
    if kind is VideoFormat.WEBM:
        return [*NOTHING_ELSE, "-f", "webm", f"file:{to}"]
    return file_args(to)


def _check(to: Path, kind: VideoFormat, tier: Tier, span: Span, size: Size) -> None:
    """Decode it all; MP4 is held against every promise that files of ours make."""
    if kind is VideoFormat.MP4:
        verify(to, _profile(tier, span.rate, size), frames=span.frames)
        return
    played: Played = play(to)
    promise("frames", found=played.frames, promised=span.frames)
    promise("size", found=tuple(played.size), promised=tuple(size))
    promise("sound", found=played.has_audio, promised=True)


def _profile(tier: Tier, rate: Fraction, size: Size) -> Profile:
    return Profile(
        name="export",
        size=size,
        rate=rate,
        audio=AudioSpec(bitrate_bps=tier.audio_bps),
        max_bitrate_bps=SLACK * (tier.video_bps + tier.audio_bps),
        spliceable=False,
    )
