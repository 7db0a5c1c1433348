import pytest

from reelmill.engine.retry import NEVER, ON_OUTAGE, Retry, wait_before, worth_another_try
from reelmill.errors import (
    BadMedia,
    Canceled,
    Conflict,
    LimitReached,
    NotFound,
    Refused,
    TimedOut,
    Unavailable,
)


@pytest.mark.parametrize(
    ("retry", "tried", "error", "wait_s"),
    [
        pytest.param(NEVER, 1, Unavailable(), None, id="never is never, also after an outage"),
        pytest.param(ON_OUTAGE, 1, Unavailable(), 1.0, id="an outage: again after a second"),
        pytest.param(ON_OUTAGE, 2, Unavailable(), 3.0, id="still out: three times as long"),
        pytest.param(ON_OUTAGE, 3, Unavailable(), None, id="three tries are enough"),
        pytest.param(ON_OUTAGE, 1, BadMedia(), None, id="a bad file stays bad"),
        pytest.param(ON_OUTAGE, 1, ValueError(), None, id="a bug stays a bug"),
        pytest.param(Retry(2, 30, 3), 1, Unavailable(), 30, id="as slow as asked"),
        pytest.param(Retry(2, 30, 3), 2, Unavailable(), 90, id="and slower"),
        pytest.param(Retry(5, 0, 9), 5, Unavailable(), 0, id="no wait is no wait"),
    ],
)
def test_wait_before_the_next_try(
    retry: Retry, tried: int, error: Exception, wait_s: float | None
) -> None:
    assert wait_before(retry, tried, error) == wait_s


@pytest.mark.parametrize(
    "family", [Refused, NotFound, Conflict, LimitReached, BadMedia, Canceled, TimedOut]
)
def test_only_an_outage_is_worth_another_try(family: type[Refused]) -> None:
    assert worth_another_try(Unavailable())
    assert not worth_another_try(family())


def test_a_leaf_may_say_no_for_itself() -> None:
    class Denied(Unavailable):
        """The neighbour does not let us in."""

        retryable = False

    assert not worth_another_try(Denied())
