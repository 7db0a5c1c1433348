"""`.pt` files that were made to harm, and sound ones that were damaged.

`mutants(seed, count)` yields what each is called, and the file.
"""

import pickle
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from random import Random

from tests.pipelines.captures.pt.sound import program_of, sound_files

from reelmill.pipelines.captures.pt.zips import zipped

#: What a program that was run would leave behind; tests set it to a file of their own.
MARK = "/tmp/reelmill-was-here"


def text(value: str) -> bytes:
    data = value.encode()
    return b"X" + struct.pack("<L", len(data)) + data


def in_zip(program: bytes, *entries: tuple[str, bytes]) -> bytes:
    return zipped([("data.pkl", program), ("byteorder", b"little"), *entries], "archive")


class _Runs:
    """Pickled by Python itself, so that reading it as Python does would call something."""

    def __init__(self, function: str, *args: object) -> None:
        self.function, self.args = function, args

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        module, _, name = self.function.rpartition(".")
        return getattr(__import__(module), name), self.args


def calls(mark: str) -> Iterator[bytes]:
    """Programs that call something, by every opcode that can."""
    command = text(f"touch {mark}")
    for module, name in (
        ("os", "system"),
        ("posix", "system"),
        ("subprocess", "call"),
        ("builtins", "eval"),
        ("builtins", "exec"),
        ("builtins", "open"),
        ("builtins", "__import__"),
        ("torch", "load"),
        ("torch.hub", "load"),
        ("numpy", "load"),
        ("numpy", "fromfile"),
        ("numpy.testing._private.utils", "runstring"),
        ("collections", "Counter"),
        ("webbrowser", "open"),
        ("pydoc", "locate"),
        ("operator", "attrgetter"),
        ("collections", "OrderedDict.fromkeys"),
    ):
        named = f"c{module}\n{name}\n".encode()
        yield b"\x80\x02" + named + command + b"\x85R."
        yield b"\x80\x04" + text(module) + text(name) + b"\x93" + command + b"\x85R."
        yield b"\x80\x02(" + command + f"i{module}\n{name}\n".encode() + b"."
        yield b"\x80\x02(" + named + command + b"o."
        yield b"\x80\x02" + named + command + b"\x85\x81."
        yield b"\x80\x04" + named + command + b"\x85}\x92."
        yield b"\x80\x02}" + text("a") + named + b"s" + b"."
        yield b"\x80\x02" + named + b")\x81}" + text("x") + command + b"sb."
    for protocol in range(6):
        yield pickle.dumps(_Runs("os.system", f"touch {mark}"), protocol)
        yield pickle.dumps({"_data_type": _Runs("builtins.eval", f"open('{mark}', 'w')")}, protocol)
    yield b"\x80\x02\x82\x01."
    yield b"\x80\x02\x83\x01\x00."
    yield b"Pstorage\n."
    yield b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n}b."
    yield b"\x80\x02ctorch\nByteStorage\n)R."
    yield b"\x80\x02}}b."
    yield b"\x80\x02ccollections\nOrderedDict\n]" + command + b"a\x85R."


def bombs() -> Iterator[bytes]:
    """Programs that take all memory or all time."""
    yield b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f" + b"."
    yield b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7f" + b"."
    yield b"\x80\x02X" + b"\xff" * 4 + b"."
    yield b"\x80\x04\x95" + b"\xff" * 8 + b"."
    yield b"\x80\x02" + b"(" * 100_000 + b"."
    yield b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b"."
    yield b"\x80\x02]q\x00h\x00a."
    yield b"\x80\x02" + b"Nr\xff\xff\xff\x7f0" + b"."
    laughs = b"]q\x00" + b"".join(
        b"](" + b"h" + bytes([n]) * 1 + (b"h" + bytes([n])) * 9 + b"eq" + bytes([n + 1])
        for n in range(40)
    )
    document = program_of(text("endless"))
    yield b"\x80\x02" + laughs + b"."
    yield document.replace(text("endless"), laughs)
    yield document.replace(text("endless"), b"]q\x00h\x00a")
    yield document.replace(text("endless"), b"}q\x00" + text("a") + b"h\x00s")
    big = text("x" * 1_000_000) + b"q\x00" + text("latin1") + b"q\x01"
    encode = b"c_codecs\nencode\nh\x00h\x01\x86R"
    yield b"\x80\x02" + big + encode * 5_000 + b"."
    yield b"\x80\x02(" + b"\x8a\xff" + b"\x7f" * 255 + b"t."


def tensors() -> Iterator[bytes]:
    """Tensors that reach out of their storage, or into somebody else's."""
    for key, length, offset, shape, strides in (
        ("0", 6, 0, (10**6, 10**6), (0, 0)),
        ("0", 6, 0, (2**62, 4), (1, 1)),
        ("0", 6, -1, (3,), (1,)),
        ("0", 6, 0, (3,), (-1,)),
        ("0", 6, 0, (-3,), (1,)),
        ("0", 6, 5, (3,), (1,)),
        ("0", 6, 10**18, (0,), (1,)),
        ("0", 2**62, 0, (3,), (1,)),
        ("0", -6, 0, (3,), (1,)),
        ("0", 7, 0, (3,), (1,)),
        ("../../../../etc/passwd", 6, 0, (3,), (1,)),
        ("/etc/passwd", 6, 0, (3,), (1,)),
        ("1", 6, 0, (3,), (1,)),
        ("0", 6, 0, (1,) * 40, (1,) * 40),
        ("0", 6, 0, (3, 1), (1,)),
    ):
        yield program_of(b"N", tensor=_tensor(key, length, offset, shape, strides))
    for persistent in (
        b"(" + text("module") + b"t",
        b"K\x01",
        b"(" + text("storage") + b"cos\nsystem\n" + text("0") + text("cpu") + b"K\x06t",
        b"(" + text("storage") + text("ByteStorage") + text("0") + text("cpu") + b"K\x06t",
    ):
        yield program_of(b"N", tensor=persistent + b"Q")


