"""Finished videos -> one video of all, in the shape of the first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import Final

from reelmill.media.ahead import ahead
from reelmill.media.filters import scale_then_pad
from reelmill.media.frames import planes
from reelmill.media.geometry import Size, contain
from reelmill.media.joined import join_sounds, joined, same_form
from reelmill.media.mix import SOUND
from reelmill.media.moving import encode_moving
from reelmill.media.profiles import Profile
from reelmill.media.raster import Yuv420, blank
from reelmill.media.shown import fitted
from reelmill.media.span import Span
from reelmill.media.tools import Tools
from reelmill.media.transcode import Recipe, transcode
from reelmill.media.verify import verify
from reelmill.pipelines.storyboards.render.camera import blended
from reelmill.pipelines.storyboards.render.export import LIMIT_S, Exported, export, whole
from reelmill.pipelines.storyboards.render.film import (
    CRF,
    HALF,
    RATE,
    TRANSITION_S,
    TRANSITION_SHARE,
    counted,
    film_profile,
    most_ahead,
)
from reelmill.pipelines.storyboards.spec import Quality, Transition, VideoFormat

#: Longest side of what comes out, pixels.
LONGEST_PX: Final = 3840

#: Seconds that a second of video may take to be packed otherwise, also of 4K.
PACK_LIMIT: Final = 4.0

#: Quality and most bits a second of what is encoded twice, so that nobody sees the first time.
PIECE_CRF, PIECE_BPS = 12, 80_000_000


@dataclass(frozen=True, kw_only=True)
class Part:
    """A video of the form that is wanted."""

    path: Path
    """Its pictures, and its sound where it has one."""

    frames: int
    """How many are shown."""

    has_sound: bool
    """Whether anything is heard."""


def combine(
    films: Sequence[Path], how: Transition, kind: VideoFormat, folder: Path, tools: Tools
) -> Exported:
    """Make one video of several and decode it. For strangers' files, in a child process.

    What is of one form already is joined by copying its pictures; all else is fitted whole into
    the shape of the first, and encoded. All times stay: a transition takes place within the
    beginning of the later video, over the last picture of the one before.

    Args:
        films: At least two, only read, in their order.
        how: How each follows the one before.
        kind: What it is packed in.
        folder: Where it is written; the caller owns it.
        tools: What it is done with.

    Raises:
        BadMedia: a leaf that says why a video cannot be read or what the whole is not.
        TimedOut: it took longer than it may.
    """
    tools.tell("look", 0, 0, "looking into the videos")
    spans = [whole(film) for film in films]
    size = fitted(spans[0].video.shown, LONGEST_PX)
    profile = film_profile(size)
    parts = [
        _part(span, profile, folder / f"{number:02}.mov", tools)
        for number, span in enumerate(spans)
    ]
    frames = sum(part.frames for part in parts)
    to = folder / "combined.mp4"
    track = folder / "combined.m4a"
    tools.tell("sound", 0, 0, "joining the sound")
    sounds = [part.path if part.has_sound else None for part in parts]
    join_sounds(sounds, _samples(parts, profile), track, SOUND)
    if how is Transition.CUT and same_form([part.path for part in parts], profile):
        tools.tell("join", 0, 0, "joining the videos")
        joined([part.path for part in parts], track, to, profile)
    else:
        pictures = ahead(combined_frames(parts, how, size), most_ahead(size))
        shown = counted(pictures, frames, tools.tell)
        encode_moving(shown, track, to, profile, crf=CRF)
    tools.tell("verify", 0, 0, "decoding the video")
    found = verify(to, profile, frames=frames)
    if kind is VideoFormat.MP4:
        return Exported(path=to, size=size, frames=frames, duration_s=found.duration_s)
    limit_s = LIMIT_S + PACK_LIMIT * found.duration_s
    return export(to, kind, Quality.HIGH, folder, tools, limit_s=limit_s)


def combined_frames(parts: Sequence[Part], how: Transition, size: Size) -> Iterator[Yuv420]:
    """Every frame of all. Of what was before, one picture is kept."""
    black = blank(size)
    before: Yuv420 | None = None
    for part in parts:
        lead = 0 if before is None else _lead(part.frames, how)
        last = before
        for frame, picture in enumerate(islice(planes(part.path), part.frames)):
            last = picture
            if before is None or frame >= lead:
                yield picture
                continue
            place = (frame + 1) / (lead + 1)
            yield _between(before, picture, black if how is Transition.FADE else None, place)
        before = last.copy() if last is not None else None


def _samples(parts: Sequence[Part], profile: Profile) -> list[int]:
    """Samples of each part: it is heard as long as it is seen, and no rounding adds up."""
    ends = [profile.audio_samples(end) for end in accumulate(part.frames for part in parts)]
    return [end - start for start, end in pairwise([0, *ends])]


def _lead(frames: int, how: Transition) -> int:
    if how is Transition.CUT:
        return 0
    return int(min(TRANSITION_S * RATE, frames * TRANSITION_SHARE))


def _between(before: Yuv420, after: Yuv420, through: Yuv420 | None, place: float) -> Yuv420:
    """A frame of a transition, from 0.0 to 1.0; by way of a picture where there is one."""
    if through is None:
        return blended(before, after, place)
    if place < HALF:
        return blended(before, through, place * 2)
    return blended(through, after, place * 2 - 1)


def _part(span: Span, profile: Profile, piece: Path, tools: Tools) -> Part:
    """A film as it is, where it is of the form; else made so, its whole picture with bars."""
    if same_form([span.path], profile):
        return Part(path=span.path, frames=span.frames, has_sound=span.audio is not None)
    frames = max(1, round(Fraction(span.frames) / span.rate * profile.rate))
    span = replace(span, rate=profile.rate, frames=frames)
    recipe = Recipe(
        picture=scale_then_pad(contain(span.video.shown, profile.size), profile.size),
        # Sound is encoded once over all, for each beginning of AAC adds a bit of silence.
        profile=replace(profile, audio=replace(profile.audio, codec="pcm_s16le")),
        crf=PIECE_CRF,
        max_video_bps=PIECE_BPS,
    )
    watch = tools.watch("fit", frames, "fitting a video into the first one's shape")
    transcode(span, piece, recipe, ffmpeg=tools.ffmpeg, watch=watch)
    return Part(path=piece, frames=frames, has_sound=True)
