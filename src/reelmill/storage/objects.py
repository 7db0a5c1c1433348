"""URL -> a store: a folder, or an object store through obstore. The only import of obstore."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import AzureStore, GCSStore, S3Store, from_url

from reelmill.errors import ReelmillError, Refused
from reelmill.storage.folder import FolderStore, SourceFolder
from reelmill.storage.memory import MemoryStore
from reelmill.storage.presigned import attachment, with_parameter
from reelmill.storage.store import (
    READ_MAX_BYTES,
    REPLACED,
    MissingObject,
    Stat,
    Store,
    Stored,
    StoreDenies,
    StoreUnavailable,
    TooLarge,
    checked,
    checked_prefix,
    clipped,
    type_of,
)
from reelmill.storage.transfer import Counted, parts_of, write_file
from reelmill.units import StoreKey

#: Bytes of one request: small enough for slow lines within `REQUEST_S`.
PART_BYTES = 8 * 1024 * 1024

#: Most parts of one upload. Source: S3, multipart limits (10,000), with room.
MAX_PARTS = 9_000

#: Largest object that the store copies by itself, bytes. Source: S3, CopyObject.
MAX_COPY_BYTES = 5 * 1024**3

#: Seconds to reach the store, for one request, and for all its repetitions.
CONNECT_S, REQUEST_S, RETRIES_S = 5, 120, 60

#: How often one request is repeated after an outage.
RETRIES = 4

#: Longest life of a presigned link, seconds. Source: S3, Signature Version 4.
MAX_PRESIGN_S = 7 * 24 * 3600

#: Letters of a foreign message that are passed on.
MAX_PROBLEM = 300

#: Answers that no repetition mends. Source: S3, error responses.
DENIALS = ("AccessDenied", "InvalidAccessKeyId", "NoSuchBucket", "SignatureDoesNotMatch")

DENIED_HINT = "Check the bucket, its policy and the credentials."

Remote = S3Store | GCSStore | AzureStore


class BadStoreUrl(Refused):
    """The store URL cannot be used."""


def open_store(url: str) -> Store:
    """Prepare a store; no network is used before the first call.

    Args:
        url: `file:///folder`, `s3://bucket/prefix` (endpoint and credentials from the usual
            `AWS_*` variables), `gs://`, `az://`, or `memory:`.

    Raises:
        BadStoreUrl: any other, or one that lacks something.
        StoreDenies: a folder that cannot be made.
    """
    parts = urlsplit(url)
    match parts.scheme:
        case "file":
            return FolderStore(Path(unquote(parts.path)))
        case "memory":
            return MemoryStore()
        case "s3" | "gs" | "az":
            return RemoteStore(url, _remote(url))
        case other:
            raise BadStoreUrl(scheme=other, hint="Use a path, file://, s3://, gs:// or az://.")


def open_source(url: str) -> Store:
    """As `open_store`, to read from: nothing is made in a folder, which may be read-only.

    Raises:
        BadStoreUrl: as `open_store`.
        MissingFolder: there is no such folder.
    """
    parts = urlsplit(url)
    return SourceFolder(Path(unquote(parts.path))) if parts.scheme == "file" else open_store(url)


def _remote(url: str) -> Remote:
    try:
        remote = from_url(
            url,
            # Harmless for https, and saves a setting for stores in one's own house.
            client_options={
                "allow_http": True,
                "connect_timeout": timedelta(seconds=CONNECT_S),
                "timeout": timedelta(seconds=REQUEST_S),
            },
            retry_config={
                "max_retries": RETRIES,
                "retry_timeout": timedelta(seconds=RETRIES_S),
                "backoff": {"max_backoff": timedelta(seconds=4)},
            },
        )
    except (BaseError, ValueError) as error:
        raise BadStoreUrl(url=url, problem=_line(error)) from error
    if not isinstance(remote, Remote):
        raise BadStoreUrl(url=url)
    return remote


class RemoteStore:
    """Objects in a bucket, under the prefix of the URL."""

    def __init__(self, url: str, remote: Remote) -> None:
        self._url = url
        self._remote = remote

    @property
    def url(self) -> str:
        """Where this is, for people; credentials are in variables, never here."""
        return self._url

    def put(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        """Write a file under a key, in place of what is there."""
        with source.open("rb") as file:
            size_bytes = source.stat().st_size
            if size_bytes <= PART_BYTES:
                return self.put_bytes(key, file.read(), content_type=content_type)
            return self._put_parts(
                key, parts_of(file, part_bytes=PART_BYTES), size_bytes, content_type
            )

    def take(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        """As `put`: a file cannot become an object here."""
        return self.put(key, source, content_type=content_type)

    def put_bytes(self, key: StoreKey, data: bytes, *, content_type: str = "") -> Stored:
        """Write bytes under a key, in place of what is there."""
        whole = Counted([data])
        with _translated(key):
            obstore.put(
                self._remote,
                checked(key),
                b"".join(whole),
                attributes={"Content-Type": content_type or type_of(key)},
                use_multipart=False,
            )
        return Stored(key=key, size_bytes=whole.passed.size_bytes, sha256=whole.passed.sha256)

    def read(self, key: StoreKey, max_bytes: int = READ_MAX_BYTES) -> bytes:
        """All of a small object."""
        with _translated(key):
            answer = obstore.get(self._remote, checked(key))
            if answer.meta["size"] > max_bytes:
                raise TooLarge(key=key, max_bytes=max_bytes)
            return answer.bytes().to_bytes()

    def read_range(self, key: StoreKey, start: int, length: int) -> bytes:
        """Some bytes of an object; fewer when it ends before."""
        return b"".join(self.stream(key, start, length))

    def read_part(self, known: Stat, start: int, length: int) -> bytes:
        """Some bytes of an object as it was when it was described; fewer when it ends before."""
        first, end = clipped(known.key, known.size_bytes, start, length)
        return b"".join(
            self._part(known, at, min(at + PART_BYTES, end)) for at in range(first, end, PART_BYTES)
        )

    def stream(self, key: StoreKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """An object, or a range of it, in parts that fit in memory.

        Each part is a request of its own, so that a slow taker runs into no time limit.
        """
        known = self.stat(key)
        first, end = clipped(key, known.size_bytes, start, length)
        return (
            self._part(known, at, min(at + PART_BYTES, end)) for at in range(first, end, PART_BYTES)
        )

    def fetch(self, key: StoreKey, to: Path) -> Stored:
        """Write an object to a local file; nothing is left of it when that fails."""
        passed = write_file(self.stream(key), to)
        return Stored(key=key, size_bytes=passed.size_bytes, sha256=passed.sha256)

    def stat(self, key: StoreKey) -> Stat:
        """What the store knows of an object."""
        with _translated(key):
            return _stat(obstore.head(self._remote, checked(key)))

    def exists(self, key: StoreKey) -> bool:
        """Whether there is such an object."""
        try:
            self.stat(key)
        except MissingObject:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """All objects under a prefix of whole parts."""
        inside = checked_prefix(prefix)
        with _translated(StoreKey(inside)):
            for page in obstore.list(self._remote, inside or None, chunk_size=1000):
                yield from map(_stat, page)

    def move(self, source: StoreKey, to: StoreKey) -> None:
        """Publish: give an object its final key, in place of what is there.

        The store copies by itself, in one act; a crash before the end leaves both, whole.
        """
        known = self.stat(source)
        if source == checked(to):
            return
        if known.size_bytes > MAX_COPY_BYTES:
            self._put_parts(to, self.stream(source), known.size_bytes, "")
        else:
            with _translated(source):
                obstore.copy(self._remote, source, checked(to))
        self.delete(source)

    def link(self, key: StoreKey, target: StoreKey) -> bool:
        """False: an object cannot stand for another here."""
        checked(key)
        self.stat(target)
        return False

    def delete(self, key: StoreKey) -> None:
        """Remove an object; that there is none is as good."""
        with _translated(key):
            try:
                obstore.delete(self._remote, checked(key))
            except FileNotFoundError:
                return

    def presign(self, key: StoreKey, seconds: int, filename: str = "") -> str | None:
        """A link to an object that works without us for a while.

        A name for the download takes the secret key from the usual variable; without one
        there, the link is not to be had.
        """
        with _translated(key):
            life = timedelta(seconds=min(seconds, MAX_PRESIGN_S))
            link = obstore.sign(self._remote, "GET", checked(key), life)
        if not filename:
            return link
        return with_parameter(
            link,
            os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
            name="response-content-disposition",
            value=attachment(filename),
        )

    def local_path(self, key: StoreKey) -> Path | None:
        """None: there are no files here."""
        checked(key)
        return None

    def sweep(self) -> int:
        """0: unfinished uploads are removed by a lifecycle rule of the bucket."""
        return 0

    def check(self) -> None:
        """See that the store answers: ask for one page of objects."""
        with _translated(StoreKey("")):
            next(iter(obstore.list(self._remote, chunk_size=1)), None)

    def _put_parts(
        self, key: StoreKey, parts: Iterator[bytes], size_bytes: int, content_type: str
    ) -> Stored:
        counted = Counted(parts)
        with _translated(key):
            obstore.put(
                self._remote,
                checked(key),
                iter(counted),
                attributes={"Content-Type": content_type or type_of(key)},
                chunk_size=max(PART_BYTES, size_bytes // MAX_PARTS),
                max_concurrency=4,
            )
        passed = counted.passed
        return Stored(key=key, size_bytes=passed.size_bytes, sha256=passed.sha256)

    def _part(self, known: Stat, start: int, end: int) -> bytes:
        with _translated(known.key):
            answer = obstore.get(self._remote, known.key, options={"range": (start, end)})
            if answer.meta["e_tag"] != f'"{known.etag}"':
                raise StoreUnavailable(key=known.key, problem=REPLACED)
            return answer.bytes().to_bytes()


def _stat(meta: "obstore.ObjectMeta") -> Stat:
    return Stat(
        key=StoreKey(meta["path"]),
        size_bytes=meta["size"],
        etag=(meta["e_tag"] or "").strip('"'),
        modified=meta["last_modified"],
    )


@contextmanager
def _translated(key: StoreKey) -> Iterator[None]:
    """What obstore says, in the store's words."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise _in_our_words(key, error) from error


def _in_our_words(key: StoreKey, error: Exception) -> ReelmillError:
    # A listing names the reason in its text alone.
    if denied := next((code for code in DENIALS if f"<Code>{code}<" in str(error)), ""):
        return StoreDenies(key=key, problem=denied, hint=DENIED_HINT)
    match error:
        case FileNotFoundError():
            return MissingObject(key=key)
        case PermissionDeniedError() | UnauthenticatedError():
            return StoreDenies(key=key, problem=_line(error), hint=DENIED_HINT)
        case _:
            return StoreUnavailable(key=key, problem=_line(error))


def _line(error: Exception) -> str:
    # obstore adds pages on how it came to this.
    return " ".join(str(error).partition("Debug source")[0].split())[:MAX_PROBLEM]
