"""A video and a cut -> the crop plan that follows its subject."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from reelmill.media.geometry import Size
from reelmill.media.info import NothingToPlay, VideoInfo
from reelmill.media.samples import THUMB, Sample, Sampling, first_picture, samples
from reelmill.pipelines.shorts.crop.camera import Way, steer
from reelmill.pipelines.shorts.crop.corners import cornered
from reelmill.pipelines.shorts.crop.evidence import Seen, weigh
from reelmill.pipelines.shorts.crop.keyframes import Axis, keyframes
from reelmill.pipelines.shorts.crop.looking import Glance, Looker, content
from reelmill.pipelines.shorts.crop.shots import cuts, largest_change
from reelmill.pipelines.shorts.crop.target import Target, follow
from reelmill.pipelines.shorts.plan import window_of
from reelmill.pipelines.shorts.spec import CropPlan, Cut

#: Pictures a second that are looked at. Source: twice as many find no better path, measured.
PER_SECOND = 6.0

#: Longer side of these pictures, in pixels.
SIDE_PX = 320

#: Seconds that rounding may take from a time; far less than a frame.
HAIR_S = 0.001

#: Told the share of the cut that has been looked at, 0 to 1.
OnProgress = Callable[[float], None]


class Lens(NamedTuple):
    """What all shots of a cut are looked at through."""

    window: float
    """Width of the window as a share of the axis."""

    bounds: tuple[float, float]
    """Where its middle may be, lowest and highest."""

    frame_s: float
    """Seconds from frame to frame; 0: not known."""


Shot = tuple[float, Way, Target]


def plan_crop(path: Path, cut: Cut, *, on_progress: OnProgress | None = None) -> CropPlan:
    """Plan the path of a vertical window that keeps the subject inside.

    Args:
        path: The video; a stranger's file, so this runs in a child process.
        cut: The part that will be shown.
        on_progress: Told how far the look through the cut is.

    Raises:
        BadMedia: a leaf that says why the video cannot be read.
    """
    video = first_picture(path)
    shown = video.shown
    window = window_of(shown)
    axis = _axis(shown, window)
    with _one_thread():
        shots = _shots(path, cut, axis, video, on_progress or (lambda _: None))
    keys = keyframes(axis, shots)
    return CropPlan(
        source_width=shown.width,
        source_height=shown.height,
        window_width=window.width,
        window_height=window.height,
        keyframes=keys,
        confidence=round(float(np.mean(np.concatenate([t.confidence for *_, t in shots]))), 3),
        reason=_told(shots),
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """OpenCV without threads of its own: they would wait busily for work, in the decoder's way."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def _axis(shown: Size, window: Size) -> Axis:
    across = shown.width * window.height >= shown.height * window.width
    if across:
        return Axis(length_px=shown.width, window_px=window.width, across=True)
    return Axis(length_px=shown.height, window_px=window.height, across=False)


def _shots(
    path: Path, cut: Cut, axis: Axis, video: VideoInfo, on_progress: OnProgress
) -> list[Shot]:
    looker = Looker(across=axis.across, window=axis.window)
    glances: list[Glance] = []
    frames: list[Sample] = []
    for sample in samples(path, _sampling(cut)):
        if sample.picture is not None:
            glances.append(looker.look(sample))
            on_progress(min(1.0, sample.at_s / cut.duration_s))
        frames.append(replace(sample, picture=None))
    if not glances:
        raise NothingToPlay(start_s=cut.start_s, end_s=cut.end_s)
    bounds = _bounds(axis, content(glances))
    frame_s = float(1 / video.rate_from_header) if video.rate_from_header else 0.0
    groups = _by_shot(glances, _shot_starts(path, cut, frames, frame_s))
    lens = Lens(window=axis.window, bounds=bounds, frame_s=frame_s)
    return [_shot(at_s, list(looker.shot(group)), lens) for at_s, group in groups]


def _sampling(cut: Cut) -> Sampling:
    return Sampling(start_s=cut.start_s, end_s=cut.end_s, per_second=PER_SECOND, side_px=SIDE_PX)


def _shot(begins_s: float, seen: Sequence[Seen], lens: Lens) -> Shot:
    chosen = follow(weigh(seen, window=lens.window), window=lens.window, bounds=lens.bounds)
    target = cornered(chosen, window=lens.window, frame_s=lens.frame_s)
    return begins_s, steer(target, window=lens.window, bounds=lens.bounds), target


def _bounds(axis: Axis, content: tuple[float, float]) -> tuple[float, float]:
    """Where the middle of the window may be: off the bars, if there is room between them."""
    low, high = content[0] + axis.window / 2, content[1] - axis.window / 2
    if low > high:
        low = high = (low + high) / 2
    return max(low, axis.window / 2), min(high, 1 - axis.window / 2)


def _shot_starts(path: Path, cut: Cut, frames: Sequence[Sample], frame_s: float) -> list[float]:
    """The seconds at which shots begin, the first at 0, each exact to the frame."""
    starts_s = [0.0]
    for at in cuts(np.array([frame.thumb for frame in frames])):
        after_s, until_s = frames[at - 1].at_s, frames[at].at_s
        # Encoders begin anew with a shot, so that mostly no frame was left out before it.
        seen_all = until_s - after_s < 1.5 * frame_s
        starts_s.append(until_s if seen_all else _exactly(path, cut, after_s, until_s))
    return starts_s


def _exactly(path: Path, cut: Cut, after_s: float, until_s: float) -> float:
    """Of all frames between two that were looked at, the one with which the new shot begins."""
    between = Sampling(
        start_s=cut.start_s + after_s,
        end_s=cut.start_s + until_s + HAIR_S,
        per_second=1,
        side_px=THUMB.width,
        whole=True,
    )
    every = list(samples(path, between))
    if len(every) == 1:
        return until_s
    return after_s + every[largest_change(np.array([one.thumb for one in every]))].at_s


def _by_shot(
    glances: Sequence[Glance], begins_s: Sequence[float]
) -> Iterator[tuple[float, list[Glance]]]:
    """The glances of each shot; a shot too short for one is shown as the one before it."""
    for start_s, end_s in pairwise([*begins_s, float("inf")]):
        group = [one for one in glances if start_s - HAIR_S <= one.at_s < end_s - HAIR_S]
        if group:
            yield start_s, group


def _told(shots: Sequence[Shot]) -> str:
    """One sentence on what was followed, for how much of the time."""
    counted = Counter(reason for *_, target in shots for reason in target.reasons)
    total = counted.total()
    shares = ", ".join(f"{reason} {count / total:.0%}" for reason, count in counted.most_common())
    return f"{len(shots)} shot{'s' * (len(shots) > 1)}; followed: {shares}."
