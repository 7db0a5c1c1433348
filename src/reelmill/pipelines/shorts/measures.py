"""Exports that ended lately -> the numbers of the shorts at `/metrics`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reelmill.pipeline import Gauge
from reelmill.pipelines.shorts.figures import ABOUT, Ended, figures_of
from reelmill.pipelines.shorts.tables import endings
from reelmill.services import Services

#: How far back the numbers look.
LATELY: Final = timedelta(hours=24)

#: Exports that are looked at, the newest; what scrapes comes often, and the numbers stand still.
MOST: Final = 2000


def ended_lately(here: Services) -> list[Ended]:
    """Exports of everybody that ended lately, the newest first."""
    with here.catalog.read() as conn:
        return endings.ended_since(conn, here.clock() - LATELY, limit=MOST)


def gauges(here: Services) -> Iterator[Gauge]:
    """The numbers for `/metrics`."""
    for name, value, labels in figures_of(ended_lately(here)):
        yield Gauge(name, ABOUT[name], value, labels)
