"""A cut, a strategy, a quality -> a verified short and its poster, in this process."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reelmill.media.captions import Below, Manner, burnt_in
from reelmill.media.cues import Cue
from reelmill.media.ffmpeg import Watch
from reelmill.media.filters import chain
from reelmill.media.follow import follow
from reelmill.media.frames import frame_at, poster
from reelmill.media.geometry import Size
from reelmill.media.pictures import Decoded
from reelmill.media.probe import probe
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.span import Span, find_span
from reelmill.media.splice import join
from reelmill.media.tools import Tools
from reelmill.media.transcode import Recipe, transcode
from reelmill.media.verify import verify
from reelmill.pipelines.shorts.plan import (
    FORMS,
    SHORT_SIZE,
    Form,
    admit_plan,
    followed,
    frames_of,
    in_reel,
    picture_filter,
    reel_size,
    video_budget_bps,
)
from reelmill.pipelines.shorts.spec import (
    BadCropPlan,
    Caption,
    CropPlan,
    Cut,
    NoPicture,
    Quality,
    Strategy,
    TooLargeForQuality,
)

#: Shares of the bit budget that are tried, one after the other, until the file is small enough.
BUDGET_SHARES = (1.0, 0.8, 0.5)

#: Samples a second of a short's sound. Source: export API, output.
RATE_HZ = 44_100

#: Captions of a short: large, and above what players lay over the lowest fifth of the picture.
CAPTIONS = Manner(letter_share=0.055, bottom_share=0.22)

#: Frames a second, quality and bits a second of a reel. Source: highlights worker.
REEL_RATE, REEL_CRF, REEL_BPS, REEL_AUDIO_BPS = Fraction(30), 23, 20_000_000, 128_000


@dataclass(frozen=True, kw_only=True)
class Made:
    """A video that was decoded and held against what was asked, and a still of it."""

    video: Path
    """MP4, in the caller's folder."""

    poster: Path
    """JPEG beside it."""

    size: Size
    """Of the video, in pixels."""

    poster_size: Size
    """Of the poster, in pixels."""

    frames: int
    """Decoded frames."""

    duration_s: float
    """Seconds, from the decoded frames."""

    size_bytes: int
    """Size of the video."""

    commands: tuple[tuple[tuple[str, ...], float], ...]
    """What was run, each with the seconds that it took."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is wanted of a video."""

    cut: Cut
    """What is shown; where the video lies is not looked at."""

    strategy: Strategy = Strategy.CENTER_CROP
    """How it becomes vertical."""

    quality: Quality = Quality.HIGH
    """How good, and how large at most."""

    crop_plan: CropPlan | None = None
    """The path of the window; `smart_crop` needs one, the others pass over it."""

    captions: Sequence[Caption] = ()
    """What is drawn over the picture."""


def make_short(source: Path, asked: Asked, folder: Path, tools: Tools) -> Made:
    """Cut, crop, encode and verify one short. For strangers' files, in a child process.

    Args:
        source: The video, only read.
        asked: What is wanted of it.
        folder: Where video and poster are written; the caller owns it.
        tools: What it is done with.

    Raises:
        NoPicture: there is sound alone.
        BadCropPlan: it does not fit the video.
        TooLargeForQuality: no attempt came out small enough.
        NotAsPromised: what was made is not what was asked.
    """
    tools.tell("look", 0, 0, "looking into the video")
    span = span_of(source, asked.cut)
    video = folder / "video.mp4"
    form = FORMS[asked.quality]
    picture = chain(_picture(asked, span), _captions(asked.captions, span, folder))
    decoded = _encoded(span, picture, video, form, tools)
    return finished(video, short_profile(span, form), span.frames, tools, decoded)


@dataclass(frozen=True, kw_only=True)
class ReelAsked:
    """What is wanted of several videos."""

    parts: Sequence[tuple[Path, Cut]]
    """Videos, only read, and what is shown of each, one after the other."""

    title: str = ""
    """For people, in the file."""

    target_height: int = 720
    """Height in pixels; the shape is 16:9."""


def make_reel(asked: ReelAsked, folder: Path, tools: Tools) -> Made:
    """Cut each part, fitted whole into 16:9, and join them. For strangers' files, in a child.

    Args:
        asked: What is wanted.
        folder: Where video, poster and pieces are written; the caller owns it.
        tools: What it is done with.

    Raises:
        NoPicture: there is sound alone.
        NotAsPromised: what was made is not what was asked.
    """
    profile = reel_profile(asked.target_height)
    counts = frames_of([cut.duration_s for _, cut in asked.parts], profile.rate)
    pieces = []
    for number, ((source, cut), frames) in enumerate(zip(asked.parts, counts, strict=True)):
        tools.tell("cutting", number, len(counts), "cutting scenes")
        span = replace(span_of(source, cut), rate=profile.rate, frames=frames)
        pieces.append((_cut_piece(span, folder / f"{number:02}.mov", profile, tools), frames))
    video = folder / "video.mp4"
    join(
        pieces,
        video,
        profile,
        title=asked.title,
        on_piece=lambda number: tools.tell("concat", number, len(counts), "joining scenes"),
    )
    return finished(video, profile, sum(counts), tools)


