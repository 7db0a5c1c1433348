"""Objects as stores describe them."""

from datetime import UTC, datetime

from reelmill.storage.store import Stat
from reelmill.units import StoreKey


def stat(key: str, moment: str, size_bytes: int = 5) -> Stat:
    return Stat(
        key=StoreKey(key),
        size_bytes=size_bytes,
        etag="e",
        modified=datetime.fromisoformat(moment).replace(tzinfo=UTC),
    )
