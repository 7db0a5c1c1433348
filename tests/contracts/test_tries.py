"""How often something was done in a while, counted on both databases."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import sqlalchemy as sa

from reelmill.catalog import tries
from reelmill.catalog.database import Catalog
from reelmill.catalog.tries import KEPT, Limit, kind_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BY_NAME = Limit(kind_of("name", "ann"), 3, timedelta(minutes=1))
BY_ALL = Limit(kind_of("all"), 4, timedelta(minutes=2))


def begin(catalog: Catalog, *limits: Limit, at: datetime = NOON) -> float:
    with catalog.begin() as conn:
        return tries.begin(conn, limits, at)


def test_what_is_reached_has_to_wait_until_its_window_has_room(catalog: Catalog) -> None:
    moments = [NOON + number * SECOND for number in range(3)]
    assert [begin(catalog, BY_NAME, at=at) for at in moments] == [0, 0, 0]
    assert begin(catalog, BY_NAME, at=NOON + 10 * SECOND) == 50
    assert begin(catalog, BY_NAME, at=NOON + 60 * SECOND) == 0
    assert begin(catalog, BY_NAME, at=NOON + 60 * SECOND) == 1


def test_the_longest_wait_counts_and_what_waits_is_counted_nowhere(catalog: Catalog) -> None:
    for _ in range(3):
        assert begin(catalog, BY_NAME, BY_ALL) == 0
    assert begin(catalog, BY_NAME, BY_ALL) == 60
    assert begin(catalog, BY_ALL) == 0
    assert begin(catalog, BY_NAME, BY_ALL) == 120


def test_what_is_taken_back_is_one_try_and_what_is_forgotten_all(catalog: Catalog) -> None:
    for _ in range(3):
        begin(catalog, BY_NAME, BY_ALL)
    with catalog.begin() as conn:
        tries.take_back(conn, [BY_NAME.kind, BY_ALL.kind], NOON)
    assert begin(catalog, BY_NAME, BY_ALL) == 0
    assert begin(catalog, BY_NAME, BY_ALL) > 0
    with catalog.begin() as conn:
        tries.forget(conn, BY_NAME.kind)
    assert [begin(catalog, BY_NAME) for _ in range(4)] == [0, 0, 0, 60]


def test_many_at_once_are_no_way_around(catalog: Catalog) -> None:
    start, waits = Barrier(8), []

    def attempt() -> None:
        start.wait()
        waits.append(begin(catalog, BY_NAME, BY_ALL))

    threads = [Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(0) == 3


def test_what_counts_for_nobody_is_let_go_of(catalog: Catalog) -> None:
    begin(catalog, BY_NAME)
    begin(catalog, BY_ALL, at=NOON + KEPT)
    with catalog.read() as conn:
        kinds = conn.execute(sa.text("SELECT kind FROM tries")).scalars().all()
    assert kinds == [BY_ALL.kind]
