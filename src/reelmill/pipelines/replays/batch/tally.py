"""What became of each file of a batch, counted and put into words. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum


class Ending(StrEnum):
    """What became of one file."""

    SUCCEEDED = "succeeded"
    """Its video was made now."""

    FAILED = "failed"
    """It has no video, and the reason is known."""

    SKIPPED = "skipped"
    """Its video was there and sound."""

    LEFT = "left"
    """It failed before and nobody asked for another attempt."""

    SAME = "same"
    """Another file of this batch has the same content."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """One file of the batch, when there is nothing more to do for it."""

    name: str
    """The file."""

    ending: Ending
    """What became of it."""

    game_id: str = ""
    """Names the video; empty when the file could not even be read."""

    took_s: float | None = None
    """Seconds from the start of the job to its end; None when nothing ran."""

    reason: str = ""
    """Why it failed, was left or is the same."""

    notes: tuple[str, ...] = ()
    """What else the reader should know: repairs, why it was done again."""

    video_key: str = ""
    """Where the video lies; empty when there is none."""


@dataclass(kw_only=True)
class Tally:
    """How far a batch is."""

    total: int
    """Files, as far as is known."""

    ended: dict[Ending, int] = field(default_factory=lambda: dict.fromkeys(Ending, 0))
    """Files by what became of them."""

    @property
    def processed(self) -> int:
        """Files for which nothing more is to be done."""
        return sum(self.ended.values())

    @property
    def line(self) -> str:
        """The progress for people.

        >>> Tally(total=600, ended={**dict.fromkeys(Ending, 0), Ending.FAILED: 5}).line
        'Processed 5 / 600 (5 failed, 0 succeeded)'
        """
        return f"Processed {self.processed} / {self.total} ({self.counts})"

    @property
    def counts(self) -> str:
        """What became of the files so far."""
        parts = [f"{self.ended[Ending.FAILED]} failed", f"{self.ended[Ending.SUCCEEDED]} succeeded"]
        rest = (Ending.SKIPPED, Ending.LEFT, Ending.SAME)
        parts += [f"{self.ended[each]} {each.value}" for each in rest if self.ended[each]]
        return ", ".join(parts)

    def count(self, ended: Ended) -> None:
        """One file more."""
        self.ended[ended.ending] += 1
