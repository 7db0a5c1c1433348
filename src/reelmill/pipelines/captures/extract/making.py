"""One capture of a TAR -> its record, as a file. Runs in a child: a decoder is made to be fed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.children import report
from reelmill.media.described import described
from reelmill.media.geometry import Size
from reelmill.media.memory import capped_memory
from reelmill.media.moments import Footage, Timing, by_key_frames, exactly
from reelmill.media.probe import opened_stream
from reelmill.pipelines.captures.extract.lines import lines
from reelmill.pipelines.captures.plan import moments, sampled_size
from reelmill.pipelines.captures.pt.records import read_record, record_bytes
from reelmill.pipelines.captures.reading.contents import Group
from reelmill.pipelines.captures.reading.figures import summary
from reelmill.pipelines.captures.reading.headers import Member
from reelmill.pipelines.captures.reading.inputs import MAX_ROW_BYTES
from reelmill.pipelines.captures.reading.metadata import parsed
from reelmill.pipelines.captures.record import (
    NO_FRAMES,
    CaptureFacts,
    InputsSummary,
    Record,
    content_hash,
)
from reelmill.pipelines.captures.spec import NotARecord, NotASession, NoVideo
from reelmill.storage.objects import open_source
from reelmill.storage.ranged import Ranged
from reelmill.storage.store import Stat, Store

#: Seconds that a capture may take: four hours of one key frame take less on one core.
MAKE_S: Final = 3600.0

#: Memory that a decoder and its frames may take; a recording at 1080 lines takes a hundred million.
MEMORY_BYTES: Final = 850 * 1000**2

#: Largest `metadata.json`, bytes; those of recorders have some thousand.
MAX_METADATA_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a child is to do."""

    source: str
    """URL of the store of the TAR."""

    known: Stat
    """The TAR."""

    group: Group
    """The capture."""

    s3_key: str
    """What the record says that it is of."""

    key_frames: bool
    """Whether the nearest key frames are good enough."""

    now: datetime
    """When the record is made, with a zone."""

    file: Path
    """Where the record is written, in a scratch folder."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a child did."""

    frames: dict[str, int] = field(default_factory=dict)
    """Sampled frames by series."""

    size_bytes: int
    """Of the record."""

    read_bytes: int
    """Bytes of the TAR that were read."""


class _Seen(NamedTuple):
    """A video, as far as a record needs it."""

    metadata: dict[str, Any]
    shown: Size
    duration_s_from_header: float | None
    timing: Timing
    sampled: dict[str, NDArray[np.uint8]]


def make(task: Task) -> Made:
    """Read the capture, and write its record.

    Raises:
        NoVideo, NotASession, BadMedia: why there can be none.
        StoreUnavailable: the store does not answer.
    """
    if task.group.video is None:
        raise NoVideo(group=task.group.base)
    store = open_source(task.source)
    session = _session(store, task)
    inputs, inputs_bytes = _inputs(store, task)
    video = _opened(store, task.known, task.group.video)
    with capped_memory(MEMORY_BYTES):
        seen = _seen(video, exact=not task.key_frames)
    record = _record(task, seen, session, inputs, video.size_bytes)
    data = _proven(record)
    task.file.write_bytes(data)
    return Made(
        frames={name: len(frames) for name, frames in record.sampled_frames.items()},
        size_bytes=len(data),
        read_bytes=video.fetched_bytes + inputs_bytes,
    )


def _opened(store: Store, known: Stat, member: Member) -> Ranged:
    return Ranged(store, known, member.offset, member.size_bytes)


def _session(store: Store, task: Task) -> dict[str, Any]:
    member = task.group.metadata
    if member is None:
        return {}
    if member.size_bytes > MAX_METADATA_BYTES:
        raise NotASession(problem="too large", size_bytes=member.size_bytes)
    return parsed(_opened(store, task.known, member).read())


def _inputs(store: Store, task: Task) -> tuple[InputsSummary | None, int]:
    """What the player did, and how many bytes that took."""
    if task.group.inputs is None:
        return None, 0
    file = _opened(store, task.known, task.group.inputs)
    return summary(lines(file, MAX_ROW_BYTES)), file.fetched_bytes


def _seen(video: Ranged, *, exact: bool) -> _Seen:
    with opened_stream(video) as file:
        metadata = described(file, video.size_bytes)
        footage = Footage(file, exactly if exact else by_key_frames)
        timing = footage.indexed or footage.counted()
        sampled = _sampled(footage, timing.duration_s)
        return _Seen(metadata, footage.shown, footage.duration_s_from_header, timing, sampled)


def _sampled(footage: Footage, duration_s: float) -> dict[str, NDArray[np.uint8]]:
    """Frames by series; a moment that several series have is decoded once."""
    planned = moments(duration_s)
    wanted_s = sorted({at_s for series in planned.values() for at_s in series})
    found: dict[int, NDArray[np.uint8]] = {}
    for at_s, moment in zip(wanted_s, footage.at(wanted_s, sampled_size), strict=True):
        found[at_s] = np.moveaxis(moment.pixels, -1, 0)
        report("sample", len(found), len(wanted_s), f"frame at {at_s} s")
    return {name: _stacked(found, series) for name, series in planned.items()}


def _stacked(found: Mapping[int, NDArray[np.uint8]], series: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.stack([found[at_s] for at_s in series]) if series else NO_FRAMES


def _record(
    task: Task,
    seen: _Seen,
    session: Mapping[str, Any],
    inputs: InputsSummary | None,
    size_bytes: int,
) -> Record:
    frames, duration_s = seen.timing
    facts = CaptureFacts(
        content_hash="",
        extracted_at=task.now,
        code_version=version("reelmill"),
        size_bytes=size_bytes,
        duration_s_from_header=seen.duration_s_from_header,
        duration_s_from_frames=duration_s,
        fps_from_frames=frames / duration_s if duration_s else None,
        width_px=seen.shown.width,
        height_px=seen.shown.height,
        inputs=inputs,
    )
    record = Record(
        s3_key=task.s3_key,
        video_id=task.group.video_id,
        video_metadata=seen.metadata,
        session_metadata=session,
        sampled_frames=seen.sampled,
        facts=facts,
    )
    return _sealed(record, facts)


def _sealed(record: Record, facts: CaptureFacts) -> Record:
    """The record with the hash of what it holds."""
    sealed = facts.model_copy(update={"content_hash": _hash(record, facts)})
    return Record(**{**vars(record), "facts": sealed})


def _hash(record: Record, facts: CaptureFacts) -> str:
    # When and by whom it was made changes nothing of what it holds.
    told = facts.model_dump(mode="json", exclude={"content_hash", "extracted_at", "code_version"})
    return content_hash(record.video_metadata, record.session_metadata, record.sampled_frames, told)


def _proven(record: Record) -> bytes:
    """The file of a record, read again and found to hold the same."""
    data = record_bytes(record)
    again = read_record(data)
    if again.facts is None or _hash(again, again.facts) != again.facts.content_hash:
        raise NotARecord(problem="it does not read as it was written", s3_key=record.s3_key)
    return data
