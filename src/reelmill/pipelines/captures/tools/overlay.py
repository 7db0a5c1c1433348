"""A recording in a TAR -> its controls as a table, or drawn over its video. For a child process."""

from dataclasses import dataclass
from pathlib import Path

from reelmill.errors import NotFound
from reelmill.media.filters import chain, laid_over, scaled
from reelmill.media.geometry import Size
from reelmill.media.moments import Footage, by_key_frames
from reelmill.media.overlay import write_overlay
from reelmill.media.probe import opened_stream
from reelmill.media.span import Span
from reelmill.media.tools import Tools
from reelmill.media.verify import Verified
from reelmill.pipelines.captures.events import Event
from reelmill.pipelines.captures.reading.contents import Group
from reelmill.pipelines.captures.tools.controls import Controls, Window, controls, window_of
from reelmill.pipelines.captures.tools.opened import Opened, opened
from reelmill.pipelines.captures.tools.panel import Panel, timeline
from reelmill.pipelines.captures.tools.places import object_at
from reelmill.pipelines.captures.tools.remake import OutsideVideo, even_size, part_of, remade
from reelmill.pipelines.captures.tools.table import write_table


class NoInputs(NotFound):
    """Nothing tells what was done in the recording."""


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
        NoVideo, SeveralRecordings, NoInputs: there is none, or none was named.
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
        NoVideo, SeveralRecordings, NoInputs, OutsideVideo: there is none, or none was named.
        BadMedia: a leaf that says what is wrong with the video.
    """
    tar, group = _chosen(wanted)
    assert group.video is not None
    done = list(tar.events(group))
    source = folder / "recording"
    tools.tell("fetch", 0, 0, "fetching the video")
    tar.fetch(group.video, source)
    span = part_of(source, wanted.start_s, wanted.seconds)
    every = list(controls(done, _window(done, wanted), float(span.rate), span.frames))
    size = even_size(span.video.shown)
    return remade(span, _under_glass(every, span, size, folder), size, path, tools)


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


def _under_glass(every: list[Controls], span: Span, size: Size, folder: Path) -> str:
    """Filters that lay the panel over the picture."""
    panel = Panel(size, every)
    glass = folder / "panel.mov"
    write_overlay(timeline(every, panel), glass, span.rate)
    fit = "" if span.video.shown == size else scaled(size)
    return chain(fit, laid_over(str(glass), panel.x, panel.y))
