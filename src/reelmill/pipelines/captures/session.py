"""What a recorder says of a session, in one form for all three generations of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reelmill.media.geometry import Size


class Generation(StrEnum):
    """Which recorder wrote a `metadata.json`."""

    RUST = "rust"
    """Embedded recorder: keys in snake case, times as seconds since 1970."""

    PYTHON = "python"
    """Second recorder: keys in kebab case, times as `YYYYMMDD_HHMMSS`, with a duration."""

    FIRST = "first"
    """First recorder: as the second, without a duration, hardware or statistics."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """One recorded session."""

    generation: Generation
    """Who wrote it."""

    session_id: str
    """UUID; empty where nothing is said."""

    hardware_id: str | None = None
    """Fingerprint of the machine."""

    game_exe: str | None = None
    """Name of the program that was recorded: `Game-Win64-Shipping.exe`. Rust alone says it."""

    window_name: str | None = None
    """Title of the recorded window."""

    game_resolution: Size | None = None
    """Size of the recorded window, in pixels."""

    recorder_version: str | None = None
    """Of the control program."""

    recorder: str | None = None
    """Which recorder made the picture: embedded or OBS."""

    start_s: float | None = None
    """When it began, seconds since 1970; the two Python recorders name no zone: taken as UTC."""

    end_s: float | None = None
    """When it ended, as `start_s`."""

    duration_s: float | None = None
    """Seconds on a clock that nobody sets, so not `end_s - start_s`."""

    average_fps: float | None = None
    """Frames a second, as the recorder counted them."""

    input_stats: Mapping[str, float] = field(default_factory=dict)
    """The recorder's own figures of keyboard, mouse and gamepad, by their names."""

    raw: Mapping[str, Any]
    """The document as it was."""

    @property
    def length_s(self) -> float | None:
        """Seconds that it took, by the best that is said."""
        if self.duration_s is not None:
            return self.duration_s
        if self.start_s is None or self.end_s is None:
            return None
        return self.end_s - self.start_s