def _whole(number: int) -> bytes:
    data = number.to_bytes(9, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def _tensor(
    key: str, length: int, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> bytes:
    row = b"(" + text("storage") + b"ctorch\nByteStorage\n" + text(key) + text("cpu")
    sides = (b"(" + b"".join(map(_whole, each)) + b"t" for each in (shape, strides))
    hooks = b"\x89ccollections\nOrderedDict\n)R"
    return (
        b"ctorch._utils\n_rebuild_tensor_v2\n(" + row + _whole(length) + b"tQ" + _whole(offset)
    ) + (b"".join(sides) + hooks + b"tR")


def zips(sound: bytes) -> Iterator[bytes]:
    """Zips that are not what they seem."""
    at = sound.rindex(b"PK\x05\x06")
    listed = sound.index(b"PK\x01\x02")
    yield sound + b"comment"
    yield sound[:-2] + struct.pack("<H", 7) + b"comment"
    yield b"#!/bin/sh\n" + sound
    yield sound[:at] + sound[at:].replace(sound[at + 10 : at + 12], b"\xff\xff")
    for field, value in (
        (8, b"\x08\x00"),  # not compressed, it says; it is
        (8, b"\x01\x00"),  # encrypted
        (10, b"\x08\x00"),  # compressed
        (16, b"\0\0\0\0"),  # checksum
        (20, b"\xff\xff\xff\x7f"),  # packed size
        (24, b"\xff\xff\xff\x7f"),  # size
        (28, b"\xff\xff"),  # length of the name
        (30, b"\xff\xff"),  # length of what is extra
        (42, b"\xff\xff\xff\xff"),  # where it lies
        (42, struct.pack("<L", listed)),
    ):
        yield sound[: listed + field] + value + sound[listed + field + len(value) :]
    for field, value in ((0, b"PK\x03\x05"), (6, b"\x01\x00"), (8, b"\x08\x00"), (26, b"\xff\xff")):
        yield sound[:field] + value + sound[field + len(value) :]
    for name in (
        b"../hive/data.pkl",
        b"/etc/pass/wd.pkl",
        b"archive\0data.pkl",
        b"archive/data/pkl",
    ):
        yield sound.replace(b"archive/data.pkl", name)
        yield sound[:listed] + sound[listed:].replace(b"archive/data.pkl", name)
    yield zipped([("data.pkl", b"\x80\x02N.")] * 2, "archive")
    yield zipped([("data.pkl", b"\x80\x02N.")] * 300, "archive")
    yield zipped([(f"{number}", b"") for number in range(3000)], "archive")
    packed = zlib.compress(b"\0" * 10_000_000)
    yield zipped([("data.pkl", packed)], "archive").replace(
        b"\x14\0\0\x08\0\0", b"\x14\0\0\x08\x08\0"
    )


def _truncated(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _flipped(data: bytes, chance: Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def _spliced(data: bytes, chance: Random) -> bytes:
    start, end = sorted(chance.sample(range(len(data)), 2))
    return data[:start] + chance.randbytes(chance.randint(0, 30)) + data[end:]


def _doubled(data: bytes, chance: Random) -> bytes:
    start, end = sorted(chance.sample(range(len(data)), 2))
    return data[:end] + data[start:end] + data[end:]


def _reprogrammed(data: bytes, chance: Random) -> bytes:
    """Damage inside of the program, under a checksum that is right."""
    start = data.index(b"\x80", 40)
    size = struct.unpack_from("<L", data, 22)[0]
    program = _flipped(data[start : start + size], chance)
    return in_zip(program, ("data/0", bytes(range(6))))


DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _truncated,
    _flipped,
    _spliced,
    _doubled,
    _reprogrammed,
)


def mutants(seed: int, count: int, mark: str = MARK) -> Iterator[tuple[str, bytes]]:
    """Files that must do nothing, the same for the same seed; those made to harm come first."""
    chance = Random(f"pt/{seed}")
    sound = sound_files()
    programs = [*calls(mark), *bombs(), *tensors()]
    made = [("made to harm", in_zip(one, ("data/0", bytes(6)))) for one in programs]
    made += [("a strange zip", one) for one in zips(sound[0])]
    made += [
        ("no zip at all", one) for one in (b"", b"PK", b"\x80\x02N.", bytes(22), b"PK\x05\x06")
    ]
    chance.shuffle(made)
    damages = zip(cycle(DAMAGES), cycle(sound), strict=False)
    broken = ((each.__name__, each(data, chance)) for each, data in damages)
    yield from islice(_in_turn(made, broken), count)


def _in_turn(
    made: list[tuple[str, bytes]], broken: Iterator[tuple[str, bytes]]
) -> Iterator[tuple[str, bytes]]:
    for one in made:
        yield one
        yield next(broken)
    yield from broken
