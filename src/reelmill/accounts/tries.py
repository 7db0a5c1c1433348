"""Attempts to sign in -> whether another one may be made now. Keeps counts, asks no clock."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final, NamedTuple

#: How long a failure counts.
WINDOW: Final = timedelta(minutes=15)

#: Failures that are remembered apart; the oldest go first.
MOST_KEPT: Final = 10_000


class Limit(NamedTuple):
    """So many failures, counted by these parts of an attempt."""

    by: str
    most: int


#: One person who mistypes, one address that tries many names, many addresses that try one name.
LIMITS: Final = (Limit("name and address", 5), Limit("address", 30), Limit("name", 100))


class Tries:
    """Attempts to sign in to this process, by name and address. Threads may share it."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, ...], list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, address: str, now: datetime) -> int:
        """Count an attempt, unless it has to wait.

        It counts as a failure until `succeeded` is told otherwise, so that many at once are no
        way around the limit.

        Returns:
            Seconds until this name may be tried from this address again, 0 for now.
        """
        with self._lock:
            waits = [
                (recent[-limit.most] + WINDOW - now).total_seconds()
                for limit in LIMITS
                if len(recent := self._recent(_group(limit, name, address), now)) >= limit.most
            ]
            if not waits:
                self._count(name, address, now)
        return max((int(wait) + 1 for wait in waits), default=0)

    def succeeded(self, name: str, address: str, began: datetime) -> None:
        """Who got in has not failed, and starts anew."""
        with self._lock:
            for limit in LIMITS:
                moments = self._failures.get(_group(limit, name, address), [])
                if began in moments:
                    moments.remove(began)
            self._failures.pop(_group(LIMITS[0], name, address), None)

    def _count(self, name: str, address: str, now: datetime) -> None:
        for limit in LIMITS:
            group = _group(limit, name, address)
            self._failures[group] = [*self._recent(group, now), now][-limit.most :]
            self._failures.move_to_end(group)
        while len(self._failures) > MOST_KEPT:
            self._failures.popitem(last=False)

    def _recent(self, group: tuple[str, ...], now: datetime) -> list[datetime]:
        return [moment for moment in self._failures.get(group, ()) if moment > now - WINDOW]


def _group(limit: Limit, name: str, address: str) -> tuple[str, ...]:
    """What a limit counts under.

    >>> _group(LIMITS[1], "ann", "10.0.0.1")
    ('address', '10.0.0.1')
    """
    parts = {"name and address": (name, address), "address": (address,), "name": (name,)}
    return (limit.by, *parts[limit.by])
