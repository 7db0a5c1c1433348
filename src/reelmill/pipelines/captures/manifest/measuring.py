"""Objects of a store -> their heads and the figures that are missing, kept as two parts."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import pyarrow as pa
import structlog
from pydantic import ValidationError

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.menu import NobodyAnswers
from reelmill.pipelines.captures.keys import FAILURE
from reelmill.pipelines.captures.manifest.asked import BatchResult, BatchSpec, Item
from reelmill.pipelines.captures.manifest.columns import HEADS, figures_schema
from reelmill.pipelines.captures.manifest.faults import Fault, tried
from reelmill.pipelines.captures.manifest.kept import FIGURES_PART, HEADS_PART, write_part
from reelmill.pipelines.captures.pt.records import read_record
from reelmill.pipelines.captures.record import Record, content_hash
from reelmill.pipelines.captures.spec import Failure, NotARecord
from reelmill.storage.ranged import Ranged
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Largest file that tells why there is no record, bytes.
MAX_FAILURE_BYTES: Final = 1024 * 1024

log = structlog.get_logger()

#: Told how many of how many are done.
Tell = Callable[[int, int], None]


@dataclass(kw_only=True)
class Found:
    """What a batch found out so far."""

    heads: list[dict[str, Any]] = field(default_factory=list)
    """Rows as `columns.HEADS`."""

    figures: list[dict[str, Any]] = field(default_factory=list)
    """Rows as `columns.figures_schema`."""

    faulty: int = 0
    """Objects of which something could not be told."""

    read_bytes: int = 0
    """Bytes that were read from the store."""


def measure_batch(
    store: Store, spec: BatchSpec, checks: Sequence[Check], tell: Tell
) -> BatchResult:
    """Look into every object of a batch, and keep what was found.

    Whatever an object is, it ends as a row; only a store that does not answer ends the batch.

    Args:
        store: The store of the records.
        spec: The batch.
        checks: All checks that it may ask for.
        tell: Told after each object.

    Raises:
        Unavailable: the store does not answer.
    """
    found, by_id = Found(), {check.id: check for check in checks}
    for number, item in enumerate(spec.items):
        _look(store, item, [by_id[each] for each in item.checks if each in by_id], found)
        tell(number + 1, len(spec.items))
    used = [by_id[each] for each in by_id if any(each in row for row in found.figures)]
    # Figures first: a head without its figures would be looked for in vain, not the other way.
    rows = found.figures if used else []
    write_part(store, FIGURES_PART, spec.digest, _table(rows, figures_schema(used)))
    write_part(store, HEADS_PART, spec.digest, _table(found.heads, HEADS))
    return BatchResult(
        looked_into=len(spec.items), faulty=found.faulty, read_bytes=found.read_bytes
    )


def _table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.table(
        {
            name: pa.array([row.get(name) for row in rows], schema.field(name).type)
            for name in schema.names
        },
        schema=schema,
    )


def _look(store: Store, item: Item, checks: Sequence[Check], found: Found) -> None:
    head: dict[str, Any] = {"record_key": item.key, "etag": item.etag}
    looks = _failure if item.key.endswith(FAILURE) else _record
    told = tried(lambda: looks(store, item.key, checks, found))
    if isinstance(told, Fault):
        head |= {"error": told.error, "error_traceback": told.traceback}
        found.faulty += 1
    else:
        head |= told
    found.heads.append(head)


def _failure(
    store: Store, key: StoreKey, _checks: Sequence[Check], _found: Found
) -> dict[str, Any]:
    """The head of a capture that has no record."""
    try:
        failure = Failure.model_validate_json(store.read(key, MAX_FAILURE_BYTES))
    except ValidationError as error:
        raise NotARecord(problem="it does not tell why there is no record") from error
    return {"s3_key": failure.s3_key, "error": f"{failure.code}: {failure.message}"}


def _record(store: Store, key: StoreKey, checks: Sequence[Check], found: Found) -> dict[str, Any]:
    """The head of a record; figures of the checks are noted on the way."""
    with opened(store, key) as file:
        record = read_record(file)
        own_hash = hash_of(record)
        figures: dict[str, Any] = {"content_hash": own_hash}
        for check in checks:
            figures |= _figures(record, check)
        found.figures.append(figures)
        found.faulty += any(figures.get(f"{check.id}/error") for check in checks)
        found.read_bytes += file.read_bytes
    facts = record.facts
    return {
        "content_hash": own_hash,
        "s3_key": record.s3_key,
        "video_id": record.video_id,
        "video_metadata": as_text(record.video_metadata),
        "session_metadata": as_text(record.session_metadata),
        "extracted_at": facts.extracted_at if facts else None,
        "code_version": facts.code_version if facts else None,
    }


def _figures(record: Record, check: Check) -> dict[str, Any]:
    """One check of one record, as it is kept."""
    try:
        figures = tried(lambda: check.measure(record))
    except NobodyAnswers as error:
        # Nothing is kept, so that the next run asks again.
        log.warning("nobody answers", s3_key=record.s3_key, check=check.id, **error.facts)
        return {}
    if isinstance(figures, Fault):
        return {
            check.id: True,
            f"{check.id}/error": f"{check.name}: {figures.error}",
            f"{check.id}/traceback": figures.traceback,
        }
    named = zip(check.measured, figures, strict=True)
    return {check.id: True, **{f"{check.id}/{column.name}": value for column, value in named}}


class Opened:
    """An object that is read here and there, and how many bytes of it were.

    Args:
        file: Read from; not closed.
    """

    def __init__(self, file: Ranged | BinaryIO) -> None:
        self._file = file
        self._read_bytes = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go somewhere."""
        return self._file.seek(offset, whence)

    def read(self, size: int = -1, /) -> bytes:
        """Bytes from there on."""
        data = self._file.read(size)
        self._read_bytes += len(data)
        return data

    @property
    def read_bytes(self) -> int:
        """Bytes that came from the store."""
        return self._file.fetched_bytes if isinstance(self._file, Ranged) else self._read_bytes


@contextmanager
def opened(store: Store, key: StoreKey) -> Iterator[Opened]:
    """An object, of which no more is read than somebody asks for."""
    lies_at = store.local_path(key)
    if lies_at is not None:
        with lies_at.open("rb") as file:
            yield Opened(file)
    else:
        yield Opened(Ranged(store, store.stat(key)))


def hash_of(record: Record) -> str:
    """What a record holds, as one number: as the first stage noted it, else looked at here."""
    if record.facts is not None:
        return record.facts.content_hash
    told: dict[str, Any] = {}
    return content_hash(record.video_metadata, record.session_metadata, record.sampled_frames, told)


def as_text(document: Mapping[str, Any]) -> str:
    """A document as the manifest has it: the same for the same content."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
