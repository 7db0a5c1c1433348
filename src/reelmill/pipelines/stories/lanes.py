"""One download, one render and one upload at a time on a node, each in the order of coming.

    Time →
    | Download(T1) | Render(T1)   | Upload(T1)
                   | Download(T2) | Render(T2)   | Upload(T2)

Source: specification, section 7.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from reelmill.errors import Canceled

#: Seconds between two looks whether the job is still wanted.
LOOK_S: Final = 0.5


class Act(StrEnum):
    """What only one task of a node does at a time."""

    DOWNLOAD = "download"
    RENDER = "render"
    UPLOAD = "upload"


class Lane:
    """Lets in one at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._line: deque[object] = deque()

    def __len__(self) -> int:
        """How many are in it or wait."""
        return len(self._line)

    def enter(self, who: object, canceled: threading.Event) -> None:
        """Wait for one's turn.

        Raises:
            Canceled: nobody wants it any more.
        """
        with self._moved:
            self._line.append(who)
            while self._line[0] is not who:
                if canceled.is_set():
                    self._line.remove(who)
                    raise Canceled
                self._moved.wait(LOOK_S)

    def leave(self, who: object) -> None:
        """Let the next one in."""
        with self._moved:
            self._line.remove(who)
            self._moved.notify_all()


class Passage:
    """The way of one task through the lanes of a node.

    Attributes:
        took_s: Seconds that each act took, waiting not counted.
    """

    def __init__(self, lanes: dict[Act, Lane], canceled: threading.Event) -> None:
        self._lanes = lanes
        self._canceled = canceled
        self._in: list[Act] = []
        self.took_s = dict.fromkeys(Act, 0.0)

    @contextmanager
    def at(self, act: Act) -> Iterator[None]:
        """Do an act when it is this task's turn.

        Raises:
            Canceled: nobody wants the task any more.
        """
        self.enter(act)
        began_s = time.monotonic()
        yield
        self.took_s[act] = time.monotonic() - began_s

    def enter(self, act: Act) -> None:
        """Go on to an act, and leave the one before.

        Whoever has downloaded stays in that lane until it renders, so that one task is fetched
        ahead and not three. A render leaves first: the next one begins at once.

        Raises:
            Canceled: nobody wants the task any more.
        """
        if act is Act.UPLOAD:
            self.leave()
        self._lanes[act].enter(self, self._canceled)
        self.leave()
        self._in.append(act)

    def leave(self) -> None:
        """Be in no lane."""
        while self._in:
            self._lanes[self._in.pop()].leave(self)


#: The lanes of this process: a node is one.
LANES: Final = {act: Lane() for act in Act}


@contextmanager
def passage(canceled: threading.Event) -> Iterator[Passage]:
    """A way through the lanes of this node, left whatever happens."""
    through = Passage(LANES, canceled)
    try:
        yield through
    finally:
        through.leave()
