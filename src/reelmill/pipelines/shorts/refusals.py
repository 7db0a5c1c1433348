"""What can be wrong with a request for videos, scenes and exports. Pure.

Old clients read the code in capitals, the message and the facts; the words of those that the
API before this one had are its words. Source: shorts export API, error responses.
"""

from reelmill.errors import Conflict, Gone, LimitReached, NotFound, Refused, Unavailable


class VideoNotFound(NotFound):
    """There is no such video."""


class SceneNotFound(NotFound):
    """There is no such scene."""


class ExportNotFound(NotFound):
    """There is no such export."""

    @property
    def message(self) -> str:
        """As old clients know it."""
        return "Export not found"


class ExportExpired(Gone):
    """The export has expired and its file is deleted."""

    @property
    def message(self) -> str:
        """As old clients know it."""
        return "Export has expired. Please create a new export."


class ExportLimitReached(LimitReached):
    """The daily limit of exports is reached.

    Args:
        current_count: Exports that count now.
        limit: Most of them in 24 hours.
        hours_until_reset: Whole hours, rounded up, until the next one may be made.
        retry_after_s: The same in seconds.
    """

    code = "export_limit_exceeded"

    @property
    def message(self) -> str:
        """As old clients know it."""
        limit, hours = self.facts.get("limit"), self.facts.get("hours_until_reset")
        return f"Daily export limit reached ({limit}/day). Try again in {hours} hours."


class VideoNotReady(Refused):
    """The video was not looked into yet, or could not be."""

    @property
    def message(self) -> str:
        """As old clients know it."""
        return "Video not ready for export"


class SceneNotOfVideo(Refused):
    """The scene does not belong to the video that was named with it."""


class BadTimes(Refused):
    """The end does not come after the start."""


class ScenesApart(Refused):
    """The scenes do not lie side by side in one video."""


class TooManyScenes(Refused):
    """The video has as many scenes as one may have."""


class SameExport(Conflict):
    """The same export is being made, or is fresh.

    Args:
        export_id: That export.
    """


class StillBeingMade(Conflict):
    """The export is being made; only one that failed or was canceled is tried again."""


class NothingToRetry(Conflict):
    """The export is made; only one that failed or was canceled is tried again."""


class PlannersBusy(Unavailable):
    """All that may look into videos at once are at it."""


class UploadersBusy(Unavailable):
    """As many uploads arrive here as may at once."""


class PosterNotReady(NotFound):
    """The video has no picture yet."""
