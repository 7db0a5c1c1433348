"""Tensors of a `.pt` file: where their numbers lie, and how they become an array."""

from math import prod
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.captures.spec import NotARecord, RecordTooLarge

#: Types of numbers, by torch's name for storages of them. Little endian, as torch writes them.
STORAGES: Final = {
    "ByteStorage": "<u1",
    "CharStorage": "<i1",
    "BoolStorage": "|b1",
    "ShortStorage": "<i2",
    "IntStorage": "<i4",
    "LongStorage": "<i8",
    "HalfStorage": "<f2",
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
}

#: Most bytes of one array, with what is repeated in it counted as often as it is.
MAX_ARRAY_BYTES: Final = 512 * 1024**2

#: Most axes of an array. Frames have four.
MAX_AXES: Final = 16


class Storage(NamedTuple):
    """A row of numbers that lies in an entry of its own."""

    entry: str
    """`data/<key>`."""

    dtype: str
    """As numpy writes it."""

    numbers: int
    """Numbers in it."""


class Tensor(NamedTuple):
    """A view of a storage; nothing is read before it becomes an array."""

    storage: Storage
    """Where its numbers lie."""

    offset: int
    """The first of them."""

    shape: tuple[int, ...]
    """Length of each axis."""

    strides: tuple[int, ...]
    """Numbers from one element to the next, by axis."""

    @property
    def last(self) -> int:
        """Index behind the last number that belongs to it."""
        if 0 in self.shape:
            return self.offset
        steps = zip(self.shape, self.strides, strict=True)
        return self.offset + sum((length - 1) * stride for length, stride in steps) + 1


def checked(tensor: Tensor) -> Tensor:
    """The tensor, when it lies inside of its storage and is not larger than one may be."""
    if len(tensor.shape) > MAX_AXES or len(tensor.shape) != len(tensor.strides):
        raise NotARecord(problem="a tensor of a wrong shape")
    if any(number < 0 for number in (tensor.offset, *tensor.shape, *tensor.strides)):
        raise NotARecord(problem="a tensor with negative sizes")
    if prod(tensor.shape) * np.dtype(tensor.storage.dtype).itemsize > MAX_ARRAY_BYTES:
        raise RecordTooLarge(shape=tensor.shape, limit_bytes=MAX_ARRAY_BYTES)
    if tensor.last > tensor.storage.numbers:
        raise NotARecord(problem="a tensor leaves its storage")
    return tensor


def array(tensor: Tensor, data: bytes) -> NDArray[np.generic]:
    """The tensor's numbers, as an array of their own.

    Args:
        tensor: Was checked.
        data: Of its storage.
    """
    dtype = np.dtype(tensor.storage.dtype)
    if len(data) != tensor.storage.numbers * dtype.itemsize:
        raise NotARecord(problem="a storage is not as long as it says")
    numbers: NDArray[np.generic] = np.frombuffer(data, dtype)
    view = np.lib.stride_tricks.as_strided(
        numbers[tensor.offset : max(tensor.last, tensor.offset)],
        tensor.shape,
        [stride * dtype.itemsize for stride in tensor.strides],
        writeable=False,
    )
    return view.copy()
