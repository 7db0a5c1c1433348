"""What stage one keeps of a capture, and stage two judges. Pure.

A `Record` is what others call ExtractedData, with what only the first stage can see beside it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

#: Seconds between two frames of a series, by the name of the series. Source: ExtractedData.
STRIDES: Final = {"stride-3_chw": 3, "stride-30_chw": 30, "stride-60_chw": 60}

#: No frame at all, `(0,)` uint8, as records of short videos have it.
NO_FRAMES: Final[NDArray[np.uint8]] = np.zeros(0, np.uint8)


class InputsSummary(BaseModel):
    """What an `inputs.csv` holds; figures are of the window from first START to first END.

    Without a START the window begins with the first event, without an END it ends with the last.
    Thresholds for them: the recorder's `src/validation`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    rows: int = Field(ge=0)
    """Rows below the header, blank ones left out."""

    corrupt_rows: int = Field(ge=0)
    """Rows of which nothing can be made; not among `events`."""

    integer_timestamps: int = Field(default=0, ge=0)
    """Rows whose time has no fraction, as recordings before 2025-08-28 have them by mistake."""

    epoch: bool = True
    """Whether times are seconds since 1970; False: of a process's own clock."""

    start_s: float | None = None
    """Time of the first START, else of the first event; None when there is no event."""

    end_s: float | None = None
    """Time of the first END, else of the last event."""

    video_start_s: float | None = None
    """Time of the first VIDEO_START."""

    video_end_s: float | None = None
    """Time of the last VIDEO_END."""

    events: dict[str, int] = Field(default_factory=dict)
    """Events of the whole file by type: `MOUSE_MOVE`; `UNKNOWN` for types that nobody knows."""

    wasd_apm: float = 0.0
    """Presses of W, A, S and D a minute."""

    apm: float = 0.0
    """Keyboard events a minute, presses and releases."""

    unique_keys: int = 0
    """Different keys that were pressed."""

    key_diversity: float = 0.0
    """Entropy of the pressed keys over the most that so many keys can have, 0 to 1."""

    mouse_mean: float = 0.0
    """Mean over frames of 1/60 s with movement: mean movement, the larger of both axes."""

    mouse_max: float = 0.0
    """The largest of the same: what the recorder's rule looks at."""

    gamepad_events: int = 0
    """Events of buttons, triggers and axes."""

    gamepad_button_apm: float = 0.0
    """Presses of gamepad buttons a minute."""

    gamepad_unique_buttons: int = 0
    """Different gamepad buttons that were pressed."""

    gamepad_button_diversity: float = 0.0
    """As `key_diversity`."""

    gamepad_axis_activity: float = 0.0
    """Mean distance of axes from their centre, over axis events."""

    gamepad_axis_movement: float = 0.0
    """Mean change of an axis from one event of it to the next."""

    gamepad_max_axis: float = 0.0
    """Largest distance of an axis from its centre; at most 1 on a sound gamepad."""

    @property
    def duration_s(self) -> float | None:
        """Seconds from start to end."""
        if self.start_s is None or self.end_s is None:
            return None
        return self.end_s - self.start_s

    @property
    def minutes(self) -> float:
        """Minutes from start to end, 0 or more."""
        return max(0.0, self.duration_s or 0.0) / 60


class CaptureFacts(BaseModel):
    """What the first stage alone can see, for checks that need no frames."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    content_hash: str
    """Of everything that checks may look at, hex: equal hash, equal results."""

    extracted_at: datetime
    """When the record was made, with a zone; no part of the hash."""

    code_version: str
    """Version of the program that made it."""

    size_bytes: int = Field(ge=0)
    """Of the video, as it lies in the TAR."""

    duration_s_from_header: float | None
    """Seconds, as the container says; None where it says nothing."""

    duration_s_from_frames: float | None
    """Seconds from the start of the first frame to the end of the last."""

    fps_from_frames: float | None
    """Frames by `duration_s_from_frames`."""

    width_px: int = Field(ge=0)
    """Width of the video as it is shown."""

    height_px: int = Field(ge=0)
    """Height of the video as it is shown."""

    inputs: InputsSummary | None = None
    """What `inputs.csv` holds; None: the capture has none."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One capture: what its documents say, and some frames of it."""

    s3_key: str
    """Key of the TAR; `<key>/<base>` for one group of a bundle."""

    video_id: str
    """Stem of the video's name: `recording`, or a date. Not unique."""

    video_metadata: Mapping[str, Any]
    """`streams` and `format`, as ffprobe writes them."""

    session_metadata: Mapping[str, Any]
    """`metadata.json` as it was; empty when the capture has none."""

    sampled_frames: Mapping[str, NDArray[np.uint8]]
    """By series, see `STRIDES`: `(n, 3, height, width)` uint8 RGB, or `(0,)` where there is none.

    The frame of index `i` is the one at `(i + 1) * stride` seconds.
    """

    facts: CaptureFacts | None = None
    """None in files that were written by others."""

    def frames(self, series: str) -> NDArray[np.uint8]:
        """Frames of a series, `(n, 3, height, width)` uint8 RGB, n = 0 where there is none."""
        found = self.sampled_frames.get(series, NO_FRAMES)
        return found if found.size else np.zeros((0, 3, 0, 0), np.uint8)


def content_hash(
    video_metadata: Mapping[str, Any],
    session_metadata: Mapping[str, Any],
    sampled_frames: Mapping[str, NDArray[np.uint8]],
    told: Mapping[str, Any],
) -> str:
    """What a record holds, as one number; also for records that came without facts.

    Args:
        video_metadata: As in the record.
        session_metadata: As in the record.
        sampled_frames: As in the record.
        told: Everything else that checks may look at; values that JSON can hold.

    Returns:
        SHA-256, hex.
    """
    whole = hashlib.sha256()
    for document in (video_metadata, session_metadata, told):
        whole.update(json.dumps(document, sort_keys=True, default=str).encode())
        whole.update(b"\0")
    for series in sorted(sampled_frames):
        frames = sampled_frames[series]
        whole.update(f"{series}{frames.shape}{frames.dtype}\0".encode())
        whole.update(np.ascontiguousarray(frames).data)
    return whole.hexdigest()
