"""A bench with chores; each notes in the database when it began and when it was done."""

import os
import time
from dataclasses import replace

import sqlalchemy as sa
from workshop import BENCH, Desk, Order

from reelmill.catalog.nodes import now
from reelmill.catalog.tables import Moment
from reelmill.engine.recipe import Asks
from reelmill.pipeline import Chore
from reelmill.services import Services

_metadata = sa.MetaData()

times = sa.Table(
    "household_times",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("done_at", Moment, nullable=True),
)

#: Present while `bench.soak` may not end.
lid = sa.Table("household_lid", _metadata, sa.Column("id", sa.Integer, primary_key=True))


def begin(here: Services, name: str) -> int:
    with here.catalog.begin() as conn:
        row = {"name": name, "pid": os.getpid(), "began_at": now(conn)}
        made = conn.execute(sa.insert(times).values(row).returning(times.c.id))
        return made.scalar_one()


def finish(here: Services, number: int) -> None:
    with here.catalog.begin() as conn:
        conn.execute(sa.update(times).where(times.c.id == number).values(done_at=now(conn)))


def sweep(here: Services, _jobs: Asks) -> None:
    number = begin(here, "sweep")
    time.sleep(0.1)
    finish(here, number)


def wind_up(here: Services, _jobs: Asks) -> None:
    finish(here, begin(here, "wind up"))


def stumble(here: Services, _jobs: Asks) -> None:
    finish(here, begin(here, "stumble"))
    raise ZeroDivisionError("over its own feet")


def soak(here: Services, _jobs: Asks) -> None:
    """Goes on as long as the lid is on."""
    number = begin(here, "soak")
    while True:
        with here.catalog.read() as conn:
            if conn.execute(sa.select(lid)).one_or_none() is None:
                break
        time.sleep(0.05)
    finish(here, number)


def order(_here: Services, jobs: Asks) -> None:
    jobs.submit("bench", Order(name="ordered"), owner="house")


HOUSEHOLD = replace(
    BENCH,
    chores=(
        Chore(name="bench.sweep", every_s=0.3, run=sweep),
        Chore(name="bench.wind_up", every_s=3600, run=wind_up),
        Chore(name="bench.stumble", every_s=0.3, run=stumble),
        Chore(name="bench.soak", every_s=0.2, run=soak),
        Chore(name="bench.order", every_s=3600, run=order),
    ),
)


def open_household(shop: Desk) -> None:
    with shop.catalog.begin() as conn:
        _metadata.create_all(conn)


def put_lid_on(shop: Desk) -> None:
    with shop.catalog.begin() as conn:
        conn.execute(sa.insert(lid).values(id=1))


def take_lid_off(shop: Desk) -> None:
    with shop.catalog.begin() as conn:
        conn.execute(sa.delete(lid))


def times_of(shop: Desk, name: str) -> list[sa.Row[tuple[int, str, int, object, object]]]:
    with shop.catalog.read() as conn:
        wanted = sa.select(times).where(times.c.name == name).order_by(times.c.began_at)
        return list(conn.execute(wanted))