def _cut_piece(span: Span, piece: Path, profile: Profile, tools: Tools) -> Path:
    recipe = Recipe(
        picture=in_reel(span.video.shown, profile.size),
        # Sound is encoded once over all, for each beginning of AAC adds a bit of silence.
        profile=replace(profile, audio=replace(profile.audio, codec="pcm_s16le")),
        crf=REEL_CRF,
        max_video_bps=REEL_BPS,
    )
    watch = Watch(canceled=tools.canceled, ran=tools.note)
    transcode(span, piece, recipe, ffmpeg=tools.ffmpeg, watch=watch)
    return piece


def reel_profile(target_height: int) -> Profile:
    """The form of a reel: what the file is held against when it is decoded."""
    return Profile(
        name="reel",
        size=reel_size(target_height),
        rate=REEL_RATE,
        audio=AudioSpec(rate_hz=RATE_HZ, bitrate_bps=REEL_AUDIO_BPS),
        max_bitrate_bps=2 * REEL_BPS,
        spliceable=False,
    )


def span_of(source: Path, cut: Cut) -> Span:
    """Find a cut in its file.

    Raises:
        NoPicture: there is sound alone.
    """
    found = probe(source)
    if not found.video:
        raise NoPicture(demuxer=found.demuxer)
    return find_span(source, found, cut.start_s, cut.end_s)


def _picture(asked: Asked, span: Span) -> str:
    shown, plan = span.video.shown, asked.crop_plan
    if asked.strategy is not Strategy.SMART_CROP:
        return picture_filter(asked.strategy, shown)
    if plan is None:
        raise BadCropPlan(problem="smart_crop needs one")
    admit_plan(plan, shown)
    return followed(plan, float(span.late_s))


def _captions(shown: Sequence[Caption], span: Span, folder: Path) -> str:
    """Filters that draw captions over a short; empty where there are none."""
    if not shown:
        return ""
    cues = [Cue(one.start_s, one.end_s, one.text) for one in shown]
    below = Below(size=SHORT_SIZE, rate=span.rate, frames=span.frames)
    return burnt_in(cues, below, folder, CAPTIONS)


def _encoded(span: Span, picture: str, video: Path, form: Form, tools: Tools) -> Decoded:
    """Encode and decode, and once more with a lower budget where the file came out too large."""
    profile = short_profile(span, form)
    watch = tools.watch("encode", span.frames, "encoding video")
    for share in BUDGET_SHARES:
        budget_bps = video_budget_bps(form, span.duration_s, share)
        recipe = Recipe(picture=picture, profile=profile, crf=form.crf, max_video_bps=budget_bps)
        with follow(profile) as follower:
            heard = replace(watch, entry=follower.entry)
            transcode(span, video, recipe, ffmpeg=tools.ffmpeg, watch=heard)
            if video.stat().st_size <= form.max_bytes:
                return follower.decoded()
    raise TooLargeForQuality(size_bytes=video.stat().st_size, limit_bytes=form.max_bytes)


def short_profile(span: Span, form: Form) -> Profile:
    """The form of a short: what the file is held against when it is decoded."""
    return Profile(
        name="short",
        size=SHORT_SIZE,
        rate=span.rate,
        audio=AudioSpec(rate_hz=RATE_HZ, bitrate_bps=form.audio_bps),
        max_bitrate_bps=int(form.max_bytes * 8 / span.duration_s),
        spliceable=False,
    )


def finished(
    video: Path, profile: Profile, frames: int, tools: Tools, decoded: Decoded | None = None
) -> Made:
    """Verify what was made, and take its poster from the middle."""

    def reached(done: int, total: int) -> None:
        tools.tell("verify", done, total, "decoding the video")

    found = verify(video, profile, frames=frames, decoded=decoded, on_progress=reached)
    still = video.with_name("poster.jpg")
    return Made(
        video=video,
        poster=still,
        size=found.size,
        poster_size=poster(frame_at(video, found.duration_s / 2), still),
        frames=found.frames,
        duration_s=found.duration_s,
        size_bytes=found.size_bytes,
        commands=tuple(tools.ran),
    )
