"""One video file -> its scenes, a crop plan or a short. No database, no store."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from reelmill.errors import BadMedia, NotFound, Refused
from reelmill.foreground import CannotWriteThere, done_in_child, folder_beside
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.probe import measure
from reelmill.media.subtitles import MOST_LETTERS
from reelmill.media.tools import Tools
from reelmill.pipelines.shorts.crop import plan_crop
from reelmill.pipelines.shorts.ingest import Ingested, ingest
from reelmill.pipelines.shorts.limits import LOOK_LIMIT_S, export_limit_s
from reelmill.pipelines.shorts.plan import admit
from reelmill.pipelines.shorts.render import Asked, Made, make_short
from reelmill.pipelines.shorts.rules import captions_of
from reelmill.pipelines.shorts.spec import BadCropPlan, Caption, CropPlan, Cut, NoPicture, Strategy
from reelmill.terminal import Terminal, seconds
from reelmill.units import StoreKey

R = TypeVar("R")

#: Where the file lies is told apart from the cut, so that no store is needed.
_NOWHERE: Final = StoreKey("file")

#: Seconds that a look at all packets of a file may take.
MEASURE_LIMIT_S: Final = 600.0

#: Largest crop plan that is read, bytes.
MAX_PLAN_BYTES: Final = 16 * 1024 * 1024

#: Largest file of captions that is read, bytes: a letter has four at most.
MAX_CAPTIONS_BYTES: Final = 4 * MOST_LETTERS

_TIME: Final = re.compile(r"(?:(?:(\d{1,4}):)?([0-5]?\d):)?(\d{1,6}(?:\.\d{1,9})?)")


class NoSuchVideo(NotFound):
    """There is no such file."""


class UnreadableFile(BadMedia):
    """The file cannot be read."""


class BadTime(Refused):
    """That is no time."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where one command works."""

    terminal: Terminal
    """Where progress is shown."""

    verbose: bool
    """Say each stage on a line of its own."""

    def done(self, label: str, limit_s: float, work: Callable[..., R], *args: Any) -> R:
        """Have a child do it: the file of a stranger may be anything."""
        return done_in_child(
            self.terminal, label, work, *args, timeout_s=limit_s, verbose=self.verbose
        )


@dataclass(frozen=True, kw_only=True)
class Exported:
    """One short, finished."""

    output: Path
    """The short."""

    made: Made
    """What was made."""

    plan: CropPlan | None
    """The path that was taken, of a smart crop."""

    @property
    def facts(self) -> dict[str, Any]:
        """For a script."""
        made = self.made
        return {
            "output": str(self.output),
            "width": made.size.width,
            "height": made.size.height,
            "frames": made.frames,
            "duration_s": made.duration_s,
            "size_bytes": made.size_bytes,
            "crop_plan": None if self.plan is None else self.plan.model_dump(mode="json"),
        }

    @property
    def sentence(self) -> str:
        """For people."""
        made = self.made
        return (
            f"{self.output}: {made.size.width}x{made.size.height}, {made.frames} frames, "
            f"{seconds(made.duration_s)}, {made.size_bytes / 1e6:.2f} MB"
        )


def export(video: Path, asked: Asked, output: Path, *, ffmpeg: Ffmpeg, bench: Bench) -> Exported:
    """Make a short, and give it its name when it was decoded and checked.

    Args:
        video: The video, only read.
        asked: What is wanted of it; a smart crop without a plan is planned.
        output: Where the short goes; the caller asked `may_write`.
        ffmpeg: Runs ffmpeg.
        bench: Where this works.

    Raises:
        NoSuchVideo, SceneTooLong, SceneTooShort, OutsideVideo: before any work is done.
        BadMedia: a leaf that says what is wrong with the video.
    """
    admit(asked.cut, duration_of(video, bench))
    limit_s = export_limit_s(asked.cut)
    with folder_beside(output) as folder:
        if asked.strategy is Strategy.SMART_CROP and asked.crop_plan is None:
            plan = bench.done("planning", limit_s, plan_crop, video, asked.cut)
            asked = replace(asked, crop_plan=plan)
        tools = Tools(ffmpeg=ffmpeg)
        made = bench.done("exporting", limit_s, make_short, video, asked, folder, tools)
        made.video.replace(output)
    return Exported(output=output, made=made, plan=asked.crop_plan)


