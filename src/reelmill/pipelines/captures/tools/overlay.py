"""A recording in a TAR -> its controls as a table, or drawn over its video. For a child process."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reelmill.errors import NotFound, Refused
from reelmill.media.filters import chain, laid_over, scaled
from reelmill.media.geometry import Size
from reelmill.media.moments import Footage, by_key_frames
from reelmill.media.overlay import write_overlay
from reelmill.media.probe import opened_stream, probe
from reelmill.media.profiles import Profile
from reelmill.media.span import Span, find_span
from reelmill.media.tools import Tools
from reelmill.media.transcode import Recipe, transcode
from reelmill.media.verify import Verified, verify
from reelmill.pipelines.captures.events import Event
from reelmill.pipelines.captures.reading.contents import Group
from reelmill.pipelines.captures.tools.controls import Controls, Window, controls, window_of
from reelmill.pipelines.captures.tools.opened import Opened, opened
from reelmill.pipelines.captures.tools.panel import Panel, timeline
from reelmill.pipelines.captures.tools.places import object_at
from reelmill.pipelines.captures.tools.table import write_table
from reelmill.units import even

#: Quality of the picture under the panel, on the scale of libx264, and its most bits a second.
CRF, MAX_VIDEO_BPS = 21, 24_000_000

#: Bits a second of a whole file at most: those of the picture, of the sound, and some.
MAX_FILE_BPS: Final = 2 * MAX_VIDEO_BPS


class NoInputs(NotFound):
    """Nothing tells what was done in the recording."""


class OutsideVideo(Refused):
    """The video ends before that."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which recording, and which part of it."""

    tar: str
    """Path or URL of the TAR."""

    group: str = ""
    """Which one of a bundle."""

    start_s: float = 0.0
    """Seconds into the video."""

    seconds: float | None = None
    """How much of it; None: up to the end."""


def tabulate(wanted: Wanted, path: Path) -> int:
    """Write the table of a recording's controls; says its rows.

    Raises:
        NoVideo, NoInputs: there is none.
        CannotWriteThere: the disk does not take it.
    """
    tar, group = _chosen(wanted)
    done = list(tar.events(group))
    assert group.video is not None
    with opened_stream(tar.file(group.video)) as file:
        footage = Footage(file, by_key_frames)
        timing = footage.indexed or footage.counted()
    fps = timing.frames / timing.duration_s if timing.duration_s else 0.0
    if not fps:
        raise OutsideVideo(frames=timing.frames, hint="The video has no length.")
    rows = list(controls(done, _window(done, wanted), fps, timing.frames))
    write_table(rows, fps, path)
    return len(rows)


def overlay(wanted: Wanted, path: Path, folder: Path, tools: Tools) -> Verified:
    """Draw the controls over a recording, keep its sound, and prove what was made.

    Args:
        wanted: Which recording.
        path: The video to write, in `folder`.
        folder: For what is needed meanwhile; the caller owns it.
        tools: What it is done with.

    Raises:
        NoVideo, NoInputs, OutsideVideo: there is none.
        BadMedia: a leaf that says what is wrong with the video.
    """
    tar, group = _chosen(wanted)
    assert group.video is not None
    done = list(tar.events(group))
    source = folder / "recording"
    tools.tell("fetch", 0, 0, "fetching the video")
    tar.fetch(group.video, source)
    span = _span(source, wanted)
    every = list(controls(done, _window(done, wanted), float(span.rate), span.frames))
    profile = _profile(span)
    picture = _under_glass(every, span, profile, folder)
    recipe = Recipe(picture=picture, profile=profile, crf=CRF, max_video_bps=MAX_VIDEO_BPS)
    watch = tools.watch("encode", span.frames, "drawing the controls")
    transcode(span, path, recipe, ffmpeg=tools.ffmpeg, watch=watch)

    def reached(at: int, total: int) -> None:
        tools.tell("verify", at, total, "decoding the video")

    return verify(path, profile, frames=span.frames, on_progress=reached)


def _chosen(wanted: Wanted) -> tuple[Opened, Group]:
    tar = opened(*object_at(wanted.tar))
    group = tar.group(wanted.group)
    if group.inputs is None:
        raise NoInputs(key=tar.stat.key, members=[member.name for member in tar.members][:9])
    return tar, group


def _window(done: list[Event], wanted: Wanted) -> Window:
    found = window_of(done)
    if found is None:
        raise NoInputs(tar=wanted.tar, problem="its inputs have no event")
    return found._replace(start_s=found.start_s + wanted.start_s)


def _span(source: Path, wanted: Wanted) -> Span:
    with source.open("rb") as stream, opened_stream(stream) as file:
        footage = Footage(file, by_key_frames)
        length_s = (footage.indexed or footage.counted()).duration_s
    if wanted.start_s >= length_s:
        raise OutsideVideo(start_s=wanted.start_s, video_s=round(length_s, 3))
    end_s = length_s if wanted.seconds is None else wanted.start_s + wanted.seconds
    return find_span(source, probe(source), wanted.start_s, min(end_s, length_s))


def _profile(span: Span) -> Profile:
    shown = span.video.shown
    return Profile(
        name="overlay",
        size=Size(max(2, even(shown.width)), max(2, even(shown.height))),
        rate=span.rate,
        max_bitrate_bps=MAX_FILE_BPS,
        spliceable=False,
    )


def _under_glass(every: list[Controls], span: Span, profile: Profile, folder: Path) -> str:
    """Filters that lay the panel over the picture."""
    panel = Panel(profile.size, every)
    glass = folder / "panel.mov"
    write_overlay(timeline(every, panel), glass, span.rate)
    fit = "" if span.video.shown == profile.size else scaled(profile.size)
    return chain(fit, laid_over(str(glass), panel.x, panel.y))
