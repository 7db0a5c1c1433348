"""Looks into a folder -> the files that nobody is writing any more. Decides; touches nothing.

A file is finished when it did not change for a while over two looks, or at once when its last
write is long past, as of one that was renamed into place. Who cannot believe the times of a file
system says of each file that it was written just now, and gets the first rule alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Mark(NamedTuple):
    """How a file looks from outside; another mark when anything was written."""

    etag: str
    """Another one when the content is another."""

    size_bytes: int
    """Its size."""

    written_s: float
    """When it was written last, in seconds of the one clock."""

    def is_like(self, other: "Mark") -> bool:
        """Whether nothing was written between two looks."""
        return (self.etag, self.size_bytes) == (other.etag, other.size_bytes)


class Sighting(NamedTuple):
    """A file that is not known to be finished."""

    mark: Mark
    """How it looked."""

    since_s: float
    """When it was first seen to look so, in seconds of the one clock."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a look came to."""

    settled: tuple[str, ...]
    """Paths of finished files, in order."""

    waiting: Mapping[str, Sighting]
    """All others, to be handed to the next look."""


def look(
    known: Mapping[str, Sighting], listing: Mapping[str, Mark], *, now_s: float, settle_s: float
) -> Looked:
    """Tell finished files from those that may still grow.

    Args:
        known: What the last look left waiting.
        listing: All files that are there now, by path, without those that somebody is known to
            be writing.
        now_s: Seconds of the one clock.
        settle_s: Seconds that a file must not change.

    >>> first = look({}, {"a": Mark("1", 5, 9.0)}, now_s=10, settle_s=5)
    >>> first.settled, look(first.waiting, {"a": Mark("1", 5, 9.0)}, now_s=15, settle_s=5).settled
    ((), ('a',))
    """
    seen = {path: _sighted(known.get(path), mark, now_s) for path, mark in listing.items()}
    settled = {path for path, one in seen.items() if _is_settled(one, now_s, settle_s)}
    return Looked(
        settled=tuple(sorted(settled)),
        waiting={path: one for path, one in seen.items() if path not in settled},
    )


def _sighted(before: Sighting | None, mark: Mark, now_s: float) -> Sighting:
    unchanged = before is not None and before.mark.is_like(mark)
    # A clock that was put back does not make a file wait for the old time to come again.
    since_s = min(before.since_s, now_s) if before is not None and unchanged else now_s
    return Sighting(mark, since_s)


def _is_settled(one: Sighting, now_s: float, settle_s: float) -> bool:
    return now_s - min(one.since_s, one.mark.written_s) >= settle_s
