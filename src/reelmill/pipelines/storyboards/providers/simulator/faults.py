"""What the simulated provider does wrong, and when: by a schedule, or by a seed."""

import random
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol


class Call(StrEnum):
    """What the provider is asked for; each kind has faults of its own."""

    CREATE = "create"
    """A prediction is bought."""

    WORK = "work"
    """What becomes of it; asked once for each that was bought."""

    LOOK = "look"
    """Somebody asks how far it is."""

    LIST = "list"
    """Somebody asks what was bought."""

    CANCEL = "cancel"
    """Somebody stops it."""

    OUTPUT = "output"
    """Somebody fetches what was made."""


class Fault(StrEnum):
    """One thing that goes wrong."""

    RATE_LIMITED = "rate_limited"
    """429 with Retry-After; nothing was taken."""

    BROKEN = "broken"
    """500; nothing was taken."""

    HUNG_UP = "hung_up"
    """The connection ends without an answer; nothing was taken."""

    BROKEN_AFTER = "broken_after"
    """500, though the work was taken."""

    LOST_AFTER = "lost_after"
    """The connection ends without an answer, though the work was taken."""

    STALLED = "stalled"
    """The answer comes after `stall_s` seconds, too late for whoever waits less."""

    REFUSED = "refused"
    """422: the request is not to the provider's taste."""

    SLOW = "slow"
    """It is ready only after several more looks."""

    FAILS = "fails"
    """The prediction fails; what was made until then is charged."""

    STOPPED = "stopped"
    """The provider cancels it; what was made until then is charged."""

    OTHER_LENGTH = "other_length"
    """The video is half as long as was asked; only by schedule."""

    OTHER_SHAPE = "other_shape"
    """The video has another shape than was asked; only by schedule."""

    DEAR = "dear"
    """Three times as much is charged as was asked for; only by schedule."""

    LAGS = "lags"
    """The list leaves out the newest."""

    FORGOT = "forgot"
    """The list no longer knows what was asked."""

    EXPIRED = "expired"
    """404: the address of the output is too old."""

    TRUNCATED = "truncated"
    """The connection ends in the middle of the file."""

    CUT_SHORT = "cut_short"
    """The file ends in the middle, and the length that is told is right for that."""

    HTML = "html"
    """A page of HTML instead of the file, with 200."""

    EMPTY = "empty"
    """A file without a byte."""

    TINY = "tiny"
    """A file of a hundred bytes."""


#: What may go wrong with each kind of call.
POSSIBLE: Final[Mapping[Call, tuple[Fault, ...]]] = {
    Call.CREATE: (
        *(Fault.RATE_LIMITED, Fault.BROKEN, Fault.HUNG_UP),
        *(Fault.BROKEN_AFTER, Fault.LOST_AFTER),
    ),
    Call.WORK: (Fault.SLOW, Fault.FAILS, Fault.STOPPED),
    Call.LOOK: (Fault.RATE_LIMITED, Fault.BROKEN, Fault.HUNG_UP),
    Call.LIST: (Fault.RATE_LIMITED, Fault.BROKEN, Fault.LAGS),
    Call.CANCEL: (Fault.RATE_LIMITED, Fault.BROKEN, Fault.LOST_AFTER),
    Call.OUTPUT: (
        *(Fault.BROKEN, Fault.HUNG_UP, Fault.TRUNCATED, Fault.CUT_SHORT),
        *(Fault.HTML, Fault.EMPTY, Fault.TINY),
    ),
}


class Faults(Protocol):
    """Decides what goes wrong."""

    def next(self, call: Call) -> Fault | None:
        """What goes wrong with the call that comes now; None for nothing."""
        ...


@dataclass
class Scheduled:
    """The faults that were asked for, each once, in their order; then nothing goes wrong."""

    planned: Mapping[Call, Iterable[Fault | None]] = field(default_factory=dict)
    """By kind of call; None lets one call pass."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._left = {call: deque(faults) for call, faults in self.planned.items()}

    def next(self, call: Call) -> Fault | None:
        """The next that was asked for."""
        with self._lock:
            left = self._left.get(call)
            return left.popleft() if left else None


@dataclass
class Seeded:
    """Faults by chance; the same ones whenever the seed and the calls are the same."""

    seed: int
    """What chance is drawn from."""

    share: float = 0.25
    """Share of calls that go wrong, 0.0 to 1.0."""

    at_most: int = 12
    """Faults until all goes well, so that every story ends."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        # One stream a kind: how often somebody looks must not change what becomes of the work.
        self._streams = {call: random.Random(f"{self.seed}/{call}") for call in Call}  # noqa: S311
        self._left = self.at_most

    def next(self, call: Call) -> Fault | None:
        """What chance says."""
        with self._lock:
            stream = self._streams[call]
            hits, fault = stream.random() < self.share, stream.choice(POSSIBLE[call])
            if not hits or self._left <= 0:
                return None
            self._left -= 1
            return fault
