"""Sound replays, damaged in every way that disks, editors and strangers damage them.

`mutants(seed, count)` is for every test that reads replays: each is rendered or refused.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice
from random import Random
from typing import Any

from tests.pipelines.replays.documents import VARIANTS, written

from reelmill.pipelines.replays.samples.games import SAMPLES, write_sample

#: Values that stand where something else is expected.
STRANGERS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    3.5,
    10**18,
    -(10**400),
    1e308,
    float("nan"),
    float("inf"),
    "",
    "UP",
    "x" * 10_000,
    "\ud800",
    "\x00\x07\x1b",
    [],
    [[]],
    [None, None],
    [[-1, 0]],
    {},
    {"0": {}},
)

#: Largest sample that is taken, in bytes: a thousand mutants shall not take minutes to make.
LARGEST = 100_000


def mutants(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Damaged replays, the same for the same seed.

    Yields:
        A file name that tells what was done to which variant, and the file.
    """
    chance = Random(f"mutants/{seed}")
    sound = list(_sound(seed))
    for number in range(count):
        variant, data = chance.choice(sound)
        damage = chance.choice(DAMAGES)
        yield f"{number:04}-{damage.__name__}-{variant}.json", damage(data, chance)


def _sound(seed: int) -> Iterator[tuple[str, bytes]]:
    for variant, make in VARIANTS.items():
        yield variant, written(make())
    for number, sample in enumerate(SAMPLES):
        _, data = write_sample(sample, seed=seed, number=number)
        if len(data) <= LARGEST:
            yield f"sample{number}", data


def truncated(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data))]


def with_a_hole(data: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 2_000) :]


def with_flipped_bits(data: bytes, chance: Random) -> bytes:
    noisy = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        noisy[chance.randrange(len(noisy))] ^= 1 << chance.randrange(8)
    return bytes(noisy)


def bad_utf8(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return (
        data[:at] + chance.choice((b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\x80")) + data[at:]
    )


def written_twice(data: bytes, chance: Random) -> bytes:
    return data + chance.choice((b"", b"\n", b"\0")) + data[: chance.randrange(len(data) + 1)]


def nested_deeply(data: bytes, chance: Random) -> bytes:
    depth = chance.choice((50, 990, 5_000, 200_000))
    word = b'"deep": ' + b"[" * depth + b"]" * chance.choice((depth, 0))
    return b"{" + word + b", " + data.lstrip(b"\xef\xbb\xbf \r\n{")


def with_huge_numbers(data: bytes, chance: Random) -> bytes:
    def grow(parent: Any, key: Any) -> None:
        parent[key] = chance.choice((10**18, -(10**18), 10**4_000, 1e308, -1e308, 2**63))

    return _changed(data, chance, grow, wanted=(int, float))


def with_an_endless_number(data: bytes, chance: Random) -> bytes:
    return data.replace(b'"version": 1', b'"version": ' + b"9" * chance.choice((4_000, 50_000)))


def of_wrong_types(data: bytes, chance: Random) -> bytes:
    def replace(parent: Any, key: Any) -> None:
        parent[key] = deepcopy(chance.choice(STRANGERS))

    return _changed(data, chance, replace)


def with_parts_missing(data: bytes, chance: Random) -> bytes:
    def remove(parent: Any, key: Any) -> None:
        del parent[key]

    return _changed(data, chance, remove, times=1)


def with_keys_swapped(data: bytes, chance: Random) -> bytes:
    def swap(parent: Any, key: Any) -> None:
        keys = list(parent) if isinstance(parent, dict) else range(len(parent))
        other = chance.choice(list(keys))
        parent[key], parent[other] = parent[other], parent[key]

    return _changed(data, chance, swap)


def with_parts_repeated(data: bytes, chance: Random) -> bytes:
    def repeat(parent: Any, key: Any) -> None:
        if isinstance(parent[key], list):
            parent[key] = parent[key] * chance.choice((2, 100, 3_000))

    return _changed(data, chance, repeat, wanted=(list,), times=1)


def with_cells_elsewhere(data: bytes, chance: Random) -> bytes:
    def move(parent: Any, key: Any) -> None:
        parent[key] = chance.choice((-1, 49, 50, 10**6, chance.randrange(20)))

    return _changed(data, chance, move, wanted=(int,), times=6)


DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    truncated,
    with_a_hole,
    with_flipped_bits,
    bad_utf8,
    written_twice,
    nested_deeply,
    with_huge_numbers,
    with_an_endless_number,
    of_wrong_types,
    of_wrong_types,
    of_wrong_types,
    with_parts_missing,
    with_parts_missing,
    with_keys_swapped,
    with_parts_repeated,
    with_cells_elsewhere,
)


def _changed(
    data: bytes,
    chance: Random,
    change: Callable[[Any, Any], None],
    *,
    wanted: tuple[type, ...] = (object,),
    times: int = 3,
) -> bytes:
    """The document with a few of its values changed, at any depth."""
    document = json.loads(data)
    places = [place for place in _places(document) if isinstance(place[0][place[1]], wanted)]
    for parent, key in chance.sample(places, min(len(places), chance.randint(1, times))):
        change(parent, key)
    text = json.dumps(document, indent=2)
    return text.encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) below a value, the shallow ones as likely as the many deep ones."""
    level = [value]
    while level:
        inner = [
            (parent, key)
            for parent in level
            for key in (parent if isinstance(parent, dict) else range(len(parent)))
        ]
        yield from islice(inner, 200)
        level = [parent[key] for parent, key in inner if isinstance(parent[key], dict | list)]
