"""What a damaged or strange record leads to -> one line, and where it happened."""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from reelmill.errors import ReelmillError, Unavailable

R = TypeVar("R")

#: What checks meet in records that are not what they claim to be.
FAULTS: Final = (
    ReelmillError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    TypeError,
    ValueError,
)

#: Frames of a traceback that are kept, the last ones.
DEPTH: Final = 8


class Fault(NamedTuple):
    """Why there is no figure."""

    error: str
    """Kind of error and message, one line."""

    traceback: str
    """Where it happened, without paths of this machine."""


def tried(work: Callable[[], R]) -> R | Fault:
    """Do something with a record of a stranger: what goes wrong is a value.

    Raises:
        Unavailable: the store does not answer, which is no fault of the record.
    """
    try:
        return work()
    except Unavailable:
        raise
    except FAULTS as error:
        return fault_of(error)


def fault_of(error: BaseException) -> Fault:
    """An error as a row tells it."""
    said = error.message if isinstance(error, ReelmillError) else " ".join(str(error).split())
    kind = error.code if isinstance(error, ReelmillError) else type(error).__name__
    return Fault(f"{kind}: {said}" if said else kind, _where(error))


def _where(error: BaseException) -> str:
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        path = code.co_filename.replace("\\", "/").rpartition("/src/")[2]
        path = path.rpartition("/site-packages/")[2]
        places.append(f"{path}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return "\n".join(places[-DEPTH:])
