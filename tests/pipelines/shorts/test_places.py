"""So many at once, and the rest is told to come again."""

from contextlib import ExitStack

import pytest

from reelmill.pipelines.shorts.places import Places
from reelmill.pipelines.shorts.refusals import PlannersBusy


def test_who_finds_no_place_is_told_and_a_place_that_was_left_is_free() -> None:
    places = Places(2, PlannersBusy)
    with ExitStack() as taken:
        for _ in range(2):
            taken.enter_context(places.one())
        with pytest.raises(PlannersBusy) as told, places.one():
            pass
        assert told.value.facts["at_once"] == 2
    with pytest.raises(ZeroDivisionError), places.one():
        raise ZeroDivisionError
    with places.one(), places.one():
        pass
