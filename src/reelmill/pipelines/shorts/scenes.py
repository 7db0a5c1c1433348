"""A video -> the scenes it has, found where its picture changes at once."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from reelmill.children import report
from reelmill.media.info import MediaInfo
from reelmill.media.shown import Preview, previews

#: Shortest scene, in seconds; what is shorter belongs to a neighbour.
MIN_FOUND_S: Final = 1.0

#: Scenes of one video, at most; where there are more, short ones are joined.
MAX_FOUND: Final = 1000

#: Longest side of the pictures that are compared, in pixels. Source: PySceneDetect's own default.
COMPARED_PX: Final = 256

#: Ticks of a second in which PySceneDetect is told the time. Source: ISO 13818-1.
TICK_S: Final = Fraction(1, 90_000)

#: Frames before and behind one that it is compared with. Source: PySceneDetect's own default.
LOOK_AHEAD: Final = 2

#: Frames between two reports of progress.
REPORT_FRAMES: Final = 64


class Span(NamedTuple):
    """A part of a video."""

    start_s: float
    """Seconds into the video at which it begins."""

    end_s: float
    """Seconds into the video at which it ends."""

    @property
    def middle_s(self) -> float:
        """Seconds into the video of its middle."""
        return (self.start_s + self.end_s) / 2


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a whole video shows when it is decoded."""

    scenes: tuple[Span, ...]
    """One after the other, from 0 to the end, without a gap."""

    duration_s: float
    """Seconds, until the last decoded frame has been shown."""

    frames: int
    """Decoded frames."""


def find_scenes(path: Path, found: MediaInfo) -> Seen:
    """Decode a video, and find where its picture changes. For strangers' files, in a child.

    PySceneDetect's own openers guess formats and follow playlists, so it is handed frames.

    Args:
        path: The video.
        found: What `probe` found, pictures among it.

    Raises:
        BadMedia: a leaf that says why it cannot be read.
    """
    cuts = _Cuts()
    expected_s = int(found.duration_s_from_header or 0)
    for preview in previews(path, found.video[0], COMPARED_PX):
        cuts.see(preview)
        if cuts.frames % REPORT_FRAMES == 0:
            report("scenes", int(preview.at_s), expected_s, "finding scenes")
    return Seen(
        scenes=tuple(spans(cuts.at_s, cuts.end_s)), duration_s=cuts.end_s, frames=cuts.frames
    )


class _Cuts:
    """Watches frames go by, and notes where the picture changes."""

    def __init__(self) -> None:
        # To load it takes a fifth of a second, in which it runs whichever ffmpeg is on the path.
        from scenedetect import common, detectors  # type: ignore[import-untyped]  # noqa: PLC0415

        self._common = common
        self._detector = detectors.AdaptiveDetector(min_scene_len=0.0, window_width=LOOK_AHEAD)
        self._latest_s: deque[float] = deque(maxlen=2 * LOOK_AHEAD + 1)
        self.at_s: list[float] = []
        self.end_s = 0.0
        self.frames = 0

    def see(self, preview: Preview) -> None:
        self.frames += 1
        self.end_s = max(self.end_s, preview.at_s + preview.lasts_s)
        self._latest_s.append(preview.at_s)
        # The rate is used for times told in frames, of which there are none.
        at = self._common.Timecode(round(preview.at_s / TICK_S), TICK_S)
        position = self._common.FrameTimecode(at, fps=Fraction(30))
        for cut in self._detector.process_frame(position, preview.pixels):
            self.at_s.append(min(self._latest_s, key=lambda at_s: abs(at_s - cut.seconds)))


def spans(cuts_s: Sequence[float], end_s: float) -> list[Span]:
    """The scenes between cuts. Those that are too short, or too many, are joined.

    >>> spans([4.0, 4.5, 8.0], 8.2)
    [Span(start_s=0.0, end_s=4.0), Span(start_s=4.0, end_s=8.2)]
    """
    shortest_s = MIN_FOUND_S
    while len(kept := list(_apart(cuts_s, shortest_s, end_s))) >= MAX_FOUND:
        shortest_s *= 2
    return [Span(start_s, end_s) for start_s, end_s in pairwise([0.0, *kept, end_s])]


def _apart(cuts_s: Sequence[float], shortest_s: float, end_s: float) -> Iterator[float]:
    """Cuts that leave at least `shortest_s` before them and behind them."""
    last_s = 0.0
    for cut_s in sorted(cuts_s):
        if cut_s - last_s >= shortest_s and end_s - cut_s >= shortest_s:
            yield cut_s
            last_s = cut_s
