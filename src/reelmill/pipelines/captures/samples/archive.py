"""Members -> an uncompressed TAR, also such ones as nobody who means well would send."""

import io
import tarfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

#: Bits of the permissions that recorders give their files.
MODE = 0o644


class Member(NamedTuple):
    """One entry of a TAR."""

    name: str
    """As it is written down; may climb."""

    content: Path | bytes = b""
    """A file, or what would be in it."""

    kind: bytes = tarfile.REGTYPE
    """Type flag of the header."""

    target: str = ""
    """Where a link leads."""

    @property
    def size_bytes(self) -> int:
        """Bytes of the content."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


def write_tar(path: Path, members: Iterable[Member], *, written: datetime) -> None:
    """Write a TAR, the same to the byte for the same members."""
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for member in members:
            header = tarfile.TarInfo(member.name)
            header.type, header.linkname = member.kind, member.target
            header.size, header.mode = member.size_bytes, MODE
            header.mtime = int(written.timestamp())
            if isinstance(member.content, bytes):
                tar.addfile(header, io.BytesIO(member.content))
            else:
                with member.content.open("rb") as content:
                    tar.addfile(header, content)


def cut(path: Path, share: float) -> None:
    """Leave only the first part of a file."""
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))


def as_they_are(members: Sequence[Member], _dice: Random) -> Sequence[Member]:
    """Nothing is wrong with them."""
    return members


def without_inputs(members: Sequence[Member], _dice: Random) -> Sequence[Member]:
    """There is no `inputs.csv`."""
    return [member for member in members if not member.name.endswith(".csv")]


def without_video(members: Sequence[Member], _dice: Random) -> Sequence[Member]:
    """There is no video."""
    return [member for member in members if not member.name.endswith(".mp4")]


def video_of_nothing(members: Sequence[Member], _dice: Random) -> Sequence[Member]:
    """The video has no bytes."""
    return [_with_content(member, b"") for member in members]


def video_of_noise(members: Sequence[Member], dice: Random) -> Sequence[Member]:
    """The video is as long as it was, and holds nothing that anybody can read."""
    return [_with_content(member, dice.randbytes(member.size_bytes)) for member in members]


def video_as_a_link(members: Sequence[Member], _dice: Random) -> Sequence[Member]:
    """Instead of the video there is a link to a file of whoever reads it."""
    return [
        Member(member.name, kind=tarfile.SYMTYPE, target="/etc/passwd")
        if member.name.endswith(".mp4")
        else member
        for member in members
    ]


def with_traps(members: Sequence[Member], _dice: Random) -> Sequence[Member]:
    """Links, devices and names that climb, behind what belongs there."""
    return [
        *members,
        Member("passwd", kind=tarfile.SYMTYPE, target="/etc/passwd"),
        Member("hard.mp4", kind=tarfile.LNKTYPE, target="../../outside.mp4"),
        Member("null.mp4", kind=tarfile.CHRTYPE),
        Member("pipe", kind=tarfile.FIFOTYPE),
        Member("../../climbs.txt", b"outside"),
        Member("/tmp/absolute.txt", b"outside"),  # noqa: S108 - what must never be written
    ]


def _with_content(member: Member, content: bytes) -> Member:
    return member._replace(content=content) if member.name.endswith(".mp4") else member
