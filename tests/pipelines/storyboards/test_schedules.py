"""Schedules of faults and deaths: whatever happens, money is counted and nothing bought twice."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.pipelines.storyboards.fate import Engine, Fate
from tests.pipelines.storyboards.gallery import (
    approve,
    board_of,
    chosen,
    drafted,
    entries_of,
    gallery,
    rendered,
    scenes_of,
)

from reelmill.app import App
from reelmill.catalog.job import JobState
from reelmill.children import Children
from reelmill.pipelines.storyboards.providers.simulator.faults import Seeded
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving
from reelmill.pipelines.storyboards.records import EntryState
from reelmill.pipelines.storyboards.spec import StoryboardsSpec, VideoStatus
from reelmill.pipelines.storyboards.tables import ledger

#: What one user may spend on a day: enough for one video and one that came to half.
HARD_USD = Decimal("0.90")

#: Times that somebody asks again for what failed.
PATIENCE = 12

#: A provider that takes a request and loses its answer, as often as it is asked.
ALL_ANSWERS_LOST = 100_861

#: Schedules in which nodes sleep before they ask, and wake when others have gone on.
NAPPING = range(80_002, 80_020, 3)

EVERYDAY, EVERYDAY_ON_POSTGRES = 16, 2

CAMPAIGN = int(os.environ.get("REELMILL_SCHEDULES", "1000"))

#: Schedules among which some request leaves late for certain.
ENOUGH = 50

#: The first of the campaign, so that it may be carried out in pieces.
FIRST = int(os.environ.get("REELMILL_FIRST_SCHEDULE", "100000"))


class World(NamedTuple):
    """One system and one provider for all schedules of a file: books that only grow."""

    app: App
    provider: Provider


@contextmanager
def opened(home: Path, warm: Children, **given: Any) -> Iterator[World]:
    """A world, with settings of the house."""
    provider = Provider()
    waits = {
        "poll_s": 0.002,
        "image_retry_s": (0.001, 0.001),
        "render_retry_s": (0.001, 0.001),
        "download_retry_s": (0.001, 0.001, 0.001),
    }
    budgets = {"user_hard_usd": HARD_USD, "day_hard_usd": 1000, "day_soft_usd": 1000}
    with serving(provider) as url:
        section = chosen(url, waits=waits, budgets=budgets, breaker={"failures": 1000})
        quick = {"call_waits_s": (0.001, 0.001), "leaves_s": 0.02}
        over_http = section.replicate.model_copy(update=quick)
        section = section.model_copy(update={"replicate": over_http})
        with gallery(home, section, children=warm, **given) as app:
            yield World(app, provider)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("world") / "home", warm) as made:
        yield made


@pytest.fixture
def on_postgres(tmp_path: Path, warm: Children, postgres_url: str) -> Iterator[World]:
    with opened(tmp_path / "home", warm, database_url=postgres_url) as made:
        yield made


def carry_through(world: World, seed: int) -> VideoStatus:
    """A board from its prompt to its video, through everything that a seed holds ready."""
    app, provider = world
    provider.faults = provider.books.faults = Seeded(seed, share=0.2, at_most=14)
    with closing(Engine(app, provider, Fate(seed))) as engine:
        return _told(engine, seed)


def _told(engine: Engine, seed: int) -> VideoStatus:
    app, owner = engine.app, f"user-{seed}"
    board_id = drafted(app, owner=owner, prompt=f"A walk along the sea, number {seed}")
    for _ in range(PATIENCE):
        engine.carry_out(board_of(app, board_id).job_id)
        engine.settle()
        if all(row.has_picture for row in scenes_of(app, board_id)):
            break
        with_some = board_of(app, board_id).status is VideoStatus.STORYBOARD_READY
        _again(app, board_id, was_ready=with_some)
    approve(app, board_id)
    for _ in range(PATIENCE):
        job = engine.carry_out(rendered(app, board_id).id)
        engine.settle()
        if job.state is JobState.COMPLETED or job.error_code == "budget_spent":
            break
    return board_of(app, board_id).status


def _again(app: App, board_id: str, *, was_ready: bool) -> None:
    """Ask again for the pictures that are missing."""
    job_id = board_of(app, board_id).job_id
    if was_ready:
        # A board with some of its pictures is no failure: its draft is begun again by hand.
        spec = app.jobs.find(job_id).spec
        app.jobs.submit("storyboards", StoryboardsSpec.model_validate(spec), owner="", force=True)
    else:
        app.jobs.retry(job_id)


def check(world: World, seed: int, status: VideoStatus) -> None:
    """What must hold whatever happened."""
    app, provider = world
    entries = entries_of(app)
    assert not [entry for entry in entries if entry.state.is_open]
    # To the provider's books: the same purchases, each once, and the same sum.
    bought = Counter(entry.prediction_id for entry in entries if entry.prediction_id)
    assert bought == Counter(one.id for one in provider.books.purchases)
    paid = sum((entry.actual or Decimal(0) for entry in entries), Decimal(0))
    assert abs(paid - provider.books.total_usd) < Decimal("0.0001")
    # Nothing is bought twice, but by requests that left late; each of those is known as such.
    strays = [entry for entry in entries if entry.is_stray]
    marks = Counter(one.input["seed"] for one in provider.books.purchases)
    assert sum(marks.values()) - len(marks) <= len(strays)
    # Nothing that was made is made twice, and what was made is not lost.
    made = Counter(
        entry.purpose
        for entry in entries
        if entry.state is EntryState.SUCCEEDED and not entry.is_stray
    )
    assert max(made.values(), default=1) == 1
    assert not [entry for entry in entries if entry.lost_at]
    with app.services.catalog.read() as conn:
        spent = ledger.spent_on(conn, app.services.clock(), owner=f"user-{seed}")
    late = sum((entry.actual or 0 for entry in strays if entry.owner == f"user-{seed}"), Decimal(0))
    assert spent - late <= HARD_USD
    assert status in {VideoStatus.COMPLETED, VideoStatus.FAILED}


@pytest.mark.parametrize("seed", [*range(EVERYDAY), ALL_ANSWERS_LOST])
def test_a_schedule_of_faults_and_deaths_ends_with_books_that_agree(
    world: World, seed: int
) -> None:
    check(world, seed, carry_through(world, seed))


def test_most_schedules_end_with_a_video_all_the_same(world: World) -> None:
    statuses = Counter(carry_through(world, seed) for seed in range(90_000, 90_006))
    assert statuses[VideoStatus.COMPLETED] >= 4


def test_requests_that_leave_late_are_found_and_paid_for_in_the_ledger(world: World) -> None:
    for seed in NAPPING:
        check(world, seed, carry_through(world, seed))
    owners = {f"user-{seed}" for seed in NAPPING}
    strays = [one for one in entries_of(world.app) if one.is_stray and one.owner in owners]
    assert strays
    assert {one.state for one in strays} <= {EntryState.CANCELED, EntryState.SUCCEEDED}


@pytest.mark.postgres
def test_schedules_end_alike_on_postgres(on_postgres: World) -> None:
    for seed in (*range(EVERYDAY_ON_POSTGRES), NAPPING[0]):
        check(on_postgres, seed, carry_through(on_postgres, seed))


@pytest.mark.campaign
@pytest.mark.postgres
@pytest.mark.timeout(7200)
def test_hundreds_of_schedules_end_with_books_that_agree_on_postgres(
    on_postgres: World, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = carry_all_through(on_postgres, CAMPAIGN // 5)
    with capsys.disabled():
        sys.stdout.write(f"\n{report(on_postgres)}, boards: {told(ends)}\n")
    assert ends[VideoStatus.COMPLETED] > CAMPAIGN / 10


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_a_thousand_schedules_end_with_books_that_agree(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = carry_all_through(world, CAMPAIGN)
    with capsys.disabled():
        sys.stdout.write(f"\n{report(world)}, boards: {told(ends)}\n")
    assert ends[VideoStatus.COMPLETED] > CAMPAIGN / 2
    assert CAMPAIGN < ENOUGH or any(entry.is_stray for entry in entries_of(world.app))


def carry_all_through(world: World, count: int) -> Counter[VideoStatus]:
    """So many schedules of the campaign, each held against the books; what became of the boards."""
    ends: Counter[VideoStatus] = Counter()
    for seed in range(FIRST, FIRST + count):
        status = carry_through(world, seed)
        check(world, seed, status)
        ends[status] += 1
    return ends


def report(world: World) -> str:
    """What many schedules came to, on one line."""
    books, entries = world.provider.books, entries_of(world.app)
    strays = Counter(entry.state for entry in entries if entry.is_stray)
    return (
        f"{len(books.purchases)} bought for {books.total_usd} USD, "
        f"entries: {told(Counter(entry.state for entry in entries))}, strays: {told(strays)}"
    )


def told(counts: Counter[Any]) -> dict[str, int]:
    return {str(name): count for name, count in sorted(counts.items())}
