"""Figures and heads that are kept in the store, in parts; any part may be lost and made again.

Every batch writes parts of its own, named by what it was asked, so that nothing is ever changed in
place: a batch that is done twice writes the same bytes, and a killed one leaves whole parts.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.manifest.columns import HEADS, figure_fields
from reelmill.pipelines.captures.manifest.parquet import read_table, table_bytes
from reelmill.storage.store import MissingObject, Store
from reelmill.units import StoreKey

#: Where parts lie in the store of the records.
ROOT: Final = "_checks"

#: Kinds of parts.
HEADS_PART, FIGURES_PART = "heads", "figures"

#: Parts from which on they are put together.
MANY_PARTS: Final = 2

#: Times that a listing is read anew because somebody else put parts together meanwhile.
LOOKS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Kept:
    """All that is known of the records of a store."""

    heads: pa.Table
    """As `columns.HEADS`; several of one object when it was replaced."""

    figures: tuple[pa.Table, ...]
    """Part by part: `content_hash`, and columns of whatever checks it holds."""

    parts: tuple[StoreKey, ...]
    """Where all of it lies."""

    @cached_property
    def _identities(self) -> pa.Array:
        return identities(self.heads["record_key"], self.heads["etag"])

    def heads_of(self, record_keys: pa.Array, etags: pa.Array) -> pa.Table:
        """What is known of objects, in their order; rows of nulls where nothing is."""
        places = pc.index_in(identities(record_keys, etags), value_set=self._identities)
        return self.heads.take(places)

    def figures_of(self, check: Check, content_hashes: pa.Array) -> pa.Table:
        """Figures of a check, in the order of the hashes; rows of nulls where there are none."""
        fields = figure_fields(check)
        found = [self._found(part, fields) for part in self.figures]
        schema = pa.schema([pa.field("content_hash", pa.string()), *fields])
        whole = pa.concat_tables(
            [schema.empty_table(), *(part for part in found if part is not None)]
        )
        places = pc.index_in(content_hashes, value_set=_one(whole["content_hash"]))
        return whole.drop_columns("content_hash").take(places)

    def knows(self, check: Check, content_hashes: pa.Array) -> pa.Array:
        """Whether there are figures of a check, for each of the hashes."""
        fields = figure_fields(check)
        found = [
            part["content_hash"]
            for part in (self._found(one, fields) for one in self.figures)
            if part is not None
        ]
        known = pa.chunked_array(
            [chunk for column in found for chunk in column.chunks], pa.string()
        )
        return pc.is_in(content_hashes, value_set=_one(known))

    @staticmethod
    def _found(part: pa.Table, fields: Sequence[pa.Field]) -> pa.Table | None:
        present = fields[0].name
        if any(field.name not in part.column_names for field in fields):
            return None
        chosen = part.select(["content_hash", *(field.name for field in fields)])
        rows = chosen.filter(pc.field(present))
        return rows.cast(pa.schema([pa.field("content_hash", pa.string()), *fields]))


def identities(record_keys: pa.Array, etags: pa.Array) -> pa.Array:
    """One text for each object as it is now: another when its content is another."""
    return _one(pc.binary_join_element_wise(_one(record_keys), _one(etags), "\n"))


def load(store: Store) -> Kept:
    """Read all parts."""
    for _ in range(LOOKS - 1):
        try:
            return _load(store)
        except MissingObject:
            continue
    return _load(store)


def _load(store: Store) -> Kept:
    parts = tuple(sorted(stat.key for stat in store.list(ROOT)))
    heads = [read_table(store, key) for key in parts if _kind(key) == HEADS_PART]
    figures = [read_table(store, key) for key in parts if _kind(key) == FIGURES_PART]
    sound = [table.select(HEADS.names).cast(HEADS) for table in heads if table is not None]
    return Kept(
        heads=pa.concat_tables([HEADS.empty_table(), *sound]).combine_chunks(),
        figures=tuple(table for table in figures if table is not None),
        parts=parts,
    )


def _kind(key: StoreKey) -> str:
    return key.removeprefix(f"{ROOT}/").partition("/")[0]


def write_part(store: Store, kind: str, name: str, table: pa.Table) -> StoreKey | None:
    """Keep a table as a part of its own; None when it is empty."""
    if not table.num_rows:
        return None
    key = StoreKey(f"{ROOT}/{kind}/{name}.parquet")
    store.put_bytes(key, table_bytes(table))
    return key


def put_together(store: Store, kept: Kept, gone: pa.Array) -> None:
    """Make one part of each kind of many, without what is known of objects that are gone.

    Others may do the same at the same time, for nothing is removed that is not in the new part.

    Args:
        store: Where the parts lie.
        kept: What was read from them.
        gone: Identities of objects that are not as they were.
    """
    if len(kept.parts) <= MANY_PARTS:
        return
    heads = _without(kept.heads, gone)
    figures = _merged(kept.figures, _one(heads["content_hash"]))
    new = {
        _write_named(store, kind, table)
        for kind, table in ((HEADS_PART, heads), (FIGURES_PART, figures))
    }
    for key in kept.parts:
        if key not in new:
            store.delete(key)


def _write_named(store: Store, kind: str, table: pa.Table) -> StoreKey | None:
    digest = hashlib.sha256(table_bytes(table)).hexdigest()[:32]
    return write_part(store, kind, f"all-{digest}", table)


def _without(heads: pa.Table, gone: pa.Array) -> pa.Table:
    own = identities(heads["record_key"], heads["etag"])
    stays = pc.invert(pc.is_in(own, value_set=gone))
    first = pc.equal(pc.index_in(own, value_set=own), pa.array(range(len(own)), pa.int32()))
    return heads.filter(pc.and_(stays, first)).sort_by([("record_key", "ascending")])


def _merged(parts: Iterable[pa.Table], wanted: pa.Array) -> pa.Table:
    """One row for each content, with the columns of all parts."""
    hashes = pc.sort_indices(wanted)
    own = pc.unique(wanted.take(hashes).drop_null())
    columns: dict[str, pa.ChunkedArray] = {"content_hash": pa.chunked_array([own])}
    some = list(parts)
    for check_id in sorted(
        {name for part in some for name in part.column_names if "/" not in name}
    ):
        if check_id != "content_hash":
            columns |= _columns_of(check_id, some, own)
    return pa.table(columns)


def _columns_of(
    check_id: str, parts: Sequence[pa.Table], own: pa.Array
) -> dict[str, pa.ChunkedArray]:
    """The columns of one check, in the order of the hashes."""
    holding = [part for part in parts if check_id in part.column_names]
    names = [
        name
        for name in holding[0].column_names
        if name == check_id or name.startswith(f"{check_id}/")
    ]
    rows = [
        part.select(["content_hash", *names]).filter(pc.field(check_id))
        for part in holding
        if set(names) <= set(part.column_names)
    ]
    whole = pa.concat_tables(rows)
    places = pc.index_in(own, value_set=_one(whole["content_hash"]))
    aligned = whole.take(places)
    return {name: aligned[name] for name in names}


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
