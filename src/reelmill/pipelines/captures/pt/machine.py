"""A pickle -> its value, by an interpreter that knows data alone.

A pickle is a program for a machine with a stack. Python's own machine can call anything; this one
has no opcode for that: what may be called is in `names.NAMES`.
"""

from collections.abc import Callable, Mapping
from functools import partial
from struct import Struct
from typing import Any, Final

from reelmill.pipelines.captures.pt.names import Array, Callee, NumberType, named, storage
from reelmill.pipelines.captures.pt.tensors import MAX_ARRAY_BYTES
from reelmill.pipelines.captures.spec import NotARecord, RecordTooLarge, UnsafeRecord

#: Most opcodes; a record takes some thousands.
MAX_STEPS: Final = 2_000_000

#: Most values on the stack or in the memo.
MAX_HELD: Final = 1_000_000

#: Newest protocol whose opcodes are known.
PROTOCOL: Final = 5

_DOUBLE, _INT = Struct(">d"), Struct("<i")

#: Widths of the length that stands before a value, bytes.
_1, _2, _4, _8 = 1, 2, 4, 8


class Machine:
    """Runs one pickle.

    Args:
        program: The bytes of the pickle.
    """

    def __init__(self, program: bytes) -> None:
        self._program = program
        self._at = 0
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}
        self._made_bytes = 0

    def run(self) -> Any:
        """The value that the pickle is of; mappings, lists and tuples of plain values and tensors.

        Raises:
            NotARecord: it is no pickle, or broken.
            UnsafeRecord: it asks for more than data.
            RecordTooLarge: it is endless.
        """
        try:
            return self._run()
        except (IndexError, KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise NotARecord(problem=f"broken at byte {self._at}") from error

    def _run(self) -> Any:
        for _ in range(MAX_STEPS):
            code = self._program[self._at]
            self._at += 1
            if code == STOP:
                (value,) = self._stack
                return value
            act = _ACTS.get(code)
            if act is None:
                raise UnsafeRecord(problem=f"opcode {code:#04x} at byte {self._at - 1}")
            act(self)
            if len(self._stack) > MAX_HELD:
                break
        raise RecordTooLarge(problem="an endless pickle")

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def take(self, length: int) -> bytes:
        """The next bytes of the program."""
        data = self._program[self._at : self._at + length]
        if len(data) != length:
            raise NotARecord(problem="it ends before its content does")
        self._at += length
        return data

    def number(self, width: int) -> int:
        """An unsigned number of so many bytes."""
        return int.from_bytes(self.take(width), "little")

    def text(self, width: int) -> None:
        """A text behind its length."""
        self.push(self.take(self.number(width)).decode("utf-8", "surrogatepass"))

    def raw(self, width: int) -> None:
        """Bytes behind their length."""
        self.push(self.take(self.number(width)))

    def line(self) -> str:
        """Text until the end of the line."""
        end = self._program.index(b"\n", self._at)
        return self.take(end + 1 - self._at)[:-1].decode()

    def mark(self) -> None:
        """Remember how high the stack is."""
        self._marks.append(len(self._stack))

    def since_mark(self) -> list[Any]:
        """What was pushed since the last mark."""
        height = self._marks.pop()
        values = self._stack[height:]
        del self._stack[height:]
        return values

    def tuple_of(self, count: int) -> None:
        """Tie the last values together."""
        if len(self._stack) < count:
            raise NotARecord(problem="a tuple of nothing")
        self._stack[-count:] = [tuple(self._stack[-count:])]

    def extend(self, values: list[Any]) -> None:
        """Append to the list below."""
        if type(self._stack[-1]) is not list:
            raise UnsafeRecord(problem="a list that is none")
        self._stack[-1].extend(values)

    def update(self, values: list[Any]) -> None:
        """Put pairs into the mapping below."""
        if type(self._stack[-1]) is not dict or len(values) % 2:
            raise UnsafeRecord(problem="a mapping that is none")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not isinstance(key, str | int):
                raise NotARecord(problem="a key that is no text")
            self._stack[-1][key] = value

    def popped(self, count: int) -> list[Any]:
        """Take the last values from the stack."""
        if len(self._stack) < count:
            raise NotARecord(problem="a stack of nothing")
        values = self._stack[-count:]
        del self._stack[-count:]
        return values

    def keep(self, where: int) -> None:
        """Note the last value in the memo."""
        if len(self._memo) >= MAX_HELD:
            raise RecordTooLarge(problem="an endless memo")
        self._memo[where] = self._stack[-1]

    def memoize(self) -> None:
        """Note the last value at the next place."""
        self.keep(len(self._memo))

    def recall(self, where: int) -> None:
        """A value of the memo."""
        self.push(self._memo[where])

    def protocol(self) -> None:
        """Which opcodes are to come."""
        if self.number(1) > PROTOCOL:
            raise NotARecord(problem="a pickle of the future")

    def called(self) -> None:
        """Call a function of the table."""
        function, args = self.popped(2)
        if not isinstance(function, Callee):
            raise UnsafeRecord(problem="a call of something")
        value = function(args)
        self._made_bytes += len(value) if isinstance(value, bytes) else 0
        if self._made_bytes > MAX_ARRAY_BYTES:
            raise RecordTooLarge(problem="endless bytes", limit_bytes=MAX_ARRAY_BYTES)
        self.push(value)

    def built(self) -> None:
        """Give a value its state; but two have one."""
        (state,) = self.popped(1)
        target = self._stack[-1]
        if not isinstance(target, Array | NumberType):
            raise UnsafeRecord(problem="a state for something")
        target.build(state)

    def stack_global(self) -> None:
        """What stands for a name on the stack."""
        module, name = self.popped(2)
        if not isinstance(module, str) or not isinstance(name, str):
            raise UnsafeRecord(problem="a name that is none")
        self.push(named(module, name))


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


STOP: Final = ord(".")

#: What each opcode does. Source: `pickletools`. Absent: all that import, call or make instances.
_OPCODES: Final[Mapping[bytes, Callable[[Machine], Any]]] = {
    b"\x80": Machine.protocol,
    b"\x95": lambda machine: machine.take(8),
    b"(": Machine.mark,
    b"N": partial(Machine.push, value=None),
    b"\x88": partial(Machine.push, value=True),
    b"\x89": partial(Machine.push, value=False),
    b"K": lambda machine: machine.push(machine.number(_1)),
    b"M": lambda machine: machine.push(machine.number(_2)),
    b"J": lambda machine: machine.push(_INT.unpack(machine.take(4))[0]),
    b"\x8a": lambda machine: machine.push(_integer(machine.take(machine.number(_1)))),
    b"G": lambda machine: machine.push(_DOUBLE.unpack(machine.take(8))[0]),
    b"X": lambda machine: machine.text(_4),
    b"\x8c": lambda machine: machine.text(_1),
    b"\x8d": lambda machine: machine.text(_8),
    b"C": lambda machine: machine.raw(_1),
    b"B": lambda machine: machine.raw(_4),
    b"\x8e": lambda machine: machine.raw(_8),
    b"\x96": lambda machine: machine.raw(_8),
    b")": lambda machine: machine.push(()),
    b"]": lambda machine: machine.push([]),
    b"}": lambda machine: machine.push({}),
    b"t": lambda machine: machine.push(tuple(machine.since_mark())),
    b"\x85": lambda machine: machine.tuple_of(1),
    b"\x86": lambda machine: machine.tuple_of(2),
    b"\x87": lambda machine: machine.tuple_of(3),
    b"a": lambda machine: machine.extend(machine.popped(1)),
    b"e": lambda machine: machine.extend(machine.since_mark()),
    b"s": lambda machine: machine.update(machine.popped(2)),
    b"u": lambda machine: machine.update(machine.since_mark()),
    b"q": lambda machine: machine.keep(machine.number(_1)),
    b"r": lambda machine: machine.keep(machine.number(_4)),
    b"\x94": Machine.memoize,
    b"h": lambda machine: machine.recall(machine.number(_1)),
    b"j": lambda machine: machine.recall(machine.number(_4)),
    b"c": lambda machine: machine.push(named(machine.line(), machine.line())),
    b"\x93": Machine.stack_global,
    b"Q": lambda machine: machine.push(storage(machine.popped(1)[0])),
    b"R": Machine.called,
    b"b": Machine.built,
}

_ACTS: Final = {code[0]: act for code, act in _OPCODES.items()}
