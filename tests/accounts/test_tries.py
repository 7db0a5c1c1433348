"""Attempts to sign in: how many, by whom, from where, whichever process they come to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from tests.tables import migrated

from reelmill.accounts.tries import WINDOW, Tries
from reelmill.catalog.database import Catalog

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = migrated(f"sqlite:///{tmp_path}/catalog.db")
    yield opened
    opened.close()


@pytest.fixture
def those(catalog: Catalog) -> Tries:
    return Tries(catalog)


def fail(those: Tries, count: int, name: str = "ann", address: str = "10.0.0.1") -> None:
    for _ in range(count):
        assert those.begin(name, address, NOON) == 0


def test_the_sixth_failure_of_a_name_from_an_address_has_to_wait(those: Tries) -> None:
    fail(those, 5)
    assert those.begin("ann", "10.0.0.1", NOON) == WINDOW.total_seconds() + 1
    assert those.begin("ann", "10.0.0.1", NOON + MINUTE) == (WINDOW - MINUTE).total_seconds() + 1


def test_others_need_not_wait_for_it(those: Tries) -> None:
    fail(those, 5)
    fail(those, 1, name="bob")
    fail(those, 1, address="10.0.0.2")


def test_an_address_that_tries_many_names_has_to_wait(those: Tries) -> None:
    for number in range(30):
        fail(those, 1, name=f"user-{number}")
    assert those.begin("another", "10.0.0.1", NOON) > 0
    assert those.begin("another", "10.0.0.2", NOON) == 0


def test_a_name_that_many_addresses_try_has_to_wait(those: Tries) -> None:
    for number in range(100):
        fail(those, 1, address=f"10.0.1.{number}")
    assert those.begin("ann", "10.0.2.1", NOON) > 0
    assert those.begin("bob", "10.0.2.1", NOON) == 0


def test_time_forgives(those: Tries) -> None:
    fail(those, 5)
    assert those.begin("ann", "10.0.0.1", NOON + WINDOW) == 0


def test_who_gets_in_starts_anew_and_has_not_failed(those: Tries) -> None:
    for number in range(50):
        at = NOON + timedelta(seconds=number)
        assert those.begin("ann", "10.0.0.1", at) == 0
        those.succeeded("ann", "10.0.0.1", at)
    fail(those, 5)


def test_success_does_not_wash_away_what_the_address_did_to_others(those: Tries) -> None:
    for number in range(29):
        fail(those, 1, name=f"user-{number}")
    own = NOON + timedelta(seconds=1)
    assert those.begin("own", "10.0.0.1", own) == 0
    those.succeeded("own", "10.0.0.1", own)
    fail(those, 1, name="user-30")
    assert those.begin("user-31", "10.0.0.1", NOON) > 0


def test_many_at_once_are_no_way_around(those: Tries) -> None:
    let_in = []

    def attempt() -> None:
        if those.begin("ann", "10.0.0.1", NOON) == 0:
            let_in.append(1)

    threads = [Thread(target=attempt) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == 5


def test_another_process_counts_the_same(those: Tries, catalog: Catalog) -> None:
    fail(those, 3)
    other = Tries(catalog)
    fail(other, 2)
    assert those.begin("ann", "10.0.0.1", NOON) > 0
    assert other.begin("ann", "10.0.0.1", NOON) > 0


def test_a_database_is_told_neither_names_nor_addresses(those: Tries, tmp_path: Path) -> None:
    """Somebody may type a password into the wrong field."""
    fail(those, 1, name="correct horse battery", address="10.9.8.7")
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("catalog.db*"))
    assert b"tries" in kept
    assert b"correct horse" not in kept
    assert b"10.9.8.7" not in kept
