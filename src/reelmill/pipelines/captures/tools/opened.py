"""A TAR in a store -> the recordings in it, each member of which is read in place."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reelmill.errors import Refused
from reelmill.pipelines.captures.events import Event
from reelmill.pipelines.captures.extract.lines import lines
from reelmill.pipelines.captures.extract.making import MAX_METADATA_BYTES
from reelmill.pipelines.captures.reading.contents import Group, groups
from reelmill.pipelines.captures.reading.headers import Member, members
from reelmill.pipelines.captures.reading.inputs import MAX_ROW_BYTES, events
from reelmill.pipelines.captures.reading.metadata import read_session
from reelmill.pipelines.captures.session import Session
from reelmill.pipelines.captures.spec import NoVideo
from reelmill.storage.ranged import SPARING, Ranged
from reelmill.storage.store import Stat, Store, TooLarge
from reelmill.storage.transfer import write_file
from reelmill.units import StoreKey


class SeveralRecordings(Refused):
    """The TAR holds several recordings."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A TAR whose headers were read."""

    store: Store
    """Where it lies."""

    stat: Stat
    """The object."""

    members: tuple[Member, ...]
    """Its files, in their order."""

    @property
    def groups(self) -> tuple[Group, ...]:
        """The recordings in it.

        Raises:
            NoVideo: there is none.
        """
        return groups(self.members)

    def group(self, base: str = "") -> Group:
        """One recording; of several the one that is named.

        Raises:
            NoVideo: there is none of that name.
            SeveralRecordings: there are some, and none was named.
        """
        found = self.groups
        if len(found) == 1 and base in ("", found[0].base):
            return found[0]
        hint = f"Choose one by --group: {', '.join(one.base for one in found if one.video)}."
        if not base:
            raise SeveralRecordings(key=self.stat.key, hint=hint)
        for one in found:
            if one.base == base and one.video is not None:
                return one
        raise NoVideo(key=self.stat.key, group=base, hint=hint)

    def file(self, member: Member) -> Ranged:
        """A member as a file that can seek."""
        return Ranged(self.store, self.stat, member.offset, member.size_bytes)

    def fetch(self, member: Member, to: Path) -> None:
        """Write a member to a file, in parts that fit in memory."""
        write_file(self.store.stream(self.stat.key, member.offset, member.size_bytes), to)

    def session(self, group: Group) -> Session | None:
        """What the recorder said; None: nothing.

        Raises:
            NotASession: it is no document of any recorder.
            TooLarge: it is no document of a sound one.
        """
        document = group.metadata
        if document is None:
            return None
        if document.size_bytes > MAX_METADATA_BYTES:
            raise TooLarge(key=self.stat.key, size_bytes=document.size_bytes)
        return read_session(self.file(document).read())

    def events(self, group: Group) -> Iterator[Event]:
        """What the player did, in the order of the file; nothing where there is no file."""
        if group.inputs is not None:
            yield from events(lines(self.file(group.inputs), MAX_ROW_BYTES))


def opened(store: Store, key: StoreKey) -> Opened:
    """Read the headers of a TAR.

    Raises:
        MissingObject: there is none.
        NotATar, RefusedMember: it is none, or one that nobody should unpack.
    """
    stat = store.stat(key)
    found = members(Ranged(store, stat, pace=SPARING), stat.size_bytes)
    return Opened(store=store, stat=stat, members=tuple(found))
