"""A TAR in a store -> which captures are in it, by its headers alone."""

from dataclasses import dataclass
from typing import Final

from reelmill.pipelines.captures.reading.contents import Group, groups
from reelmill.pipelines.captures.reading.headers import members
from reelmill.storage.objects import open_source
from reelmill.storage.ranged import SPARING, Ranged
from reelmill.storage.store import Stat

#: Seconds that the look may take: a bundle of a thousand members is a thousand small reads.
LOOK_S: Final = 600.0


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What is in a TAR."""

    known: Stat
    """The TAR, as its store described it."""

    groups: tuple[Group, ...]
    """The captures in it, one or more, by name."""

    read_bytes: int
    """Bytes that were read to find that out."""

    @property
    def is_bundle(self) -> bool:
        """Whether its captures have names of their own."""
        return len(self.groups) > 1


def look(source: str, known: Stat) -> Contents:
    """Read the headers of a TAR.

    Raises:
        NotATar: it is none, or ends too early.
        RefusedMember: it holds what no capture has.
        NoVideo: there is no video in it.
        StoreUnavailable: the store does not answer.
    """
    file = Ranged(open_source(source), known, pace=SPARING)
    found = groups(members(file, known.size_bytes))
    return Contents(known=known, groups=found, read_bytes=file.fetched_bytes)
