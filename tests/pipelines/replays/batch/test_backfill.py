"""Batches over real folders, a real database and a node in this process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tables import built

from reelmill.app import App
from reelmill.catalog.jobs import JobState
from reelmill.config import Settings
from reelmill.pipelines.replays.batch.backfill import Batch, Order
from reelmill.pipelines.replays.batch.choices import Asked, Mode
from reelmill.pipelines.replays.batch.sources import files_below
from reelmill.pipelines.replays.batch.tally import Ended, Ending
from reelmill.pipelines.replays.samples.games import SAMPLES, write_sample
from reelmill.pipelines.replays.spec import ReplaySpec
from reelmill.units import JobId, StoreKey

LOOK = ReplaySpec(game_id="any", replay_key=StoreKey("any"), fps=10, seconds_per_round=0.1)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A system whose node works for all tests of this file."""
    home = tmp_path_factory.mktemp("library")
    settings = Settings(home=home, children=2, log_level="error")
    with built(settings) as app, app.node():
        yield app


@pytest.fixture
def games(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Two small games, other ones for each test."""
    first = sum(map(ord, request.node.name))
    for seed in (first, first + 1):
        name, document = write_sample(SAMPLES[4], seed=seed, number=4)
        (tmp_path / name).write_bytes(document)
    return tmp_path


def backfill(system: App, folder: Path, **order: Any) -> list[Ended]:
    asked = {name: order.pop(name) for name in tuple(order) if name in Asked.__annotations__}
    batch = Batch(
        system, files_below(folder).files, Order(asked=Asked(**asked), look=LOOK, **order)
    )
    return list(batch)


def endings(ended: list[Ended]) -> list[Ending]:
    return sorted(each.ending for each in ended)


def video_of(system: App, ended: Ended) -> Path:
    path = system.services.store.local_path(StoreKey(ended.video_key))
    assert path is not None
    return path


def test_every_game_becomes_a_video_and_is_not_made_twice(system: App, games: Path) -> None:
    first = backfill(system, games)
    assert endings(first) == [Ending.SUCCEEDED, Ending.SUCCEEDED]
    assert all(video_of(system, each).stat().st_size for each in first)
    assert all(each.took_s is not None for each in first)
    assert endings(backfill(system, games)) == [Ending.SKIPPED, Ending.SKIPPED]


def test_what_is_missing_or_damaged_is_made_again(system: App, games: Path) -> None:
    one, other = backfill(system, games)
    before = video_of(system, one).read_bytes()
    video_of(system, one).unlink()
    with video_of(system, other).open("r+b") as file:
        file.seek(3000)
        file.write(b"?")
    again = {each.game_id: each for each in backfill(system, games)}
    assert again[one.game_id].notes == ("the video was gone",)
    assert again[other.game_id].notes == ("the video was damaged",)
    assert video_of(system, one).read_bytes() == before, "the same game gives the same bytes"


def test_a_bad_file_is_a_row_and_stops_nothing(system: App, games: Path) -> None:
    (games / "snake_game_0.json").write_text("{")
    ended = {each.name: each for each in backfill(system, games)}
    bad = ended["snake_game_0.json"]
    assert bad.ending is Ending.FAILED
    assert bad.reason
    assert endings(list(ended.values())).count(Ending.SUCCEEDED) == 2
    job = system.jobs.find(JobId("replays/0.10fps-100ms"))
    assert (job.state, job.run) == (JobState.FAILED, 2), "it got a second chance, at once"


def test_what_failed_waits_until_it_is_asked_for(system: App, games: Path) -> None:
    (games / "snake_game_1.json").write_text("[]")
    backfill(system, games)
    assert Ending.LEFT in endings(backfill(system, games))
    assert endings(backfill(system, games, mode=Mode.FAILED_ONLY)) == [Ending.FAILED]
    assert Ending.FAILED in endings(backfill(system, games, retry_failed=True))
    (games / "snake_game_1.json").write_bytes(next(games.glob("*.json")).read_bytes() + b" ")
    assert Ending.LEFT not in endings(backfill(system, games)), "a mended file is tried again"


def test_the_same_content_is_one_job_and_another_game_has_another_name(
    system: App, games: Path
) -> None:
    one = min(games.glob("*.json"))
    (games / "y_copy.json").write_bytes(one.read_bytes())
    (games / "z_other.json").write_bytes(one.read_bytes() + b"\n")
    for _ in range(2):
        ended = {each.name: each for each in backfill(system, games)}
        first, copy, other = (ended[name] for name in (one.name, "y_copy.json", "z_other.json"))
        assert copy.ending is Ending.SAME
        assert one.name in copy.reason
        assert other.game_id.startswith(f"{first.game_id}-")
        assert video_of(system, other) != video_of(system, first)
    assert ended["z_other.json"].ending is Ending.SKIPPED


def test_a_game_that_was_told_apart_stays_so_alone(system: App, games: Path) -> None:
    one = min(games.glob("*.json"))
    (games / "z_other.json").write_bytes(one.read_bytes() + b"\n")
    backfill(system, games)
    one.unlink()
    assert set(endings(backfill(system, games))) == {Ending.SKIPPED}


def test_another_document_under_the_same_id_is_made_anew(system: App, games: Path) -> None:
    backfill(system, games)
    one = min(games.glob("*.json"))
    one.write_bytes(one.read_bytes() + b"\n")
    (redone,) = (each for each in backfill(system, games) if each.ending is Ending.SUCCEEDED)
    assert redone.name == one.name
    assert redone.notes == ("the replay has changed",)


def test_a_limit_counts_what_is_started(system: App, games: Path) -> None:
    assert endings(backfill(system, games, limit=1)) == [Ending.SUCCEEDED]
    assert endings(backfill(system, games, limit=1)) == [Ending.SKIPPED, Ending.SUCCEEDED]


def test_only_the_games_that_were_named(system: App, games: Path) -> None:
    everything = backfill(system, games)
    chosen = frozenset({everything[0].game_id})
    assert [each.game_id for each in backfill(system, games, game_ids=chosen)] == list(chosen)


def test_force_does_everything_again(system: App, games: Path) -> None:
    backfill(system, games)
    assert endings(backfill(system, games, force=True)) == [Ending.SUCCEEDED, Ending.SUCCEEDED]


def test_a_game_that_is_under_way_is_waited_for(system: App, games: Path) -> None:
    abandoned = iter(Batch(system, files_below(games).files, Order(asked=Asked(), look=LOOK)))
    next(abandoned)
    ended = backfill(system, games, resume_stale=True)
    assert set(endings(ended)) <= {Ending.SUCCEEDED, Ending.SKIPPED}
    assert len(ended) == 2


def test_never_more_at_once_than_allowed(system: App, games: Path) -> None:
    for seed in range(900, 904):
        name, document = write_sample(SAMPLES[4], seed=seed, number=4)
        (games / name).write_bytes(document)
    order = Order(asked=Asked(), look=LOOK, max_parallel=1)
    for _ in Batch(system, files_below(games).files, order):
        unfinished = [
            job
            for state in (JobState.PENDING, JobState.IN_PROGRESS)
            for job in system.jobs.listed(state=state)
        ]
        assert len(unfinished) <= 1
