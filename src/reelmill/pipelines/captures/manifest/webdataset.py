"""Samples -> shards as WebDataset reads them: TARs in which a sample's files share a name."""

import json
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from reelmill.pipelines.captures.manifest.handing import Handed, Sample, Tell, plain, samples
from reelmill.pipelines.captures.manifest.parquet import Table
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Bytes from which on a shard is full, unless told. Source: WebDataset advises 256 MB to 1 GB.
SHARD_BYTES: Final = 256 * 1024**2


def write_shards(
    table: Table, records: Store, target: Store, tell: Tell, shard_bytes: int = SHARD_BYTES
) -> Handed:
    """Write `captures-000000.tar` and so on; the same samples give the same bytes.

    A sample is `<key>.json`, the row of the manifest, and `<key>.stride-3.003.jpg` and so on, with
    the second of each frame.

    Args:
        table: Rows of a manifest.
        records: The store of their records.
        target: Where the shards go.
        tell: Told how far it is.
        shard_bytes: When a shard is full.
    """
    handed = Handed()
    coming = samples(table, records, handed, tell)
    with TemporaryDirectory(prefix="reelmill-") as folder:
        draft = Path(folder) / "shard.tar"
        while (first := next(coming, None)) is not None:
            _fill(draft, first, coming, shard_bytes)
            key = StoreKey(f"captures-{len(handed.files):06d}.tar")
            target.take(key, draft, content_type="application/x-tar")
            draft.unlink(missing_ok=True)
            handed.files.append(key)
    return handed


def _fill(draft: Path, first: Sample, coming: Iterator[Sample], shard_bytes: int) -> None:
    """Write samples until the shard is full, or there are no more."""
    sample: Sample | None = first
    with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as shard:
        while sample is not None:
            for name, data in _files(sample):
                _add(shard, name, data)
            sample = next(coming, None) if shard.offset < shard_bytes else None


def _files(sample: Sample) -> Iterator[tuple[str, bytes]]:
    row = {name: plain(value) for name, value in sample.row.items()}
    yield f"{sample.key}.json", json.dumps(row, sort_keys=True, ensure_ascii=False).encode()
    for series, at_s, jpeg in sample.frames:
        yield f"{sample.key}.{series}.{at_s:03d}.jpg", jpeg


def _add(shard: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o644
    shard.addfile(member, BytesIO(data))
