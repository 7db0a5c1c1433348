"""A record of a capture <-> a `.pt` file that others take for their ExtractedData."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from math import isfinite
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from reelmill.pipelines.captures.pt.machine import Machine
from reelmill.pipelines.captures.pt.names import Array
from reelmill.pipelines.captures.pt.pickled import Bytes, pickled
from reelmill.pipelines.captures.pt.tensors import Tensor, array
from reelmill.pipelines.captures.pt.zips import Archive, Seekable, zipped
from reelmill.pipelines.captures.record import CaptureFacts, Record
from reelmill.pipelines.captures.spec import NotARecord, RecordTooLarge

#: What the file says of itself. Source: the documented pipeline's `pt_utils`.
VERSION: Final = "1.0"
DATA_TYPE: Final = "ExtractedData"

#: Key of what others do not know, and leave alone.
OURS: Final = "_reelmill"

#: Largest program of a file, bytes: arrays of numpy lie in it.
MAX_PROGRAM_BYTES: Final = 512 * 1024**2

#: Levels and values of a metadata document.
MAX_DEPTH: Final = 40
MAX_VALUES: Final = 1_000_000

#: Axes of a series of frames, and the length of its second: red, green, blue.
FRAME_AXES, CHANNELS = 4, 3


def record_bytes(record: Record) -> bytes:
    """The file of a record; the same record gives the same bytes."""
    frames = {name: np.ascontiguousarray(one) for name, one in record.sampled_frames.items()}
    document = {
        "s3_key": record.s3_key,
        "video_id": record.video_id,
        "video_metadata": record.video_metadata,
        "session_metadata": record.session_metadata,
        "sampled_frames": {
            name: Bytes(str(number), one.shape) for number, (name, one) in enumerate(frames.items())
        },
        "_serialization_version": VERSION,
        "_data_type": DATA_TYPE,
    }
    if record.facts is not None:
        document[OURS] = {"facts": record.facts.model_dump(mode="json")}
    return zipped(_entries(pickled(document), frames), "archive")


def read_record(file: Seekable | bytes) -> Record:
    """The record of a file, ours or one that torch saved. Runs nothing that the file asks for.

    Args:
        file: Read again whenever frames are asked for, so it stays open as long as the record.

    Returns:
        Its frames are read when they are asked for, one series at a time.

    Raises:
        NotARecord: it is no such file, or a damaged one.
        UnsafeRecord: it asks for more than data.
        RecordTooLarge: it is larger than a record may be.
    """
    archive = Archive(BytesIO(file) if isinstance(file, bytes) else file)
    if "byteorder" in archive.entries and archive.read("byteorder", 16).strip() != b"little":
        raise NotARecord(problem="numbers of another machine")
    found = Machine(archive.read("data.pkl", MAX_PROGRAM_BYTES)).run()
    if not isinstance(found, dict) or found.get("_data_type") != DATA_TYPE:
        said = found.get("_data_type") if isinstance(found, dict) else None
        raise NotARecord(data_type=said if isinstance(said, str) else None, wanted=DATA_TYPE)
    return Record(
        s3_key=_text(found, "s3_key"),
        video_id=_text(found, "video_id"),
        video_metadata=_document(found, "video_metadata"),
        session_metadata=_document(found, "session_metadata"),
        sampled_frames=_Frames(archive, _series(found)),
        facts=_facts(found.get(OURS)),
    )


def _entries(
    program: bytes, frames: Mapping[str, NDArray[np.uint8]]
) -> Iterator[tuple[str, bytes | memoryview]]:
    """In the order of torch, which reads them by name."""
    yield "data.pkl", program
    yield ".format_version", b"1"
    yield ".storage_alignment", b"64"
    yield "byteorder", b"little"
    for number, one in enumerate(frames.values()):
        yield f"data/{number}", one.reshape(-1).data
    yield "version", b"3\n"


class _Frames(Mapping[str, NDArray[np.uint8]]):
    """Series of frames, each read when it is asked for, and kept."""

    def __init__(self, archive: Archive, series: Mapping[str, Tensor | Array]) -> None:
        self._archive = archive
        self._series = series
        self._read: dict[str, NDArray[np.uint8]] = {}

    def __getitem__(self, name: str) -> NDArray[np.uint8]:
        if name not in self._read:
            self._read[name] = self._frames(self._series[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)

    def _frames(self, found: Tensor | Array) -> NDArray[np.uint8]:
        if isinstance(found, Array):
            return _checked(found.value)
        size_bytes = found.storage.numbers * np.dtype(found.storage.dtype).itemsize
        return _checked(array(found, self._archive.read(found.storage.entry, size_bytes)))


def _checked(frames: "np.ndarray[Any, Any]") -> NDArray[np.uint8]:
    # `np.array([])` stands for none, and is of float64.
    if not frames.size:
        return np.zeros(0, np.uint8)
    if frames.dtype != np.uint8 or frames.ndim != FRAME_AXES or frames.shape[1] != CHANNELS:
        raise NotARecord(problem=f"frames of {frames.dtype} and shape {frames.shape}")
    return frames


def _series(found: dict[Any, Any]) -> dict[str, Tensor | Array]:
    series = found.get("sampled_frames")
    if not isinstance(series, dict):
        raise NotARecord(problem="no sampled_frames")
    for name, one in series.items():
        if not isinstance(name, str) or not isinstance(one, Tensor | Array):
            raise NotARecord(problem="sampled_frames that are none")
    return series


def _text(found: dict[Any, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not _is_sound(value):
        raise NotARecord(problem=f"no {name}")
    return value


def _is_sound(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _document(found: dict[Any, Any], name: str) -> dict[str, Any]:
    value = _Plain().value(found.get(name), 0)
    if not isinstance(value, dict):
        raise NotARecord(problem=f"no {name}")
    return value


class _Plain:
    """Values of a pickle -> values of JSON, which a pickle may hide in cycles and repetitions."""

    def __init__(self) -> None:
        self._values = 0

    def value(self, value: Any, depth: int) -> Any:
        self._values += 1
        if depth > MAX_DEPTH or self._values > MAX_VALUES:
            raise RecordTooLarge(problem="endless metadata")
        match value:
            case None | bool() | int() | str():
                return value
            case float():
                return value if isfinite(value) else None
            case list() | tuple() if not isinstance(value, Tensor):
                return [self.value(one, depth + 1) for one in value]
            case dict():
                return {str(name): self.value(one, depth + 1) for name, one in value.items()}
        raise NotARecord(problem="metadata that is none")


def _facts(ours: Any) -> CaptureFacts | None:
    if ours is None:
        return None
    try:
        return CaptureFacts.model_validate(_Plain().value(ours, 0)["facts"])
    except (ValidationError, KeyError, TypeError) as error:
        raise NotARecord(problem="facts that are none") from error
