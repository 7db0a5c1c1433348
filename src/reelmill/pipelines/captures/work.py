"""One TAR -> its records in the target, or why there are none. Called by the workflow's steps."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import structlog

from reelmill.errors import Canceled, ReelmillError, Unavailable
from reelmill.pipelines.captures.extract.looking import LOOK_S, Contents, look
from reelmill.pipelines.captures.extract.making import MAKE_S, Task, make
from reelmill.pipelines.captures.keys import failure_key, record_key, s3_key
from reelmill.pipelines.captures.reading.contents import Group
from reelmill.pipelines.captures.spec import CaptureResult, CaptureSpec, Failure, RecordMade
from reelmill.services import Services
from reelmill.storage.objects import open_source, open_store
from reelmill.storage.store import Stat, Store

#: Stores that are kept open; a batch has one source and one target.
KEPT_STORES = 8

#: What the store is told of a record.
RECORD_TYPE = "application/octet-stream"

log = structlog.get_logger()


@lru_cache(KEPT_STORES)
def source_at(url: str) -> Store:
    """A store to read from, opened once."""
    return open_source(url)


@lru_cache(KEPT_STORES)
def target_at(url: str) -> Store:
    """A store to write to, opened once."""
    return open_store(url)


@dataclass(frozen=True, kw_only=True)
class Work:
    """One TAR and everything that it takes to see to it."""

    here: Services
    """What a step may reach."""

    spec: CaptureSpec
    """What is asked."""

    folder: Path
    """Scratch."""

    def done(self) -> CaptureResult:
        """Have every record of the TAR in the target.

        Raises:
            ReelmillError: the only capture of the TAR comes to nothing, or all of it does.
        """
        known = source_at(self.spec.source).stat(self.spec.key)
        if why := skipped(known, self.spec.max_bytes):
            log.warning("tar skipped", key=self.spec.key, reason=why)
            return CaptureResult(skipped=why)
        contents = self.here.in_child(look, LOOK_S, self.spec.source, known)
        read_bytes = contents.read_bytes
        records, failures = [], []
        for group in contents.groups:
            try:
                record, part_bytes = self._group(contents, group)
            except ReelmillError as error:
                failures.append(self._failed(contents, group, error))
                continue
            records.append(record)
            read_bytes += part_bytes
        return CaptureResult(
            records=tuple(records), failures=tuple(failures), read_bytes=read_bytes
        )

    def _group(self, contents: Contents, group: Group) -> tuple[RecordMade, int]:
        """The record of one capture, and how many bytes were read for it."""
        told = s3_key(self.spec.key, group.base)
        target, key = target_at(self.spec.target), record_key(told)
        if self.spec.skip_existing and target.exists(key):
            return RecordMade(s3_key=told, record_key=key, existing=True), 0
        file = self.folder / "record.pt"
        task = Task(
            source=self.spec.source,
            known=contents.known,
            group=group,
            s3_key=told,
            key_frames=self.spec.key_frames,
            now=self.here.clock(),
            file=file,
        )
        made = self.here.in_child(make, MAKE_S, task)
        target.take(key, file, content_type=RECORD_TYPE)
        target.delete(failure_key(told))
        log.info("record made", s3_key=told, size_bytes=made.size_bytes, read_bytes=made.read_bytes)
        record = RecordMade(
            s3_key=told, record_key=key, frames=made.frames, size_bytes=made.size_bytes
        )
        return record, made.read_bytes

    def _failed(self, contents: Contents, group: Group, error: ReelmillError) -> Failure:
        """Why one group of a bundle has no record; the others go on."""
        if not contents.is_bundle or isinstance(error, Canceled | Unavailable):
            raise error
        failure = failure_of(s3_key(self.spec.key, group.base), error)
        tell(self.spec.target, failure)
        return failure


def skipped(known: Stat, max_bytes: int) -> str:
    """Why a TAR is not looked into; empty when it is."""
    if not known.size_bytes:
        return "it has no bytes"
    if known.size_bytes > max_bytes:
        return f"it has {known.size_bytes} bytes, more than {max_bytes}"
    return ""


def failure_of(told: str, error: ReelmillError) -> Failure:
    """An error, as it is kept."""
    return Failure(s3_key=told, code=error.code, message=error.message, hint=error.hint)


def tell(target: str, failure: Failure) -> None:
    """Keep beside the records why there is none, for the second stage."""
    data = failure.model_dump_json(indent=2).encode() + b"\n"
    target_at(target).put_bytes(failure_key(failure.s3_key), data)
    log.warning("no record", s3_key=failure.s3_key, code=failure.code, message=failure.message)
