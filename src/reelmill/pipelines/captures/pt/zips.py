"""The zip of a `.pt` file: entries that lie there as they are, read by range and written alike.

Far less than a zip may be: no compression, no encryption, no comment, no entries of 4 GiB, none
inside of another. torch writes no others, so whatever has them was made to harm.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Final, NamedTuple, Protocol

from reelmill.pipelines.captures.spec import NotARecord, RecordTooLarge

#: Local header, central header and end record. Source: APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16.
_LOCAL: Final = Struct("<4s5H3L2H")
_CENTRAL: Final = Struct("<4s6H3L5H2L")
_END: Final = Struct("<4s4H2LH")

#: End record of large zips and the locator behind it. Source: APPNOTE.TXT 4.3.14, 4.3.15.
_LARGE_END: Final = Struct("<4sQ2H2L4Q4sLQL")

#: What stands before each.
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LARGE_END_MARK, _LOCATOR_MARK = b"PK\x06\x06", b"PK\x06\x07"

#: Bytes of the large end record behind its length.
LARGE_END_REST: Final = 44

#: Largest `.pt` file that is looked into, bytes: 35 frames of 360 lines take 24 million.
MAX_FILE_BYTES: Final = 1024**3

#: Most entries; a record has twelve.
MAX_ENTRIES: Final = 256

#: Longest name of an entry, bytes.
MAX_NAME_BYTES: Final = 512

#: What is beside the size of an entry: nothing is compressed.
STORED: Final = 0

#: Flag of names in UTF-8, and of sizes that stand behind the data as well.
UTF8, SIZES_BEHIND = 0x0800, 0x0008

#: Flags that change nothing for us.
HARMLESS: Final = UTF8 | SIZES_BEHIND

#: Version that is needed to read what is written here: 2.0.
VERSION: Final = 20

#: Time and date of every entry, so that the same content is the same file: 1980-01-01.
MOMENT: Final = (0, 0x21)

#: torch maps storages into memory, and wants them to begin at multiples of this.
ALIGNMENT: Final = 64

#: Id of the extra field that fills up to the alignment, as torch does it.
FILLER: Final = b"FB"


class Seekable(Protocol):
    """A file that is read from anywhere: of a folder, of a store, of memory."""

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Go somewhere; says where that is."""
        ...

    def read(self, size: int = ..., /) -> bytes | None:
        """Bytes from there on; fewer at the end."""
        ...


class Entry(NamedTuple):
    """One file of the zip."""

    offset: int
    """Where its local header begins."""

    size_bytes: int
    """Of its content."""

    crc: int
    """CRC-32 of its content."""


