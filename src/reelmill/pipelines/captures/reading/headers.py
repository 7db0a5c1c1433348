"""The blocks of a TAR -> its members, in order: ustar, GNU long names and pax. Pure.

Only what a capture is made of is let through. A link, a device, a sparse file or a name that
climbs ends the reading: none has business in a capture, and each was a way out of a folder once.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from reelmill.pipelines.captures.spec import NotATar, RefusedMember

#: Bytes of a block; headers take one, content whole ones.
BLOCK_BYTES: Final = 512

#: Longest GNU long name or pax header, bytes; a name takes some hundred.
MAX_EXTENSION_BYTES: Final = 64 * 1024

#: Most headers of a TAR; the largest bundles have some hundred members.
MAX_HEADERS: Final = 50_000

#: Types of members that are files. Source: POSIX ustar; NUL is that of older programs.
FILES: Final = frozenset(b"0\x007")
FOLDER, LONG_NAME, PAX, PAX_GLOBAL = b"5"[0], b"L"[0], b"x"[0], b"g"[0]

#: What other types are called, for people.
_KINDS: Final = {
    b"1"[0]: "a link",
    b"2"[0]: "a symbolic link",
    b"3"[0]: "a device",
    b"4"[0]: "a device",
    b"6"[0]: "a pipe",
    b"K"[0]: "a long link",
    b"S"[0]: "a sparse file",
}

#: Set in the first byte of a number that is not written in octal.
BINARY: Final = 0x80

_RECORD: Final = re.compile(rb"(\d{1,6}) ([^=]{1,100})=")
_STRANGE: Final = re.compile(r"[\x00-\x1f\x7f\\]|^[A-Za-z]:")


class Member(NamedTuple):
    """A file in a TAR."""

    name: str
    """Path without `./` in front; never climbs, never absolute."""

    offset: int
    """First byte of its content in the TAR."""

    size_bytes: int
    """Of its content."""


class Blocks(Protocol):
    """The TAR, read from anywhere."""

    def seek(self, offset: int, /) -> int:
        """Go somewhere."""
        ...

    def read(self, size: int, /) -> bytes:
        """Bytes from there on; fewer at the end."""
        ...


class _Header(NamedTuple):
    """One block that describes what follows it."""

    name: str
    size_bytes: int
    kind: int


def members(tar: Blocks, size_bytes: int) -> Iterator[Member]:
    """The files of a TAR; only headers are read.

    Args:
        tar: Plain, not compressed.
        size_bytes: Of the whole.

    Raises:
        NotATar: it is none, or ends too early.
        RefusedMember: it holds what no capture has.
    """
    seen: set[str] = set()
    for header, offset in _headers(tar, size_bytes):
        if header.kind == FOLDER:
            continue
        if header.kind not in FILES:
            raise RefusedMember(
                name=_shown(header.name), what=_KINDS.get(header.kind, "a stranger")
            )
        name = _checked(header.name)
        if name in seen:
            raise RefusedMember(name=_shown(name), what="a name that is there twice")
        seen.add(name)
        yield Member(name, offset, header.size_bytes)


def _headers(tar: Blocks, size_bytes: int) -> Iterator[tuple[_Header, int]]:
    """Headers with where their content begins; long names and sizes are those of extensions."""
    at, name, size = 0, "", None
    for number in range(MAX_HEADERS):
        block = _read(tar, at, BLOCK_BYTES, size_bytes) if at < size_bytes else bytes(BLOCK_BYTES)
        if not any(block):
            if number == 0:
                raise NotATar(problem="it begins with nothing")
            return
        header, at = _header(block), at + BLOCK_BYTES
        if header.kind in {LONG_NAME, PAX, PAX_GLOBAL}:
            said = _said(header, _read(tar, at, _extension_size(header), size_bytes))
            name, size = said[0] or name, said[1] if said[1] is not None else size
            at += _padded(header.size_bytes)
            continue
        header = header._replace(
            name=name or header.name, size_bytes=header.size_bytes if size is None else size
        )
        if at + header.size_bytes > size_bytes:
            raise NotATar(problem="it ends before its content does", name=_shown(header.name))
        yield header, at
        at, name, size = at + _padded(header.size_bytes), "", None
    raise NotATar(problem="endless headers", limit=MAX_HEADERS)


def _header(block: bytes) -> _Header:
    # The checksum is taken with eight spaces in its own place. Source: POSIX ustar.
    if _number(block[148:156]) != sum(block) - sum(block[148:156]) + 8 * ord(" "):
        raise NotATar(problem="a header whose checksum is wrong")
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = f"{prefix}/{name}"
    return _Header(name, _number(block[124:136]), block[156])


def _number(field: bytes) -> int:
    if field[0] & BINARY:
        number = int.from_bytes(bytes([field[0] & ~BINARY]) + field[1:], "big")
    else:
        digits = field.strip(b"\0 ")
        if digits.strip(b"01234567"):
            raise NotATar(problem="a number that is none")
        number = int(digits, 8) if digits else 0
    return number


def _text(field: bytes) -> str:
    return _decoded(field.partition(b"\0")[0])


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError as error:
        raise RefusedMember(what="a name that is not UTF-8") from error


def _extension_size(header: _Header) -> int:
    if header.size_bytes > MAX_EXTENSION_BYTES:
        raise NotATar(problem="an endless name", size_bytes=header.size_bytes)
    return header.size_bytes


def _said(header: _Header, data: bytes) -> tuple[str, int | None]:
    """Name and size that an extension tells for the next member; else empty and None."""
    if header.kind == LONG_NAME:
        return _text(data), None
    if header.kind == PAX_GLOBAL:
        return "", None
    found = dict(_pax(data))
    size = found.get(b"size")
    if any(key.startswith(b"GNU.sparse") for key in found):
        raise RefusedMember(what="a sparse file")
    if size is not None and not size.isdigit():
        raise NotATar(problem="a size that is none")
    return _decoded(found.get(b"path", b"")), None if size is None else int(size[:20])


def _pax(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Records of the form `length key=value`, each a line; the length is that of the whole."""
    at = 0
    while at < len(data.rstrip(b"\0")):
        found = _RECORD.match(data, at)
        end = at + int(found[1]) if found else at
        if found is None or end <= found.end() or data[end - 1 : end] != b"\n":
            raise NotATar(problem="a pax header that is none")
        yield found[2], data[found.end() : end - 1]
        at = end


def _read(tar: Blocks, at: int, length: int, size_bytes: int) -> bytes:
    if at + length > size_bytes:
        raise NotATar(problem="it ends before its content does")
    tar.seek(at)
    return tar.read(length)


def _padded(size_bytes: int) -> int:
    return -(-size_bytes // BLOCK_BYTES) * BLOCK_BYTES


def _checked(name: str) -> str:
    """The name, when it stays in the folder that it is unpacked to, wherever that is."""
    bare = name.removeprefix("./")
    parts = bare.split("/")
    if _STRANGE.search(bare) or not all(parts) or {".", ".."} & set(parts):
        raise RefusedMember(name=_shown(name), what="a name that leads out of its folder")
    return bare


def _shown(name: str) -> str:
    """A foreign name, for one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:100])
