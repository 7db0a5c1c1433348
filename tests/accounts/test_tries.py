"""Attempts to sign in: how many, by whom, from where."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from reelmill.accounts import tries
from reelmill.accounts.tries import WINDOW, Tries

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def fail(those: Tries, count: int, name: str = "ann", address: str = "10.0.0.1") -> None:
    for _ in range(count):
        assert those.begin(name, address, NOON) == 0


def test_the_sixth_failure_of_a_name_from_an_address_has_to_wait() -> None:
    those = Tries()
    fail(those, 5)
    assert those.begin("ann", "10.0.0.1", NOON) == WINDOW.total_seconds() + 1
    assert those.begin("ann", "10.0.0.1", NOON + MINUTE) == (WINDOW - MINUTE).total_seconds() + 1


def test_others_need_not_wait_for_it() -> None:
    those = Tries()
    fail(those, 5)
    fail(those, 1, name="bob")
    fail(those, 1, address="10.0.0.2")


def test_an_address_that_tries_many_names_has_to_wait() -> None:
    those = Tries()
    for number in range(30):
        fail(those, 1, name=f"user-{number}")
    assert those.begin("another", "10.0.0.1", NOON) > 0
    assert those.begin("another", "10.0.0.2", NOON) == 0


def test_a_name_that_many_addresses_try_has_to_wait() -> None:
    those = Tries()
    for number in range(100):
        fail(those, 1, address=f"10.0.1.{number}")
    assert those.begin("ann", "10.0.2.1", NOON) > 0
    assert those.begin("bob", "10.0.2.1", NOON) == 0


def test_time_forgives() -> None:
    those = Tries()
    fail(those, 5)
    assert those.begin("ann", "10.0.0.1", NOON + WINDOW) == 0


def test_who_gets_in_starts_anew_and_has_not_failed() -> None:
    those = Tries()
    for number in range(50):
        at = NOON + timedelta(seconds=number)
        assert those.begin("ann", "10.0.0.1", at) == 0
        those.succeeded("ann", "10.0.0.1", at)
    fail(those, 5)


def test_success_does_not_wash_away_what_the_address_did_to_others() -> None:
    those = Tries()
    for number in range(29):
        fail(those, 1, name=f"user-{number}")
    own = NOON + timedelta(seconds=1)
    assert those.begin("own", "10.0.0.1", own) == 0
    those.succeeded("own", "10.0.0.1", own)
    fail(those, 1, name="user-30")
    assert those.begin("user-31", "10.0.0.1", NOON) > 0


def test_many_at_once_are_no_way_around() -> None:
    those, let_in = Tries(), []

    def attempt() -> None:
        if those.begin("ann", "10.0.0.1", NOON) == 0:
            let_in.append(1)

    threads = [Thread(target=attempt) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == 5


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "MOST_KEPT", 30)
    those = Tries()
    for number in range(100):
        fail(those, 1, name=f"user-{number}", address=f"10.0.1.{number}")
    assert len(those._failures) == 30
