"""An error and the tries so far -> whether to try again, and when. Pure."""

from typing import NamedTuple

from reelmill.errors import ReelmillError


class Retry(NamedTuple):
    """How often a step is tried again, and how long it waits before."""

    attempts: int
    """Tries after the first, 0 or more."""

    first_wait_s: float = 1.0
    """Seconds before the second try."""

    factor: float = 3.0
    """Each further wait is so many times the one before."""


#: One try: what goes wrong stays wrong.
NEVER = Retry(attempts=0)

#: Three tries in all: a neighbour that is restarted is back within seconds.
ON_OUTAGE = Retry(attempts=2, first_wait_s=1.0, factor=3.0)


def worth_another_try(error: BaseException) -> bool:
    """Only what says so of itself is tried again; a bug is not.

    >>> worth_another_try(ValueError("a bug"))
    False
    """
    return isinstance(error, ReelmillError) and error.retryable


def wait_before(retry: Retry, tried: int, error: BaseException) -> float | None:
    """Seconds to wait before the next try; None when there is none.

    Args:
        retry: The policy of the step.
        tried: Tries so far, 1 or more.
        error: What the last of them ended in.

    >>> from reelmill.errors import Unavailable
    >>> [wait_before(ON_OUTAGE, tried, Unavailable()) for tried in (1, 2, 3)]
    [1.0, 3.0, None]
    """
    if tried > retry.attempts or not worth_another_try(error):
        return None
    return retry.first_wait_s * retry.factor ** (tried - 1)
