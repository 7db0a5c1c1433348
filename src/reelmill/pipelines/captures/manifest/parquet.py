"""Tables <-> Parquet files that are the same bytes for the same rows."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import structlog

from reelmill.errors import NotFound, Refused
from reelmill.foreground import write_whole
from reelmill.storage.objects import open_store
from reelmill.storage.store import MissingObject, Store
from reelmill.units import StoreKey

log = structlog.get_logger()

#: A table in memory, for rooms that only hand it on.
Table = pa.Table

#: Rows of a row group: the texts of so many records are some hundred megabytes at most.
GROUP_ROWS: Final = 10_000

#: Largest table that is read back, bytes.
MAX_TABLE_BYTES: Final = 4 * 1024**3


#: Columns by which rows lead to their records, and frames.
LINKS: Final = ("s3_key", "record_key", "content_hash", "error", "sampled_frame_count")


class NoManifest(NotFound):
    """There is no such manifest."""


class NotAManifest(Refused):
    """That file is not a Parquet table."""


class CannotPublish(Refused):
    """The manifest cannot be written there."""


def table_bytes(table: pa.Table, *, group_rows: int = GROUP_ROWS) -> bytes:
    """The file of a table.

    Args:
        table: The rows.
        group_rows: Rows that can be read without the others.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        row_group_size=group_rows,
        version="2.6",
        store_schema=True,
    )
    data: bytes = sink.getvalue().to_pybytes()
    return data


def read_table(store: Store, key: StoreKey) -> pa.Table | None:
    """The table of an object; None for one that is damaged, for it can be made again."""
    data = store.read(key, MAX_TABLE_BYTES)
    try:
        return _table_of(data)
    except (pa.ArrowInvalid, OSError) as error:
        log.warning("a damaged part is left out", key=key, error=str(error))
        return None


def _table_of(data: bytes) -> pa.Table:
    # `read_table` would load the room for datasets of many files: 0.3 s, measured.
    return pq.ParquetFile(pa.BufferReader(data)).read()


def publish(table: pa.Table, output: str) -> int:
    """Write a manifest whole or not at all, in place of what is there; says its size in bytes.

    Args:
        table: The manifest.
        output: A path, or the URL of an object: `s3://bucket/manifest.parquet`.

    Raises:
        CannotPublish: a store, and no object in it.
        CannotWriteThere: the disk does not take it.
    """
    data = table_bytes(table)
    if "://" in output:
        store, key = _object(output)
        store.put_bytes(key, data)
    else:
        write_whole(Path(output), data)
    return len(data)


def read_manifest(source: str) -> pa.Table:
    """A manifest from a path or the URL of an object.

    Raises:
        NoManifest: there is none.
        NotAManifest: it is no Parquet table.
    """
    try:
        return _table_of(_bytes_of(source))
    except (pa.ArrowInvalid, OSError) as error:
        raise NotAManifest(source=source, problem=str(error).splitlines()[0]) from error


def read_own_manifest(source: str) -> pa.Table:
    """A manifest that was made here, whose rows lead to their records.

    Raises:
        NoManifest: there is none.
        NotAManifest: it is none, or of another program.
    """
    table = read_manifest(source)
    absent = [name for name in LINKS if name not in table.column_names]
    if absent:
        raise NotAManifest(source=source, problem=f"it has no column {absent[0]!r}")
    return table


def edition_of(source: str) -> str:
    """Another text whenever the manifest is another; asks for little.

    Raises:
        NoManifest: there is none.
    """
    try:
        if "://" in source:
            store, key = _object(source)
            return store.stat(key).etag
        facts = Path(source).stat()
    except (OSError, MissingObject) as error:
        raise NoManifest(source=source, hint="`reelmill captures manifest` makes one.") from error
    return f"{facts.st_ino}-{facts.st_mtime_ns}-{facts.st_size}"


def _bytes_of(source: str) -> bytes:
    try:
        if "://" in source:
            store, key = _object(source)
            return store.read(key, MAX_TABLE_BYTES)
        return Path(source).read_bytes()
    except (FileNotFoundError, MissingObject) as error:
        raise NoManifest(source=source, hint="`reelmill captures manifest` makes one.") from error
    except OSError as error:
        raise NoManifest(source=source, problem=error.strerror) from error


def _object(url: str) -> tuple[Store, StoreKey]:
    root, _, name = url.rpartition("/")
    if not name or not urlsplit(url).path.strip("/"):
        raise CannotPublish(output=url, hint="Name an object: s3://bucket/manifest.parquet.")
    return open_store(root), StoreKey(name)
