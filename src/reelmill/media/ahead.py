"""What one thread makes -> what another takes, a little later. libav lets both run at once."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import Full, Queue
from typing import TypeVar

T = TypeVar("T")

#: Things that are made before anybody takes them.
MOST_AHEAD = 64

#: Seconds between two looks whether anybody still takes them.
LOOK_S = 0.1


def ahead(things: Iterable[T], most: int = MOST_AHEAD) -> Iterator[T]:
    """The same things in the same order, made by a thread of their own.

    What goes wrong while they are made is raised where it would have been. When the taker leaves,
    making ends.

    >>> list(ahead(range(3)))
    [0, 1, 2]
    """
    with begun(things, most) as made:
        yield from made


@contextmanager
def begun(things: Iterable[T], most: int = MOST_AHEAD) -> Iterator[Iterator[T]]:
    """The same, made from now on, whether or not the first is asked for; behind the block no more.

    >>> with begun(range(3)) as made:
    ...     list(made)
    [0, 1, 2]
    """
    line: Queue[tuple[T] | None] = Queue(most)
    left = threading.Event()

    def put(thing: tuple[T] | None) -> None:
        is_put = False
        while not (is_put or left.is_set()):
            with suppress(Full):
                line.put(thing, timeout=LOOK_S)
                is_put = True

    def make() -> None:
        try:
            for thing in things:
                put((thing,))
                if left.is_set():
                    return
        finally:
            put(None)

    with ThreadPoolExecutor(1) as other:
        making = other.submit(make)
        try:
            yield _taken(line, making)
        finally:
            left.set()


def _taken(line: "Queue[tuple[T] | None]", making: "Future[None]") -> Iterator[T]:
    while (made := line.get()) is not None:
        yield made[0]
    making.result()