def crop_plan(video: Path, cut: Cut, *, bench: Bench) -> CropPlan:
    """Plan how a vertical window follows the subject of a cut.

    Raises:
        NoSuchVideo, SceneTooLong, SceneTooShort, OutsideVideo: before any work is done.
        BadMedia: a leaf that says what is wrong with the video.
    """
    admit(cut, duration_of(video, bench))
    return bench.done("planning", export_limit_s(cut), plan_crop, video, cut)


def scenes(video: Path, *, bench: Bench) -> Ingested:
    """Find the scenes of a video; its pictures are gone when this returns.

    Raises:
        NoSuchVideo: there is none.
        BadMedia: a leaf that says what is wrong with the video.
    """
    with TemporaryDirectory(prefix="reelmill-") as folder:
        return bench.done("looking", LOOK_LIMIT_S, ingest, readable(video), Path(folder))


def duration_of(video: Path, bench: Bench) -> float:
    """Seconds that the pictures of a video last, from its packets.

    Raises:
        NoSuchVideo: there is none.
        NoPicture: there is sound alone.
    """
    found = bench.done("measuring", MEASURE_LIMIT_S, measure, readable(video))
    if not found.video:
        raise NoPicture(demuxer=found.demuxer)
    return found.video[0].duration_s_from_packets or 0.0


def readable(video: Path) -> Path:
    """The file, when it is one that may be read.

    Raises:
        NoSuchVideo, UnreadableFile: as they say.
    """
    if not video.exists():
        raise NoSuchVideo(path=str(video))
    if not video.is_file() or not os.access(video, os.R_OK):
        raise UnreadableFile(path=str(video), problem="not a file that may be read")
    return video.absolute()


def cut_of(start_s: float, end_s: float) -> Cut:
    """A cut of a file that lies in no store."""
    return Cut(source_key=_NOWHERE, start_s=start_s, end_s=end_s)


def timecode(moment_s: float) -> str:
    """A time as `time_of` reads it.

    >>> timecode(75.25), timecode(3675)
    ('1:15.250', '1:01:15.000')
    """
    minutes, rest_ms = divmod(round(moment_s * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest_ms // 1000:02d}.{rest_ms % 1000:03d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def time_of(text: str) -> float:
    """Seconds, from seconds, `mm:ss` or `hh:mm:ss`, each with a fraction where that is wanted.

    >>> time_of("75.25"), time_of("1:15.25"), time_of("1:01:15")
    (75.25, 75.25, 3675.0)

    Raises:
        BadTime: it is none.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise BadTime(given=text[:40], hint="Give seconds, mm:ss or hh:mm:ss.")
    hours, minutes, rest_s = found.groups()
    if minutes is not None and float(rest_s) >= 60:  # noqa: PLR2004 - seconds of a minute
        raise BadTime(given=text[:40], hint="A minute has 60 seconds.")
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest_s)


def read_plan(path: Path) -> CropPlan:
    """A crop plan from a file, made here or edited.

    Raises:
        UnreadableFile: there is none that may be read.
        BadCropPlan: it holds something else.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PLAN_BYTES)
    except OSError as error:
        raise UnreadableFile(path=str(path), problem=error.strerror) from error
    try:
        return CropPlan.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadCropPlan(path=str(path), at=place, problem=first["msg"]) from error


def read_captions(path: Path, cut: Cut) -> tuple[Caption, ...]:
    """What of a file of captions is shown in a cut.

    Raises:
        UnreadableFile: there is none that may be read, or it is not UTF-8.
        BadSubtitles: it holds something else.
        NoCaptions: all of them come before the cut or after it.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_CAPTIONS_BYTES).decode("utf-8")
    except OSError as error:
        raise UnreadableFile(path=str(path), problem=error.strerror) from error
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8, at most 1.6 MB of it."
        raise UnreadableFile(path=str(path), problem="not UTF-8", hint=hint) from error
    return captions_of(text, cut)


def write_plan(plan: CropPlan, output: Path) -> None:
    """Write a crop plan to a file, whole or not at all.

    Raises:
        CannotWriteThere: the disk does not take it.
    """
    with folder_beside(output) as folder:
        draft = folder / "plan.json"
        try:
            draft.write_text(plan.model_dump_json(indent=2) + "\n", encoding="utf-8")
            draft.replace(output)
        except OSError as error:
            raise CannotWriteThere(path=str(output), problem=error.strerror) from error
