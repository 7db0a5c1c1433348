"""A TAR of several recordings -> a TAR of each, as recorders write them today."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from reelmill.pipelines.captures.keys import TAR
from reelmill.pipelines.captures.reading.contents import INPUTS, METADATA, Group
from reelmill.pipelines.captures.reading.headers import Member
from reelmill.pipelines.captures.tools.opened import Opened
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Bits of the permissions that recorders give their files.
MODE = 0o644


def split(tar: Opened, target: Store) -> Iterator[StoreKey]:
    """Write a TAR of each recording of a bundle; nothing for one that holds only one.

    The video keeps its name, so that the recording keeps its id; groups without a video are left
    out. The same bundle gives the same bytes.

    Raises:
        NoVideo: there is none at all.
    """
    found = tar.groups
    with TemporaryDirectory(prefix="reelmill-") as folder:
        for group in found if len(found) > 1 else ():
            if group.video is not None:
                draft = Path(folder) / "single.tar"
                _write(draft, tar, group)
                key = single_key(tar.stat.key, group.base)
                target.take(key, draft, content_type="application/x-tar")
                draft.unlink(missing_ok=True)
                yield key


def single_key(key: str, base: str) -> StoreKey:
    """Where a recording of a bundle lies when it has a TAR of its own.

    >>> single_key("d/0a.tar", "000001")
    'd/0a-000001.tar'
    """
    return StoreKey(f"{key.removesuffix(TAR)}-{base.replace('/', '-')}{TAR}")


def _write(path: Path, tar: Opened, group: Group) -> None:
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as single:
        for name, member in _named(group):
            header = tarfile.TarInfo(name)
            header.size, header.mode = member.size_bytes, MODE
            single.addfile(header, tar.file(member))


def _named(group: Group) -> Iterator[tuple[str, Member]]:
    """The members that there are, under today's names, in today's order."""
    if group.video is not None:
        yield group.video.name.rpartition("/")[2], group.video
    if group.inputs is not None:
        yield f"{INPUTS}.csv", group.inputs
    if group.metadata is not None:
        yield f"{METADATA}.json", group.metadata
