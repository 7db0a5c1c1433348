"""A store in memory: what every other store does, without a disk or a network."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from reelmill.storage.store import (
    READ_MAX_BYTES,
    REPLACED,
    MissingObject,
    Stat,
    Stored,
    StoreUnavailable,
    TooLarge,
    checked,
    checked_prefix,
    clipped,
)
from reelmill.storage.transfer import PART_BYTES, Passed, write_file
from reelmill.units import StoreKey


class _Object(NamedTuple):
    data: bytes
    modified: datetime


class MemoryStore:
    """Objects that are gone with the process.

    Args:
        clock: The time, with a zone.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._objects: dict[StoreKey, _Object] = {}
        self._lock = threading.Lock()
        self._clock = clock
        self.down = False
        """Set to see what an outage does."""

    @property
    def url(self) -> str:
        """Where this is, for people."""
        return "memory:"

    def put(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        """Write a file under a key, in place of what is there."""
        return self.put_bytes(key, source.read_bytes(), content_type=content_type)

    def take(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        """As `put`: a file cannot become an object here."""
        return self.put(key, source, content_type=content_type)

    def put_bytes(self, key: StoreKey, data: bytes, *, content_type: str = "") -> Stored:  # noqa: ARG002 - the ending tells it
        """Write bytes under a key, in place of what is there."""
        with self._answering():
            self._objects[checked(key)] = _Object(data, self._clock())
        passed = _passed(data)
        return Stored(key=key, size_bytes=passed.size_bytes, sha256=passed.sha256)

    def read(self, key: StoreKey, max_bytes: int = READ_MAX_BYTES) -> bytes:
        """All of a small object."""
        data = self._object(key).data
        if len(data) > max_bytes:
            raise TooLarge(key=key, max_bytes=max_bytes)
        return data

    def read_range(self, key: StoreKey, start: int, length: int) -> bytes:
        """Some bytes of an object; fewer when it ends before."""
        data = self._object(key).data
        return data[slice(*clipped(key, len(data), start, length))]

    def read_part(self, known: Stat, start: int, length: int) -> bytes:
        """Some bytes of an object as it was when it was described."""
        if self._object(known.key).modified != known.modified:
            raise StoreUnavailable(key=known.key, problem=REPLACED)
        return self.read_range(known.key, start, length)

    def stream(self, key: StoreKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """An object, or a range of it, in parts that fit in memory."""
        data = self._object(key).data
        first, end = clipped(key, len(data), start, length)
        return (data[at : min(at + PART_BYTES, end)] for at in range(first, end, PART_BYTES))

    def fetch(self, key: StoreKey, to: Path) -> Stored:
        """Write an object to a local file."""
        passed = write_file(self.stream(key), to)
        return Stored(key=key, size_bytes=passed.size_bytes, sha256=passed.sha256)

    def stat(self, key: StoreKey) -> Stat:
        """What is known of an object."""
        found = self._object(key)
        return Stat(
            key=key,
            size_bytes=len(found.data),
            etag=_passed(found.data).sha256,
            modified=found.modified,
        )

    def exists(self, key: StoreKey) -> bool:
        """Whether there is such an object."""
        with self._answering():
            return checked(key) in self._objects

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """All objects under a prefix of whole parts."""
        inside = checked_prefix(prefix)
        with self._answering():
            keys = [key for key in self._objects if not inside or key.startswith(f"{inside}/")]
        return (self.stat(key) for key in keys)

    def move(self, source: StoreKey, to: StoreKey) -> None:
        """Publish: give an object its final key, in place of what is there."""
        found = self._object(source)
        final = checked(to)
        with self._answering():
            self._objects.pop(source, None)
            self._objects[final] = found

    def link(self, key: StoreKey, target: StoreKey) -> bool:
        """False: an object cannot stand for another here."""
        checked(key)
        self._object(target)
        return False

    def delete(self, key: StoreKey) -> None:
        """Remove an object; that there is none is as good."""
        with self._answering():
            self._objects.pop(checked(key), None)

    def presign(self, key: StoreKey, seconds: int, filename: str = "") -> str | None:  # noqa: ARG002
        """None: nobody else can reach this memory."""
        checked(key)
        return None

    def local_path(self, key: StoreKey) -> Path | None:
        """None: there are no files."""
        checked(key)
        return None

    def sweep(self) -> int:
        """0: a write is one act."""
        return 0

    def check(self) -> None:
        """See that the store answers."""
        with self._answering():
            return

    def _object(self, key: StoreKey) -> _Object:
        with self._answering():
            found = self._objects.get(checked(key))
        if found is None:
            raise MissingObject(key=key)
        return found

    def _answering(self) -> threading.Lock:
        if self.down:
            raise StoreUnavailable(store=self.url)
        return self._lock


def _passed(data: bytes) -> Passed:
    return Passed(len(data), hashlib.sha256(data).hexdigest())
