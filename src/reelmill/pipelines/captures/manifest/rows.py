"""What is known of the records of a store, and thresholds -> the manifest."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reelmill.pipelines.captures.checks.check import Check, thresholds_of
from reelmill.pipelines.captures.keys import FAILURE, RECORD, TAR
from reelmill.pipelines.captures.manifest.columns import TYPES, manifest_schema
from reelmill.pipelines.captures.manifest.kept import Kept

#: What a row says when nobody could look into its record.
NOT_LOOKED_INTO: Final = "not_looked_into: The record could not be looked into."


def manifest_of(
    kept: Kept,
    record_keys: Sequence[str],
    etags: Sequence[str],
    checks: Sequence[Check],
    problems: Mapping[str, str] | None = None,
) -> pa.Table:
    """One row for each object, by the key of the TAR, the name of the video, and its own key.

    The table is a function of records, checks and thresholds alone: the time at which a row was
    made is that of the record, so that a manifest can be made again, equal to the byte.

    Args:
        kept: What is known.
        record_keys: Objects that are there: records, and reasons why there is none.
        etags: Their contents.
        checks: With the thresholds that hold.
        problems: Why some could not be looked into, by key.
    """
    keys = pa.array(record_keys, pa.string())
    heads = kept.heads_of(keys, pa.array(etags, pa.string())).combine_chunks()
    columns: dict[str, Any] = {name: heads[name] for name in heads.column_names}
    columns["record_key"] = keys
    columns["s3_key"] = pc.coalesce(
        heads["s3_key"], pa.array(map(_s3_key, record_keys), pa.string())
    )
    errors, traces = _not_looked_into(heads, record_keys, problems or {})
    for check in checks:
        figures = kept.figures_of(check, heads["content_hash"].combine_chunks())
        columns |= _checked(figures, check)
        errors = pc.coalesce(errors, figures[f"{check.id}/error"])
        traces = pc.coalesce(traces, figures[f"{check.id}/traceback"])
    columns |= {"error": errors, "error_traceback": traces, "processed_time": heads["extracted_at"]}
    return _sorted(_typed(columns, len(record_keys), checks))


def _not_looked_into(
    heads: pa.Table, record_keys: Sequence[str], problems: Mapping[str, str]
) -> tuple[Any, Any]:
    """Errors and tracebacks of the heads; what has no head at all says so."""
    why = [problems.get(key, NOT_LOOKED_INTO) for key in record_keys]
    unknown = pc.is_null(heads["record_key"])
    errors = pc.if_else(unknown, pa.array(why, pa.string()), heads["error"])
    return errors, heads["error_traceback"]


def _checked(figures: pa.Table, check: Check) -> dict[str, Any]:
    """Figures of a check, and its verdicts on them."""
    columns = {each.name: figures[f"{check.id}/{each.name}"] for each in check.measured}
    found = figures[check.id].to_pylist()
    faulty = figures[f"{check.id}/error"].to_pylist()
    values = zip(*(columns[each.name].to_pylist() for each in check.measured), strict=True)
    make: Callable[[Iterable[Any]], Any] = check.figures._make  # type: ignore[attr-defined]
    none = (None,) * len(check.judged)
    verdicts = [
        check.judge(make(row), check.limits) if there and not error else none
        for there, error, row in zip(found, faulty, values, strict=True)
    ]
    for number, column in enumerate(check.judged):
        own = [verdict[number] for verdict in verdicts]
        columns[column.name] = pa.array(own, TYPES[column.kind])
    return columns


def _typed(columns: dict[str, Any], rows: int, checks: Sequence[Check]) -> pa.Table:
    schema = manifest_schema(checks)
    versions = json.dumps({check.name: check.version for check in checks}, sort_keys=True)
    columns |= {
        "sampled_frames": pa.nulls(rows, pa.string()),
        "commit_hash": pa.array([f"reelmill-{version('reelmill')}"] * rows, pa.string()),
        "check_versions": pa.array([versions] * rows, pa.string()),
    }
    told = {
        "reelmill.checks": versions,
        "reelmill.thresholds": json.dumps(thresholds_of(checks), sort_keys=True),
    }
    table = pa.table({name: columns[name] for name in schema.names}, schema=schema)
    return table.replace_schema_metadata(told)


def _sorted(table: pa.Table) -> pa.Table:
    """In an order that depends on nothing else, without reasons of what has a record by now."""
    is_reason = pc.ends_with(table["record_key"], FAILURE)
    recorded = table.filter(pc.invert(is_reason))["s3_key"].combine_chunks()
    stale = pc.and_(is_reason, pc.is_in(table["s3_key"], value_set=recorded))
    order = [(name, "ascending") for name in ("s3_key", "video_id", "record_key")]
    return table.filter(pc.invert(stale)).sort_by(order).combine_chunks()


def _s3_key(record_key: str) -> str:
    """The TAR that a record is most probably of, when it does not say itself.

    >>> _s3_key("d/0a.pt"), _s3_key("d/0a.error.json")
    ('d/0a.tar', 'd/0a.tar')
    """
    ending = FAILURE if record_key.endswith(FAILURE) else RECORD
    return record_key.removesuffix(ending) + TAR
