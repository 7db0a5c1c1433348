"""Times and states -> the words that people read on the pages of the shorts. Pure."""

from datetime import datetime
from typing import Final

from reelmill.catalog.job import JobState

#: What the state of an export is called. Source: shorts export, UI.
EXPORT_STATES: Final = {
    JobState.PENDING: "Queued",
    JobState.IN_PROGRESS: "Processing...",
    JobState.COMPLETED: "Ready",
    JobState.FAILED: "Failed",
    JobState.CANCELED: "Canceled",
}

#: What the state of a video is called.
VIDEO_STATES: Final = {
    JobState.PENDING: "Waiting",
    JobState.IN_PROGRESS: "Looking into it",
    JobState.COMPLETED: "Ready",
    JobState.FAILED: "Failed",
    JobState.CANCELED: "Canceled",
}

#: How each strategy is called on its card.
STRATEGIES: Final = {
    "center_crop": "Center Crop",
    "letterbox": "Letterbox",
    "blur_fill": "Blur Fill",
    "smart_crop": "Smart Crop",
}

#: How each quality is called for short.
QUALITIES: Final = {"high": "High", "medium": "Medium"}


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


def left(expires_at: datetime, now: datetime) -> str:
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
        return "Expired"
    if seconds >= 3600:  # noqa: PLR2004 - seconds of an hour
        return f"Expires in {int(seconds // 3600)}h"
    return f"Expires in {-int(-seconds // 60)} min"
