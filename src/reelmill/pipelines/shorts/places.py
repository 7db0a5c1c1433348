"""So many at once in one process; the rest is told to come again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from reelmill.errors import Unavailable


class Places:
    """Places for work inside of requests, so that the others go on being answered.

    Args:
        at_once: How many there are.
        busy: What is raised when all are taken.
    """

    def __init__(self, at_once: int, busy: type[Unavailable]) -> None:
        self.at_once = at_once
        self._busy = busy
        self._free = threading.BoundedSemaphore(at_once)

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place until the block ends.

        Raises:
            Unavailable: none is free; the leaf that was given.
        """
        if not self._free.acquire(blocking=False):
            raise self._busy(at_once=self.at_once)
        try:
            yield
        finally:
            self._free.release()