class Archive:
    """A zip that was opened: its entries by name, without the folder that all of them lie in.

    Args:
        file: Read from as asked, not closed.

    Raises:
        NotARecord: it is no such zip.
        RecordTooLarge: it is larger than one may be.
    """

    def __init__(self, file: Seekable) -> None:
        self._file = file
        self._size = file.seek(0, 2)
        if self._size > MAX_FILE_BYTES:
            raise RecordTooLarge(size_bytes=self._size, limit_bytes=MAX_FILE_BYTES)
        self.entries = dict(self._listed())

    def read(self, name: str, max_bytes: int) -> bytes:
        """All of an entry.

        Raises:
            NotARecord: there is none, or it is damaged.
            RecordTooLarge: it has more than `max_bytes`.
        """
        entry = self.entries.get(name)
        if entry is None:
            raise NotARecord(problem=f"no entry {name!r}")
        if entry.size_bytes > max_bytes:
            raise RecordTooLarge(entry=name, size_bytes=entry.size_bytes, limit_bytes=max_bytes)
        data = self._at(self._content_of(name, entry), entry.size_bytes)
        if zlib.crc32(data) != entry.crc:
            raise NotARecord(problem=f"entry {name!r} is damaged")
        return data

    def _content_of(self, name: str, entry: Entry) -> int:
        """Where the content of an entry begins."""
        header = _LOCAL.unpack(self._at(entry.offset, _LOCAL.size))
        mark, _, flags, method, *_ = header
        name_bytes, extra_bytes = int(header[-2]), int(header[-1])
        said = self._at(entry.offset + _LOCAL.size, name_bytes)
        if mark != _LOCAL_MARK or flags & ~HARMLESS or method != STORED:
            raise NotARecord(problem=f"entry {name!r} has a wrong header")
        if said.partition(b"/")[2] != name.encode():
            raise NotARecord(problem=f"entry {name!r} has two names")
        return entry.offset + _LOCAL.size + name_bytes + extra_bytes

    def _listed(self) -> Iterator[tuple[str, Entry]]:
        entries, size, offset = self._end()
        data, at, names = self._at(offset, size), 0, set()
        folder = None
        for _ in range(entries):
            name, entry, at = _central(data, at)
            inside, slash, bare = name.partition("/")
            if not slash or bare in names or inside != (folder := folder or inside):
                raise NotARecord(problem="its entries do not lie in one folder, each once")
            if entry.offset + entry.size_bytes > offset:
                raise NotARecord(problem=f"entry {bare!r} does not end in the file")
            names.add(bare)
            yield bare, entry

    def _end(self) -> tuple[int, int, int]:
        """Number of entries, size and place of their list."""
        end = self._size - _END.size
        mark, disk, list_disk, here, entries, size, offset, comment = _END.unpack(
            self._at(end, _END.size)
        )
        if mark != _END_MARK or comment or disk or list_disk or here != entries:
            raise NotARecord(problem="it does not end as a zip does")
        if entries > MAX_ENTRIES:
            raise RecordTooLarge(entries=entries, limit=MAX_ENTRIES)
        if offset + size != end:
            # torch writes the large form of the end before the small one, always.
            self._see_large_end(end - _LARGE_END.size, (entries, entries, size, offset))
        return entries, size, offset

    def _see_large_end(self, at: int, says: tuple[int, int, int, int]) -> None:
        found = _LARGE_END.unpack(self._at(at, _LARGE_END.size))
        mark, length, _, _, disk, list_disk, *told, locator, locator_disk, lies_at, disks = found
        sound = (mark, locator, length) == (_LARGE_END_MARK, _LOCATOR_MARK, LARGE_END_REST)
        sound = sound and not (disk or list_disk or locator_disk) and disks == 1
        if not sound or tuple(told) != says or lies_at != at or says[2] + says[3] != at:
            raise NotARecord(problem="its list of entries is not where it should be")

    def _at(self, start: int, length: int) -> bytes:
        if start < 0 or start + length > self._size:
            raise NotARecord(problem="it ends before its content does")
        self._file.seek(start)
        data = self._file.read(length) if length else b""
        if data is None or len(data) != length:
            raise NotARecord(problem="it ends before its content does")
        return data


def _central(data: bytes, at: int) -> tuple[str, Entry, int]:
    """One line of the list, and where the next one begins."""
    try:
        mark, _, _, flags, method, _, _, crc, packed, size, name_bytes, extra, comment, *rest = (
            _CENTRAL.unpack_from(data, at)
        )
        name = data[at + _CENTRAL.size : at + _CENTRAL.size + name_bytes].decode()
    except (struct.error, ValueError) as error:
        raise NotARecord(problem=str(error)) from error
    if mark != _CENTRAL_MARK or flags & ~HARMLESS or method != STORED or packed != size:
        raise NotARecord(problem="an entry is compressed, encrypted or worse")
    if name_bytes > MAX_NAME_BYTES:
        raise NotARecord(problem="an entry has an endless name")
    ends = at + _CENTRAL.size + name_bytes + extra + comment
    return name, Entry(rest[-1], size, crc), ends


def zipped(entries: Iterable[tuple[str, bytes | memoryview]], folder: str) -> bytes:
    """A zip of entries in one folder; the same entries give the same bytes.

    Each content begins at a multiple of `ALIGNMENT`, so that it can be mapped into memory.
    """
    whole, listed = bytearray(), bytearray()
    count = 0
    for bare, content in entries:
        count += 1
        name, crc, size = f"{folder}/{bare}".encode(), zlib.crc32(content), len(content)
        offset = len(whole)
        filler = _filler(offset + _LOCAL.size + len(name))
        facts = (VERSION, UTF8, STORED, *MOMENT, crc, size, size, len(name))
        whole += _LOCAL.pack(_LOCAL_MARK, *facts, len(filler)) + name + filler
        whole += content
        listed += _CENTRAL.pack(_CENTRAL_MARK, VERSION, *facts, 0, 0, 0, 0, 0, offset) + name
    end = _END.pack(_END_MARK, 0, 0, count, count, len(listed), len(whole), 0)
    return bytes(whole + listed + end)


def _filler(begins: int) -> bytes:
    """An extra field that makes what follows it begin at the alignment."""
    length = -(begins + 4) % ALIGNMENT
    return FILLER + length.to_bytes(2, "little") + b"Z" * length
