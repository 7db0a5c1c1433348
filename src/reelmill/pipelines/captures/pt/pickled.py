"""Values -> a pickle of protocol 2 that torch reads with `weights_only=True`. Pure.

Tensors, not arrays of numpy: of those, `weights_only=True` takes none. See decision 0017.
"""

from collections.abc import Mapping
from struct import Struct
from typing import Any, Final, NamedTuple

_U1, _U2, _U4, _I4, _F8 = Struct("<B"), Struct("<H"), Struct("<L"), Struct("<i"), Struct(">d")

#: Largest whole numbers of each opcode.
_BYTE, _SHORT, _INT = 0xFF, 0xFFFF, 0x7FFF_FFFF


class Bytes(NamedTuple):
    """A tensor of uint8, to be read from a storage of its own."""

    key: str
    """Of the storage: `0`."""

    shape: tuple[int, ...]
    """Length of each axis; the last one varies fastest."""


def pickled(value: Any) -> bytes:
    """The pickle of a value: None, booleans, numbers, text, lists, tuples, mappings and `Bytes`."""
    return b"\x80\x02" + _emitted(value) + b"."


def _emitted(value: Any) -> bytes:  # noqa: PLR0911 - one line for each kind of value
    match value:
        case None:
            return b"N"
        case bool():
            return b"\x88" if value else b"\x89"
        case int():
            return _integer(value)
        case float():
            return b"G" + _F8.pack(value)
        case str():
            return _text(value)
        case Bytes():
            return _tensor(value)
        case list():
            return b"](" + b"".join(map(_emitted, value)) + b"e"
        case tuple():
            return b"(" + b"".join(map(_emitted, value)) + b"t"
        case Mapping():
            pairs = (_emitted(key) + _emitted(one) for key, one in value.items())
            return b"}(" + b"".join(pairs) + b"u"
    raise TypeError(type(value).__name__)


def _integer(value: int) -> bytes:
    if 0 <= value <= _BYTE:
        return b"K" + _U1.pack(value)
    if 0 <= value <= _SHORT:
        return b"M" + _U2.pack(value)
    if -_INT - 1 <= value <= _INT:
        return b"J" + _I4.pack(value)
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + _U1.pack(len(data)) + data


def _text(value: str) -> bytes:
    data = value.encode("utf-8", "surrogatepass")
    return b"X" + _U4.pack(len(data)) + data


#: The call that makes a tensor of a storage. Source: `torch.save` 2.13.
_REBUILD: Final = b"ctorch._utils\n_rebuild_tensor_v2\n"
_STORAGE: Final = b"ctorch\nByteStorage\n"
_NO_HOOKS: Final = b"ccollections\nOrderedDict\n)R"


def _tensor(tensor: Bytes) -> bytes:
    count, strides = 1, []
    for length in reversed(tensor.shape):
        strides.append(count)
        count *= length
    persistent = (
        b"(" + _text("storage") + _STORAGE + _text(tensor.key) + _text("cpu") + _integer(count)
    )
    view = _integer(0) + _emitted(tensor.shape) + _emitted(tuple(reversed(strides)))
    return _REBUILD + b"(" + persistent + b"tQ" + view + b"\x89" + _NO_HOOKS + b"tR"
