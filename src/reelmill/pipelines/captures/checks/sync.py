"""Do inputs and picture fit together?"""

from typing import Final, NamedTuple

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.told import duration_s_of, inputs_of, session_in
from reelmill.pipelines.captures.record import Record


class SyncFigures(NamedTuple):
    """How far picture, inputs and session are apart; None: nobody says."""

    sync_video_gap_s: float | None
    """Between the time from VIDEO_START to VIDEO_END and the duration of the video, seconds."""

    sync_session_gap_s: float | None
    """Between the duration of the session and that of the video, seconds."""

    sync_inputs_gap_s: float | None
    """Between the time from the first to the last event and the duration of the video, seconds."""


class SyncLimits(NamedTuple):
    """What is too far."""

    sync_gap_s_over: float = 2.0
    """Seconds; recorders start and stop picture and inputs within a second of each other."""


class SyncVerdict(NamedTuple):
    """Whether they are too far apart."""

    is_inputs_out_of_sync: bool | None
    """None: nobody says when the video began and ended."""


def measure(record: Record) -> SyncFigures:
    """Compare what inputs and session say with what the frames say."""
    video_s, inputs = duration_s_of(record), inputs_of(record)
    if video_s is None:
        return SyncFigures(None, None, None)
    marked_s = None
    if inputs and inputs.video_start_s is not None and inputs.video_end_s is not None:
        marked_s = inputs.video_end_s - inputs.video_start_s
    return SyncFigures(
        _gap_s(marked_s, video_s),
        _gap_s(session_in(record).length_s, video_s),
        _gap_s(inputs.duration_s if inputs else None, video_s),
    )


def judge(figures: SyncFigures, limits: SyncLimits) -> SyncVerdict:
    """By the marks of the video; where there are none, by everything else that is said."""
    marked, *others = figures
    told = [gap for gap in ([marked] if marked is not None else others) if gap is not None]
    return SyncVerdict(max(told) > limits.sync_gap_s_over if told else None)


def _gap_s(told_s: float | None, video_s: float) -> float | None:
    return None if told_s is None else abs(told_s - video_s)


#: The check.
SYNC: Final = Check(
    name="sync",
    version="1",
    measure=measure,
    figures=SyncFigures,
    limits=SyncLimits(),
    judge=judge,
    verdicts=SyncVerdict,
    marks={
        "sync_video_gap_s": ("sync_gap_s_over",),
        "sync_session_gap_s": ("sync_gap_s_over",),
        "sync_inputs_gap_s": ("sync_gap_s_over",),
    },
    about="Inputs and picture do not last equally long.",
)
