"""A store of records -> its manifest, with as little work as has to be done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.manifest.asked import BATCH, BatchSpec
from reelmill.pipelines.captures.manifest.choosing import LETTERING
from reelmill.pipelines.captures.manifest.kept import load, put_together
from reelmill.pipelines.captures.manifest.planning import batches, gone, listing, missing, unseen
from reelmill.pipelines.captures.manifest.rows import manifest_of
from reelmill.storage.store import Store

#: Has batches done, and says why some objects could not be looked into, by key.
Work = Callable[[Sequence[BatchSpec]], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Order:
    """Which manifest is wanted."""

    checks: tuple[Check, ...]
    """Checks, with the thresholds that hold."""

    menu_by: str = LETTERING
    """Who tells menus from gameplay."""

    prefix: str = ""
    """What the keys of the records begin with."""

    batch: int = BATCH
    """Records of a batch."""


@dataclass(frozen=True, kw_only=True)
class Built:
    """A manifest, and what it took."""

    table: pa.Table
    """The manifest."""

    looked_into: int
    """Objects that had to be looked into."""

    batches: int
    """Batches that were done."""

    problems: Mapping[str, str] = field(default_factory=dict)
    """Why some objects could not be looked into, by key."""


def build(store: Store, order: Order, work: Work) -> Built:
    """The manifest of a store; what is known already is not looked into again.

    Args:
        store: The store of the records.
        order: What is wanted.
        work: Not called when everything is known.
    """
    kept, there = load(store), listing(store, order.prefix)
    looked_into: set[str] = set()
    problems: dict[str, str] = {}
    done = 0
    # What is new may hold what is known: that shows before any frame is read.
    for wants in (unseen, partial(missing, checks=order.checks)):
        items = list(wants(kept, there))
        wanted = batches(items, store.url, order.menu_by, order.batch)
        if wanted:
            problems |= work(wanted)
            kept = load(store)
        looked_into |= {item.key for item in items}
        done += len(wanted)
    table = manifest_of(kept, there.keys, there.etags, order.checks, problems)
    put_together(store, kept, gone(kept, there, order.prefix))
    return Built(table=table, looked_into=len(looked_into), batches=done, problems=problems)
