"""Manifests are made by durable jobs, and a record that kills them costs one row."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.pipelines.captures.hall import open_hall
from tests.pipelines.captures.manifest.library import ROWS, bytes_of, fill, made, put, rows, sound

from reelmill.app import App
from reelmill.catalog.job import JobState
from reelmill.pipelines.captures.assembling import assemble
from reelmill.pipelines.captures.checks.check import with_thresholds
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.manifest.build import Order
from reelmill.pipelines.captures.manifest.choosing import checks_by
from reelmill.storage.folder import FolderStore


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with open_hall(tmp_path_factory.mktemp("hall")) as app, app.node(["captures"]):
        yield app


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "records of today")
    fill(store)
    return store


def test_batches_are_jobs_and_their_manifest_is_that_of_a_run_without_them(
    app: App, store: FolderStore, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    order = Order(checks=CHECKS, batch=4)
    built = assemble(
        lambda: nullcontext(app), store, order, lambda done, total: told.append((done, total))
    )
    assert (built.looked_into, built.batches, len(rows(built))) == (ROWS, 3, ROWS)
    assert told[-1] == (ROWS, ROWS)
    elsewhere = FolderStore(tmp_path / "elsewhere")
    fill(elsewhere)
    assert bytes_of(built) == bytes_of(made(elsewhere))


def test_another_threshold_asks_for_no_job(app: App, store: FolderStore) -> None:
    assemble(lambda: nullcontext(app), store, Order(checks=CHECKS), lambda _done, _total: None)
    before = app.jobs.counts()
    moved = with_thresholds(CHECKS, {"dark_mean_under": 200})
    built = assemble(
        lambda: nullcontext(app), store, Order(checks=moved), lambda _done, _total: None
    )
    assert app.jobs.counts() == before
    assert rows(built)["day/0.pt"]["is_video_mostly_dark"] is True


@pytest.mark.usefixtures("in_haste")
def test_a_record_that_kills_its_process_costs_its_own_row_alone(
    app: App, store: FolderStore
) -> None:
    put(store, sound("day/poison.tar", 90))
    poison = f"{__name__.rpartition('.')[0]}.poison:classify"
    order = Order(checks=checks_by(poison), menu_by=poison, batch=4)
    found = rows(assemble(lambda: nullcontext(app), store, order, lambda _done, _total: None))
    assert len(found) == ROWS + 1
    assert found["day/poison.pt"]["error"].startswith("child_died: ")
    assert {key for key, row in found.items() if row["error"]} == {
        "day/poison.pt",
        "day/8.pt",
        "day/9.error.json",
    }


def test_work_that_was_lost_is_done_again_by_the_same_jobs(app: App, store: FolderStore) -> None:
    order = Order(checks=CHECKS)
    first = assemble(lambda: nullcontext(app), store, order, lambda _done, _total: None)
    for stat in list(store.list("_checks")):
        store.delete(stat.key)
    again = assemble(lambda: nullcontext(app), store, order, lambda _done, _total: None)
    assert bytes_of(again) == bytes_of(first)
    states = {state for (pipeline, state) in app.jobs.counts() if pipeline == "captures"}
    assert JobState.IN_PROGRESS not in states
