"""Things that are made by a thread of their own."""

import threading
from collections.abc import Iterator

import pytest

from reelmill.media.ahead import MOST_AHEAD, ahead, begun


def test_all_come_in_order_and_are_made_elsewhere() -> None:
    makers = set()

    def numbers() -> Iterator[int]:
        for number in range(10 * MOST_AHEAD):
            makers.add(threading.get_ident())
            yield number

    assert list(ahead(numbers())) == list(range(10 * MOST_AHEAD))
    assert threading.get_ident() not in makers


def test_what_goes_wrong_is_raised_behind_what_was_made() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    taken = ahead(numbers())
    assert next(taken) == 1
    with pytest.raises(ZeroDivisionError):
        next(taken)


def test_no_more_is_made_than_may_wait_and_nothing_once_the_taker_has_left() -> None:
    made: list[int] = []

    def numbers() -> Iterator[int]:
        while True:
            made.append(len(made))
            yield made[-1]

    taken = ahead(numbers(), most=3)
    assert [next(taken) for _ in range(5)] == [0, 1, 2, 3, 4]
    taken.close()
    assert 5 <= len(made) <= 5 + 3 + 2


def test_what_is_begun_is_made_before_it_is_asked_for_and_ends_with_its_block() -> None:
    made: list[int] = []
    is_begun = threading.Event()

    def numbers() -> Iterator[int]:
        while True:
            made.append(len(made))
            is_begun.set()
            yield made[-1]

    with begun(numbers(), most=3) as taken:
        assert is_begun.wait(60)
        assert next(taken) == 0
    assert len(made) <= 1 + 3 + 2
