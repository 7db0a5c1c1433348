"""Names that a `.pt` file may use, and what stands for each here: values and pure functions.

Nothing is imported or looked up for a file. A name that is not in the table ends the reading.
"""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, Final

import numpy as np

from reelmill.pipelines.captures.pt.tensors import (
    MAX_ARRAY_BYTES,
    MAX_AXES,
    STORAGES,
    Storage,
    Tensor,
    checked,
)
from reelmill.pipelines.captures.spec import NotARecord, UnsafeRecord

#: Plain numbers that an array of numpy may hold: no objects, no text, no records.
PLAIN_NUMBERS: Final = frozenset(
    {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}
)


class Callee:
    """A function that a file may call."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, args: Any) -> Any:
        """Call it with what the file gives; whatever that leads to is the file's fault."""
        if not isinstance(args, tuple):
            raise NotARecord(problem="arguments that are none")
        return self._function(*args)


class StorageType:
    """`torch.ByteStorage` and its like: a type of numbers."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype


class NumberType:
    """A `numpy.dtype` as it is put together: of its name, then of its byte order."""

    def __init__(self, name: str) -> None:
        if name not in PLAIN_NUMBERS:
            raise UnsafeRecord(problem=f"an array of {name!r}")
        self.dtype = np.dtype(name)

    def build(self, state: Any) -> None:
        """Take the byte order."""
        match state:
            case (int(), "<" | ">" | "|" | "=" as order, *_):
                self.dtype = self.dtype.newbyteorder(order)
            case _:
                raise NotARecord(problem="a type of numbers that is none")


class Array:
    """A `numpy.ndarray` as it is put together: of nothing, then of shape and bytes."""

    def __init__(self) -> None:
        self.value: np.ndarray[Any, Any] = np.zeros(0, np.uint8)

    def build(self, state: Any) -> None:
        """Take shape, type, order and bytes."""
        match state:
            case (int(), tuple(shape), NumberType() as kind, bool(fortran), bytes(data)):
                self.value = _shaped(shape, kind.dtype, data, "F" if fortran else "C")
            case _:
                raise NotARecord(problem="an array that is none")


def storage(persistent: Any) -> Storage:
    """What an id of a storage stands for."""
    match persistent:
        case ("storage", StorageType() as kind, str(key), str(), int(count)) if count >= 0:
            if not key.isalnum():
                raise NotARecord(problem="a storage of a strange name")
            return Storage(f"data/{key}", kind.dtype, count)
        case _:
            raise UnsafeRecord(problem="an id that is of no storage")


def _shaped(shape: Any, dtype: "np.dtype[Any]", data: bytes, order: Any) -> Any:
    if not isinstance(shape, tuple) or len(shape) > MAX_AXES:
        raise NotARecord(problem="an array of a wrong shape")
    if not all(isinstance(side, int) and side >= 0 for side in shape):
        raise NotARecord(problem="an array of a wrong shape")
    if prod(shape) * dtype.itemsize != len(data) or len(data) > MAX_ARRAY_BYTES:
        raise NotARecord(problem="an array is not as long as it says")
    return np.frombuffer(data, dtype).reshape(shape, order=order)


def _tensor(of: Any, offset: Any, shape: Any, strides: Any, *_rest: Any) -> Tensor:
    match of, offset, shape, strides:
        case Storage() as row, int(), tuple(), tuple():
            if all(type(number) is int for number in (offset, *shape, *strides)):
                return checked(Tensor(row, offset, shape, strides))
    raise NotARecord(problem="a tensor that is none")


def _ordered(*pairs: Any) -> dict[Any, Any]:
    if pairs not in ((), ([],)):
        raise NotARecord(problem="a mapping that is made of something")
    return {}


def _encoded(text: Any, encoding: Any) -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise NotARecord(problem="bytes that are none")
    return text.encode("latin1")


def _number_type(name: Any, *_flags: Any) -> NumberType:
    if not isinstance(name, str):
        raise NotARecord(problem="a type of numbers without a name")
    return NumberType(name)


def _array(*_of_what: Any) -> Array:
    return Array()


def _array_of(data: Any, kind: Any, shape: Any, order: Any) -> Array:
    if not isinstance(data, bytes) or not isinstance(kind, NumberType) or order not in ("C", "F"):
        raise NotARecord(problem="an array that is none")
    made = Array()
    made.value = _shaped(shape, kind.dtype, data, order)
    return made


def _no_bytes(*of_what: Any) -> bytes:
    if of_what:
        raise NotARecord(problem="bytes that are made of something")
    return b""


def _scalar(kind: Any, data: Any) -> Any:
    if not isinstance(kind, NumberType) or not isinstance(data, bytes):
        raise NotARecord(problem="a number that is none")
    return _shaped((), kind.dtype, data, "C").item()


#: Every name that may be used.
NAMES: Final[Mapping[str, Any]] = {
    "torch._utils._rebuild_tensor_v2": Callee(_tensor),
    "torch._utils._rebuild_tensor": Callee(_tensor),
    "collections.OrderedDict": Callee(_ordered),
    "_codecs.encode": Callee(_encoded),
    "numpy.ndarray": "numpy.ndarray",
    "numpy.dtype": Callee(_number_type),
    "__builtin__.bytes": Callee(_no_bytes),
    "builtins.bytes": Callee(_no_bytes),
    "numpy.core.numeric._frombuffer": Callee(_array_of),
    "numpy._core.numeric._frombuffer": Callee(_array_of),
    **{
        f"numpy.{core}.multiarray.{name}": Callee(function)
        for core in ("core", "_core")
        for name, function in (("_reconstruct", _array), ("scalar", _scalar))
    },
    **{f"torch.{name}": StorageType(dtype) for name, dtype in STORAGES.items()},
}


def named(module: str, name: str) -> Any:
    """What stands for a name.

    Raises:
        UnsafeRecord: the name has no business in a record.
    """
    found = NAMES.get(f"{module}.{name}")
    if found is None:
        raise UnsafeRecord(name=f"{module}.{name}"[:200])
    return found
