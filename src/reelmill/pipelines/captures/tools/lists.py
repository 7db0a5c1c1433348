"""A store of captures -> lists of them, what sizes they have, which of them are to go."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from reelmill.foreground import write_whole
from reelmill.pipelines.captures.manifest.parquet import read_manifest
from reelmill.pipelines.captures.plots import Mark, histogram
from reelmill.pipelines.captures.spec import MissingTaskList
from reelmill.pipelines.captures.tools import flags as flagging
from reelmill.pipelines.captures.tools.choosing import Days, captures, share_of
from reelmill.pipelines.captures.tools.places import beginning, source_at
from reelmill.pipelines.captures.tools.sizes import (
    MB,
    PERCENTILES,
    Range,
    Summary,
    inventory,
    summary,
    within,
)
from reelmill.storage.store import Stat


@dataclass(frozen=True, kw_only=True)
class Share:
    """Which part of the work is this node's."""

    nodes: int = 1
    """How many share it."""

    rank: int = 0
    """Which one this is, from 0."""


def write_tasks(
    source: str, output: Path, *, prefix: str, between: Days, share: Share
) -> list[str]:
    """Write the keys of captures to a task list, one a line.

    Raises:
        MissingFolder, BadStoreUrl: there is no such store.
        BadShare: there is no such node.
        CannotWriteThere: the disk does not take it.
    """
    keys = [stat.key for stat in captures(beginning(source_at(source), prefix), between)]
    return _written(keys, output, share)


def write_share(task_list: Path, output: Path, share: Share) -> list[str]:
    """Write one node's share of a task list to another one.

    Raises:
        MissingTaskList: there is none.
        BadShare: there is no such node.
        CannotWriteThere: the disk does not take it.
    """
    try:
        lines = task_list.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise MissingTaskList(path=str(task_list), problem=error.strerror) from error
    return _written([line.strip() for line in lines if line.strip()], output, share)


def _written(keys: Sequence[str], output: Path, share: Share) -> list[str]:
    own = list(share_of(keys, share.nodes, share.rank))
    write_whole(output, "".join(f"{key}\n" for key in own))
    return own


def write_sizes(source: str, folder: Path, *, prefix: str) -> Summary:
    """Write the inventory of a store: `sizes.csv`, `sizes.json` and two histograms.

    Raises:
        MissingFolder, BadStoreUrl: there is no such store.
        CannotWriteThere: the disk does not take it.
    """
    stats = captures(beginning(source_at(source), prefix))
    found = summary([stat.size_bytes for stat in stats])
    write_whole(folder / "sizes.csv", inventory(stats))
    write_whole(folder / "sizes.json", found.model_dump_json(indent=2) + "\n")
    sizes_mb = [stat.size_bytes / MB for stat in stats]
    marks = [Mark(found.percentiles_mb[f"p{one}"], f"p{one}") for one in PERCENTILES if stats]
    title = "Sizes of captures"
    write_whole(folder / "sizes.svg", histogram(sizes_mb, title, unit="MB", marks=marks))
    logarithmic = histogram(sizes_mb, title, unit="MB", log=True, marks=marks)
    write_whole(folder / "sizes-log.svg", logarithmic)
    return found


def in_ranges(
    source: str, ranges: Sequence[Range], *, prefix: str
) -> list[tuple[Range, list[Stat]]]:
    """Captures by their sizes.

    Raises:
        MissingFolder, BadStoreUrl: there is no such store.
    """
    stats = captures(beginning(source_at(source), prefix))
    return [(wanted, within(stats, wanted)) for wanted in ranges]


def write_doomed(manifest: str, output: Path, wanted: Sequence[str], root: str) -> list[str]:
    """Write what some flags condemn to a list, `dirpath,reason`; the reasons are returned.

    Raises:
        NoManifest, NotAManifest: there is none.
        UnknownFlag: it has no such flag.
        CannotWriteThere: the disk does not take it.
    """
    table = read_manifest(manifest)
    booleans = [field.name for field in table.schema if field.type == pa.bool_()]
    columns = flagging.columns_for(wanted, booleans)
    needed = ["s3_key", *dict.fromkeys(columns.values())]
    rows: list[dict[str, Any]] = table.select(needed).to_pylist()
    found = flagging.doomed(rows, columns, root)
    write_whole(output, flagging.as_csv(found))
    return [one.reason for one in found]
