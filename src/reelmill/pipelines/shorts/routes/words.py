"""Times and states -> the words that people read on the pages of the shorts. Pure."""

from datetime import datetime
from typing import Final

from reelmill.catalog.job import JobState
from reelmill.pipelines.shorts.records import Origin
from reelmill.web.languages import ENGLISH, Language, gettext_noop

#: What the state of an export is called. Source: shorts export, UI.
EXPORT_STATES: Final = {
    JobState.PENDING: gettext_noop("Queued"),
    JobState.IN_PROGRESS: gettext_noop("Processing..."),
    JobState.COMPLETED: gettext_noop("Ready"),
    JobState.FAILED: gettext_noop("Failed"),
    JobState.CANCELED: gettext_noop("Canceled"),
}

#: What the state of a video is called.
VIDEO_STATES: Final = {
    JobState.PENDING: gettext_noop("Waiting"),
    JobState.IN_PROGRESS: gettext_noop("Looking into it"),
    JobState.COMPLETED: gettext_noop("Ready"),
    JobState.FAILED: gettext_noop("Failed"),
    JobState.CANCELED: gettext_noop("Canceled"),
}

#: How each strategy is called on its card.
STRATEGIES: Final = {
    "center_crop": gettext_noop("Center Crop"),
    "letterbox": gettext_noop("Letterbox"),
    "blur_fill": gettext_noop("Blur Fill"),
    "smart_crop": gettext_noop("Smart Crop"),
}

#: How each quality is called for short.
QUALITIES: Final = {"high": gettext_noop("High"), "medium": gettext_noop("Medium")}

#: How a scene came about that was not found by itself.
ORIGINS: Final = {Origin.MANUAL: gettext_noop("by hand"), Origin.MERGED: gettext_noop("merged")}

#: What work on a video says that it does.
DOINGS: Final = (
    gettext_noop("fetching the video"),
    gettext_noop("looking into the video"),
    gettext_noop("finding scenes"),
    gettext_noop("taking pictures"),
    gettext_noop("following the subject"),
    gettext_noop("encoding video"),
    gettext_noop("cutting scenes"),
    gettext_noop("joining scenes"),
    gettext_noop("decoding the video"),
    gettext_noop("publishing"),
)
#: What each figure of exports is called.
FIGURES: Final = {
    "latency_seconds": gettext_noop("Until it was ready"),
    "wait_seconds": gettext_noop("Until a node began"),
    "real_time_factor": gettext_noop("Work for each second of video"),
    "stage_seconds": gettext_noop("Step"),
}

#: What each step of an export is called.
STEPS: Final = {
    "plan_crop": gettext_noop("follow the subject"),
    "encode": gettext_noop("encode and check"),
    "encode_reel": gettext_noop("cut, join and check"),
    "publish": gettext_noop("publish"),
}

#: How the API before this one begins to say why there is no export.
FAILURES: Final = (
    gettext_noop("Failed to access source video"),
    gettext_noop("Failed to save export"),
    gettext_noop("Video encoding failed"),
    gettext_noop("Export was canceled"),
)


def clock(seconds: float) -> str:
    """A moment of a video, to a tenth; the page's script keeps the same words.

    >>> clock(0), clock(65.25), clock(3725)
    ('0:00.0', '1:05.3', '1:02:05.0')
    """
    tenths = int(seconds * 10 + 0.5)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    start = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{start}:{rest // 10:02}.{rest % 10}"


def length(seconds: float, language: Language = ENGLISH) -> str:
    """How long a scene is, to a tenth; the page's script keeps the same words.

    >>> length(45.25)
    '45.2s'
    """
    return language.gettext("%(length)ss", length=language.number(seconds, 1))


def left(expires_at: datetime, now: datetime, language: Language = ENGLISH) -> str:
    """How long something is kept; the page's script keeps the same words.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> left(noon + timedelta(hours=23.9), noon), left(noon + timedelta(seconds=61), noon)
    ('Expires in 23h', 'Expires in 2 min')
    >>> left(noon, noon)
    'Expired'
    """
    seconds = (expires_at - now).total_seconds()
    if seconds <= 0:
        return language.gettext("Expired")
    if seconds >= 3600:  # noqa: PLR2004 - seconds of an hour
        return language.gettext("Expires in %(hours)sh", hours=int(seconds // 3600))
    return language.gettext("Expires in %(minutes)s min", minutes=-int(-seconds // 60))
