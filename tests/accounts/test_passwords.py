"""Passwords: kept as hashes, answered with yes or no."""

import time

import pytest

from reelmill.accounts import passwords
from reelmill.accounts.passwords import LEAST_LETTERS, MOST_LETTERS, WeakPassword, fits, hash_of

GOOD = "correct horse battery"


def test_a_password_fits_its_hash_alone() -> None:
    kept = hash_of(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert fits(GOOD, kept)
    assert not fits(GOOD + "!", kept)
    assert not fits("", kept)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_of(GOOD) != hash_of(GOOD)


@pytest.mark.parametrize("password", ["", "x" * (LEAST_LETTERS - 1), "x" * (MOST_LETTERS + 1)])
def test_too_short_and_too_long_ones_are_not_taken(password: str) -> None:
    with pytest.raises(WeakPassword) as told:
        hash_of(password)
    assert password == "" or password not in str(told.value)


def test_the_longest_counts_to_its_last_letter() -> None:
    longest = "x" * MOST_LETTERS
    assert fits(longest, hash_of(longest))
    assert not fits(longest + "x", hash_of(longest))


def test_nothing_fits_where_there_is_no_hash() -> None:
    assert not fits("", "")
    assert not fits("the password of nobody", "")
    assert not fits(GOOD, "no hash at all")


def test_a_name_that_does_not_exist_costs_as_much_work() -> None:
    kept = hash_of(GOOD)
    fits("warm up", "")

    def cpu_s(password_hash: str) -> float:
        began = time.process_time()
        for _ in range(5):
            fits("wrong", password_hash)
        return time.process_time() - began

    assert passwords._nobodys().rpartition("$")[0].rpartition("$")[0] in kept
    assert cpu_s("") > cpu_s(kept) / 5
