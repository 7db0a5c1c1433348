"""What the documents of a record say, the best source of each first. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from math import isfinite
from typing import Any, Final

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.reading.metadata import session_of
from reelmill.pipelines.captures.record import InputsSummary, Record
from reelmill.pipelines.captures.session import Session

#: How OBS names a video: the moment at which it began, on a clock of no named zone.
OBS_NAME: Final = "%Y-%m-%d %H-%M-%S"


def session_in(record: Record) -> Session:
    """The session that it is of; what is not said is None."""
    return session_of(record.session_metadata)


def inputs_of(record: Record) -> InputsSummary | None:
    """What was done; None: there is no file of it, or nobody looked."""
    return record.facts.inputs if record.facts else None


def duration_s_of(record: Record) -> float | None:
    """Seconds of the video: by its frames, else by its header."""
    facts = record.facts
    if facts is not None and facts.duration_s_from_frames is not None:
        return facts.duration_s_from_frames
    if facts is not None and facts.duration_s_from_header is not None:
        return facts.duration_s_from_header
    return _number(_part(record, "format").get("duration"))


def fps_of(record: Record) -> float | None:
    """Frames a second: counted, else as the header says."""
    if record.facts is not None and record.facts.fps_from_frames is not None:
        return record.facts.fps_from_frames
    return _rate(_stream(record).get("avg_frame_rate"))


def size_of(record: Record) -> Size | None:
    """Width and height of the video, in pixels."""
    facts, stream = record.facts, _stream(record)
    sides = (
        (facts.width_px, facts.height_px) if facts else (stream.get("width"), stream.get("height"))
    )
    width, height = (_number(side) or 0.0 for side in sides)
    return Size(int(width), int(height)) if width > 0 and height > 0 else None


def size_bytes_of(record: Record) -> int | None:
    """Bytes of the video."""
    if record.facts is not None:
        return record.facts.size_bytes
    told = _number(_part(record, "format").get("size"))
    return None if told is None else int(told)


def began_s_of(record: Record) -> float | None:
    """When the recording began, seconds since 1970: by its session, else by the video's name."""
    began_s = session_in(record).start_s
    if began_s is not None:
        return began_s
    try:
        return datetime.strptime(record.video_id, OBS_NAME).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _stream(record: Record) -> Mapping[str, Any]:
    """The first video stream, as ffprobe writes it."""
    streams = record.video_metadata.get("streams")
    if not isinstance(streams, list):
        return {}
    some = [each for each in streams if isinstance(each, Mapping)]
    return next((each for each in some if each.get("codec_type") == "video"), {})


def _part(record: Record, name: str) -> Mapping[str, Any]:
    part = record.video_metadata.get(name)
    return part if isinstance(part, Mapping) else {}


def _number(told: Any) -> float | None:
    try:
        number = float(told)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) and number >= 0 else None


def _rate(told: Any) -> float | None:
    try:
        rate = Fraction(str(told))
    except (ValueError, ZeroDivisionError):
        return None
    return float(rate) if rate > 0 else None
