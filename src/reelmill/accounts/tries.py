"""Attempts to sign in -> whether another one may be made now, whichever process it comes to."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from reelmill.catalog import tries
from reelmill.catalog.database import Catalog
from reelmill.catalog.tries import kind_of

#: How long a failure counts.
WINDOW: Final = timedelta(minutes=15)


class Limit(NamedTuple):
    """So many failures, counted by these parts of an attempt."""

    by: str
    most: int


#: One person who mistypes, one address that tries many names, many addresses that try one name.
LIMITS: Final = (Limit("name and address", 5), Limit("address", 30), Limit("name", 100))


class Tries:
    """Attempts to sign in, by name and address. Threads and processes share them.

    Args:
        catalog: Where they are counted.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def begin(self, name: str, address: str, now: datetime) -> int:
        """Count an attempt, unless it has to wait.

        It counts as a failure until `succeeded` is told otherwise, so that many at once are no
        way around the limit.

        Returns:
            Seconds until this name may be tried from this address again, 0 for now.
        """
        kinds = _kinds(name, address)
        limits = [tries.Limit(kinds[limit.by], limit.most, WINDOW) for limit in LIMITS]
        with self._catalog.begin() as conn:
            wait_s = tries.begin(conn, limits, now)
        return int(wait_s) + 1 if wait_s else 0

    def succeeded(self, name: str, address: str, began: datetime) -> None:
        """Who got in has not failed, and starts anew."""
        kinds = _kinds(name, address)
        with self._catalog.begin() as conn:
            tries.take_back(conn, kinds.values(), began)
            tries.forget(conn, kinds["name and address"])


def _kinds(name: str, address: str) -> dict[str, str]:
    """What the attempt counts under, by limit."""
    return {
        "name and address": kind_of("sign-in", name, address),
        "address": kind_of("sign-in from", address),
        "name": kind_of("sign-in as", name),
    }
