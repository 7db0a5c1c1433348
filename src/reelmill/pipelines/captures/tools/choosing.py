"""Objects of a store -> those of some days, and one node's share of them. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple, TypeVar

from reelmill.errors import Refused
from reelmill.storage.store import Stat

T = TypeVar("T")

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadMoment(Refused):
    """That is no date."""


class BadShare(Refused):
    """There is no node of that rank."""


class Days(NamedTuple):
    """From when to when, both included; None is open."""

    start: datetime | None = None
    """With a zone."""

    end: datetime | None = None
    """With a zone."""

    def __contains__(self, moment: object) -> bool:
        """Whether something that happened then is meant."""
        assert isinstance(moment, datetime)
        begun = self.start is None or moment >= self.start
        return begun and (self.end is None or moment <= self.end)


def days(start: str | None, end: str | None) -> Days:
    """What somebody typed: dates, or moments as ISO 8601 has them; UTC unless they say otherwise.

    >>> str(days(None, "2025-09-17").end)
    '2025-09-17 23:59:59.999999+00:00'

    Raises:
        BadMoment: one of them is none, or the end lies before the start.
    """
    between = Days(
        _moment(start, time.min) if start else None, _moment(end, time.max) if end else None
    )
    if between.start and between.end and between.end < between.start:
        raise BadMoment(start=start, end=end, hint="The end lies before the start.")
    return between


def _moment(text: str, if_date_only: time) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadMoment(given=text[:40], hint="Give 2025-09-17 or 2025-09-17T14:59:42.") from error
    if _DATE.fullmatch(text.strip()):
        moment = datetime.combine(moment, if_date_only)
    elif re.search(r":\d\d:\d\d$", text.strip()) and if_date_only is time.max:
        # A second is meant to its end: stores keep fractions, people do not type them.
        moment += timedelta(microseconds=999_999)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def captures(stats: Iterable[Stat], between: Days = Days()) -> list[Stat]:  # noqa: B008 - frozen
    """The TARs among them that were written then, by key."""
    found = (stat for stat in stats if stat.key.endswith(".tar") and stat.modified in between)
    return sorted(found, key=lambda stat: stat.key)


def share_of(items: Sequence[T], nodes: int, rank: int) -> Sequence[T]:
    """What one of several nodes does: every item belongs to exactly one.

    >>> share_of("abcdefg", 3, 1)
    'be'

    Args:
        items: In the same order on all nodes.
        nodes: How many share the work.
        rank: Which one this is, from 0.

    Raises:
        BadShare: there is no such node.
    """
    if not 0 <= rank < nodes:
        raise BadShare(nodes=nodes, rank=rank, hint="Ranks count from 0.")
    return items[rank::nodes]
