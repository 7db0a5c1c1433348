"""What a child makes videos with: ffmpeg, who looks on, and what was run so far."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reelmill.children import report
from reelmill.media.ffmpeg import Ffmpeg, Reached, Watch

#: Told stage, done, total and a line for people.
Tell = Callable[[str, int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the work is done with, and who looks on."""

    ffmpeg: Ffmpeg
    """Runs ffmpeg."""

    canceled: threading.Event | None = None
    """Ends the work when set; in a child of its own it is killed instead."""

    tell: Tell = report
    """Told how far the work is."""

    ran: list[tuple[tuple[str, ...], float]] = field(default_factory=list)
    """Commands and their seconds, as they end."""

    def note(self, argv: Sequence[str], took_s: float) -> None:
        """Keep a command that has ended."""
        self.ran.append((tuple(argv), took_s))

    def watch(self, stage: str, frames: int, message: str) -> Watch:
        """Look on at one run of ffmpeg that makes that many frames."""

        def reached(at: Reached) -> None:
            self.tell(stage, min(at.frames, frames), frames, message)

        return Watch(
            canceled=self.canceled,
            on_progress=reached,
            ran=self.note,
        )
