"""Sound records for tests, as we write them and as programs with numpy alone would."""

import pickle
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.captures.pt.pickled import pickled
from reelmill.pipelines.captures.pt.records import record_bytes
from reelmill.pipelines.captures.pt.zips import zipped
from reelmill.pipelines.captures.record import NO_FRAMES, CaptureFacts, InputsSummary, Record

VIDEO = {
    "streams": [{"index": 0, "codec_name": "h264", "width": 1280, "nb_frames": "5400"}],
    "format": {"duration": "90.000000", "bit_rate": None, "probe_score": 100},
}
SESSION = {
    "session_id": "3e5b6f0e-8d3c-4f7a-9d38-6a4d2f0b7b11",
    "duration": 90.25,
    "start_timestamp": 1758121182.5,
    "big": 2**62,
    "negative": -(2**40),
    "nested": {"list": [1, [True, None, "Ünïcode \U0001f3ae"]]},
}


def frames(n: int, height: int = 6, width: int = 9, seed: int = 1) -> NDArray[np.uint8]:
    chance = np.random.default_rng(seed)
    return chance.integers(0, 256, (n, 3, height, width), dtype=np.uint8)


def record(**changed: Any) -> Record:
    facts = CaptureFacts(
        content_hash="0a" * 32,
        extracted_at=datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC),
        code_version="0.1.0",
        size_bytes=123_456,
        duration_s_from_header=90.0,
        duration_s_from_frames=89.983,
        fps_from_frames=60.0,
        width_px=1280,
        height_px=720,
        inputs=InputsSummary(rows=3, corrupt_rows=1, events={"KEYBOARD": 2}),
    )
    values: dict[str, Any] = {
        "s3_key": "2025/09/0123456789abcdef.tar",
        "video_id": "2025-09-17 14-59-42",
        "video_metadata": VIDEO,
        "session_metadata": SESSION,
        "sampled_frames": {
            "stride-3_chw": frames(4),
            "stride-30_chw": frames(2, seed=2),
            "stride-60_chw": NO_FRAMES,
        },
        "facts": facts,
    }
    return Record(**values | changed)


def document(**changed: Any) -> dict[str, Any]:
    """What the documented pipeline gives to `torch.save`."""
    one = record()
    values: dict[str, Any] = {
        "s3_key": one.s3_key,
        "video_id": one.video_id,
        "video_metadata": dict(one.video_metadata),
        "session_metadata": dict(one.session_metadata),
        "sampled_frames": dict(one.sampled_frames) | {"stride-60_chw": np.array([])},
        "_serialization_version": "1.0",
        "_data_type": "ExtractedData",
    }
    return values | changed


def numpy_file(protocol: int = 2, **changed: Any) -> bytes:
    """As `torch.save` writes arrays of numpy: all of it is in the pickle."""
    return zipped([("data.pkl", pickle.dumps(document(**changed), protocol))], "archive")


@cache
def sound_files() -> tuple[bytes, ...]:
    return (record_bytes(record()), numpy_file(), record_bytes(record(facts=None)), numpy_file(4))


def program_of(value: bytes, tensor: bytes = b"N") -> bytes:
    """The pickle of a record with a program of one's own in its metadata, and as its frames."""
    marks = {"metadata": "one value", "frames": "another one"}
    told = document(
        video_metadata={"value": marks["metadata"]},
        session_metadata={},
        sampled_frames={"stride-3_chw": marks["frames"]},
    )
    whole = pickled(told)
    for mark, program in ((marks["metadata"], value), (marks["frames"], tensor)):
        data = mark.encode()
        whole = whole.replace(b"X" + len(data).to_bytes(4, "little") + data, program)
    return whole
