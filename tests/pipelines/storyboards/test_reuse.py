"""The same picture, asked for again within a day: made once, paid once."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from tests.pipelines.storyboards.gallery import board_of, entries_of, scenes_of
from tests.pipelines.storyboards.theatre import Theatre

from reelmill.pipelines.storyboards.measures import gauges
from reelmill.pipelines.storyboards.records import EntryState
from reelmill.pipelines.storyboards.spec import PictureSpec, StoryboardsSpec, VideoStatus
from reelmill.pipelines.storyboards.tables import boards
from reelmill.pipelines.storyboards.tidying import clear_boards
from reelmill.storage.store import Store, Stored
from reelmill.units import StoreKey


@pytest.fixture
def more() -> dict[str, Any]:
    return {"reuse_hours": 24}


def bought(theatre: Theatre) -> int:
    return len(theatre.provider.books.purchases)


def files(theatre: Theatre, board_id: str) -> list[bytes]:
    store = theatre.app.services.store
    keys = [row.picture_key for row in scenes_of(theatre.app, board_id)]
    assert all(key and board_id in key for key in keys), "each board has files of its own"
    return [store.read(key) for key in keys if key]


def test_the_same_draft_within_a_day_costs_nothing(theatre: Theatre) -> None:
    first, second = theatre.drafted(), theatre.drafted()
    assert bought(theatre) == 3
    assert files(theatre, first) == files(theatre, second)
    again = [one for one in entries_of(theatre.app) if one.board_id == second]
    assert [(one.state, one.actual, one.held) for one in again] == [
        (EntryState.SUCCEEDED, 0, 0)
    ] * 3
    told = {(one.name, *one.labels.values()): one.value for one in gauges(theatre.app.services)}
    assert told["purchases_today", "reuse", "succeeded"] == 3
    assert told["purchases_today_usd", "picture", "succeeded"] == 0.009
    theatre.balance()


def test_the_next_day_it_is_bought_again(theatre: Theatre) -> None:
    theatre.drafted()
    theatre.clock.move(hours=24.1)
    theatre.drafted()
    assert bought(theatre) == 6


def test_what_is_used_again_does_not_make_the_day_longer(theatre: Theatre) -> None:
    theatre.drafted()
    theatre.clock.move(hours=23)
    theatre.drafted()
    theatre.clock.move(hours=2)
    theatre.drafted()
    assert bought(theatre) == 6


@pytest.mark.parametrize(
    "other", [{"owner": "ann"}, {"style": "noir"}, {"aspect_ratio": "1:1"}], ids=str
)
def test_of_another_owner_words_or_shape_it_is_bought(
    theatre: Theatre, other: dict[str, Any]
) -> None:
    theatre.drafted()
    theatre.drafted(**other)
    assert bought(theatre) == 6


def test_a_picture_that_is_wanted_anew_is_made_anew(theatre: Theatre) -> None:
    board_id = theatre.drafted()
    scene = scenes_of(theatre.app, board_id)[0]
    spec = PictureSpec(board_id=board_id, scene_id=scene.id, edition=1)
    theatre.app.jobs.submit("storyboards", StoryboardsSpec(spec), force=True)
    theatre.carry_out(board_id)
    assert bought(theatre) == 4


def test_a_picture_that_is_gone_is_bought_anew(theatre: Theatre) -> None:
    here, first = theatre.app.services, theatre.drafted()
    with here.catalog.begin() as conn:
        boards.delete(conn, first, now=here.clock())
    theatre.clock.move(hours=1)
    assert clear_boards(here) == 1
    theatre.drafted()
    assert bought(theatre) == 6
    theatre.balance()


class Vanishing:
    """A store of which a file goes when it is fetched."""

    def __init__(self, store: Store, key: StoreKey) -> None:
        self._store, self._key = store, key

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def fetch(self, key: StoreKey, to: Path) -> Stored:
        if key == self._key:
            self._store.delete(key)
        return self._store.fetch(key, to)


def test_a_picture_that_goes_while_it_is_used_again_is_bought_anew(theatre: Theatre) -> None:
    first = theatre.drafted()
    lies = scenes_of(theatre.app, first)[0].picture_key
    assert lies is not None
    store = cast("Store", Vanishing(theatre.app.services.store, lies))
    here = replace(theatre.app.services, store=store)
    second = Theatre(replace(theatre.app, services=here), theatre.provider, theatre.clock).drafted()
    assert board_of(theatre.app, second).status is VideoStatus.STORYBOARD_READY
    assert all(row.has_picture for row in scenes_of(theatre.app, second))
    assert bought(theatre) == 4
    theatre.balance()
