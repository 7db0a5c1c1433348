"""Objects that are there, and what is known of them -> what is to be looked into."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.keys import FAILURE, RECORD
from reelmill.pipelines.captures.manifest.asked import BATCH, BatchSpec, Item
from reelmill.pipelines.captures.manifest.kept import ROOT, Kept, identities
from reelmill.storage.store import Store
from reelmill.units import StoreKey


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The objects that a manifest is of, by their keys."""

    keys: tuple[StoreKey, ...]
    """Records, and reasons why there is none."""

    etags: tuple[str, ...]
    """Their contents, in the same order."""


def listing(store: Store, prefix: str = "") -> Listing:
    """Records of a store, and reasons why there is none.

    Args:
        store: The store of the records.
        prefix: What their keys begin with: `2024/01/`, or `2024/0` for nine months.
    """
    folder = prefix.rpartition("/")[0]
    found = sorted(
        (stat.key, stat.etag)
        for stat in store.list(folder)
        if stat.key.startswith(prefix)
        and stat.key.endswith((RECORD, FAILURE))
        and not stat.key.startswith(f"{ROOT}/")
    )
    return Listing(keys=tuple(key for key, _ in found), etags=tuple(etag for _, etag in found))


def unseen(kept: Kept, there: Listing) -> list[Item]:
    """Objects that were never looked into, without any check: what they hold may be known.

    None where no figures are known at all, for then nothing can be saved by a first look.
    """
    if not any(part.num_rows for part in kept.figures):
        return []
    keys, etags = pa.array(there.keys, pa.string()), pa.array(there.etags, pa.string())
    seen = pc.is_valid(kept.heads_of(keys, etags)["record_key"]).to_pylist()
    objects = zip(there.keys, there.etags, seen, strict=True)
    return [Item(key=key, etag=etag) for key, etag, was_seen in objects if not was_seen]


def missing(kept: Kept, there: Listing, checks: Sequence[Check]) -> Iterator[Item]:
    """Objects of which something is not known, each with the checks that are to be done.

    Of an object that was never looked into nothing is known, so all of them are.
    """
    keys, etags = pa.array(there.keys, pa.string()), pa.array(there.etags, pa.string())
    heads = kept.heads_of(keys, etags)
    hashes = heads["content_hash"].combine_chunks()
    seen = pc.is_valid(heads["record_key"]).to_pylist()
    has_content = pc.is_valid(hashes).to_pylist()
    known = {check.id: kept.knows(check, hashes).to_pylist() for check in checks}
    all_checks = tuple(known)
    for number, key in enumerate(there.keys):
        wanted = all_checks
        if seen[number]:
            wanted = tuple(each for each in known if not known[each][number])
            if not wanted or not has_content[number]:
                continue
        yield Item(key=key, etag=there.etags[number], checks=wanted)


def batches(items: Sequence[Item], target: str, menu_by: str, size: int = BATCH) -> list[BatchSpec]:
    """The same items in the same batches."""
    return [
        BatchSpec(target=target, menu_by=menu_by, items=tuple(items[at : at + size]))
        for at in range(0, len(items), size)
    ]


def gone(kept: Kept, there: Listing, prefix: str) -> pa.Array:
    """What is known of objects that are not there any more, or not as they were."""
    own = identities(kept.heads["record_key"], kept.heads["etag"])
    now = identities(pa.array(there.keys, pa.string()), pa.array(there.etags, pa.string()))
    concerned = pc.starts_with(kept.heads["record_key"].combine_chunks(), prefix)
    return own.filter(pc.and_(concerned, pc.invert(pc.is_in(own, value_set=now))))
