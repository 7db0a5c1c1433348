"""Ways in which an MP4 is damaged: its bytes and its samples -> other bytes."""

from collections.abc import Callable
from pathlib import Path

import av

Samples = list[tuple[int, int]]
Damage = Callable[[bytes, Samples], bytes]


def samples_of(path: Path, kind: bytes = "video") -> Samples:
    """Where each sample of a track lies in the file, and its size."""
    with av.open(str(path)) as file:
        packets = file.demux(**{kind: 0})
        return [(packet.pos, packet.size) for packet in packets if packet.size]


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def box_at(data: bytes, kind: bytes) -> int:
    return data.index(kind) - 4


def cut_to(share: float) -> Damage:
    return lambda data, _samples: data[: int(len(data) * share)]


def flip_in_sample(number: int, offset: int, bit: int = 0) -> Damage:
    return lambda data, samples: flipped(data, samples[number][0] + offset, bit)


def flip_in_box(kind: bytes, offset: int, bit: int = 0) -> Damage:
    return lambda data, _samples: flipped(data, data.index(kind) + offset, bit)


def zeroed_sample(number: int) -> Damage:
    def change(data: bytes, samples: Samples) -> bytes:
        at, size = samples[number]
        return data[:at] + bytes(size) + data[at + size :]

    return change


def swapped_samples(one: int, other: int) -> Damage:
    """Two held frames change places: the numbers in their slices no longer count up."""

    def change(data: bytes, samples: Samples) -> bytes:
        (a, size), (b, other_size) = samples[one], samples[other]
        assert size == other_size
        changed = bytearray(data)
        changed[a : a + size], changed[b : b + size] = data[b : b + size], data[a : a + size]
        return bytes(changed)

    return change


def moov_behind_mdat(data: bytes, _samples: Samples) -> bytes:
    moov, mdat = box_at(data, b"moov"), box_at(data, b"mdat")
    first = min(moov, mdat)
    return data[:first] + data[mdat:] + data[moov:mdat]
