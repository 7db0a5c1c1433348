"""Sizes of captures -> an inventory, a summary, how many lie in which range. Pure."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from reelmill.errors import Refused
from reelmill.storage.store import Stat

#: Bytes of what is called a megabyte here, as in the limit of 1 GiB.
MB: Final = 1024**2

#: Upper ends of the buckets of a summary, in MB; the last has none. Source: the documented tools.
BUCKETS_MB: Final = (10.0, 100.0)

#: Percentiles of a summary. Source: as `BUCKETS_MB`.
PERCENTILES: Final = (50, 75, 90, 95)


class BadSizes(Refused):
    """That is no range of sizes."""


class Summary(BaseModel):
    """What sizes there are; MB are 2^20 bytes."""

    model_config = ConfigDict(frozen=True)

    count: int
    """All captures."""

    zero: int
    """Those without a byte."""

    total_mb: float
    """All of them together."""

    mean_mb: float | None
    """None: there are none, as in what follows."""

    min_mb: float | None
    """The smallest."""

    max_mb: float | None
    """The largest."""

    percentiles_mb: dict[str, float]
    """`p50`, `p75`, `p90`, `p95`; between two captures in proportion."""

    buckets: dict[str, int]
    """How many have no byte, up to 10 MB, up to 100 MB, more."""


class Range(NamedTuple):
    """From one size to another, both included."""

    low_mb: float
    """MB, 0 or more."""

    high_mb: float
    """MB; infinite for no limit."""

    def __str__(self) -> str:
        """As people write it."""
        high = "" if math.isinf(self.high_mb) else f"{self.high_mb:g}"
        return f"{self.low_mb:g},{high} MB"


def inventory(stats: Iterable[Stat]) -> str:
    """One row a capture, as CSV."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("key", "size_bytes", "size_mb", "modified"))
    for stat in stats:
        moment = stat.modified.isoformat(timespec="seconds")
        rows.writerow((stat.key, stat.size_bytes, f"{stat.size_bytes / MB:.3f}", moment))
    return text.getvalue()


def summary(sizes_bytes: Sequence[int]) -> Summary:
    """Sum up.

    >>> summary([0, 5 * MB, 20 * MB, 300 * MB]).buckets
    {'0': 1, '(0,10] MB': 1, '(10,100] MB': 1, '>100 MB': 1}
    """
    sizes_mb = np.asarray(sizes_bytes, np.float64) / MB
    some = bool(sizes_mb.size)
    return Summary(
        count=len(sizes_bytes),
        zero=int((sizes_mb == 0).sum()),
        total_mb=float(sizes_mb.sum()),
        mean_mb=float(sizes_mb.mean()) if some else None,
        min_mb=float(sizes_mb.min()) if some else None,
        max_mb=float(sizes_mb.max()) if some else None,
        percentiles_mb={
            f"p{one}": float(np.percentile(sizes_mb, one)) for one in PERCENTILES if some
        },
        buckets=_buckets(sizes_mb.tolist()),
    )


def _buckets(sizes_mb: Sequence[float]) -> dict[str, int]:
    small, large = BUCKETS_MB
    return {
        "0": sum(size == 0 for size in sizes_mb),
        f"(0,{small:g}] MB": sum(0 < size <= small for size in sizes_mb),
        f"({small:g},{large:g}] MB": sum(small < size <= large for size in sizes_mb),
        f">{large:g} MB": sum(size > large for size in sizes_mb),
    }


def range_of(text: str) -> Range:
    """What somebody typed: `min,max` in MB; nothing behind the comma is no limit.

    >>> range_of("10,100"), range_of("100,")
    (Range(low_mb=10.0, high_mb=100.0), Range(low_mb=100.0, high_mb=inf))

    Raises:
        BadSizes: it is none.
    """
    low, comma, high = text.partition(",")
    try:
        found = Range(float(low or 0), float(high or math.inf))
    except ValueError:
        found = Range(math.nan, math.nan)
    if not comma or not 0 <= found.low_mb <= found.high_mb:
        raise BadSizes(given=text[:40], hint="Give MIN,MAX in MB, as in 10,100.")
    return found


def within(stats: Iterable[Stat], wanted: Range) -> list[Stat]:
    """Captures of such a size, the smallest first."""
    found = (stat for stat in stats if wanted.low_mb <= stat.size_bytes / MB <= wanted.high_mb)
    return sorted(found, key=lambda stat: (stat.size_bytes, stat.key))
