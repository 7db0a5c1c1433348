"""While one task is rendered, the next is fetched and the one before is put into the store."""

import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.pipelines.stories.studio import PATIENCE_S, open_studio, task

from reelmill.app import App
from reelmill.catalog.jobs import Job, JobState
from reelmill.pipelines.stories.figures import Turn, figures_of
from reelmill.pipelines.stories.lanes import Act
from reelmill.pipelines.stories.spec import StoryResult
from reelmill.storage.memory import MemoryStore
from reelmill.storage.store import Stored
from reelmill.units import StoreKey

#: Seconds that many tasks may take, one after the other, on a machine that does much else.
CAMPAIGN_S = 900.0


#: Tasks of a day without a campaign: the first and the last, and some between them.
TASKS = 4


class Transfer(NamedTuple):
    """A file that went over the line."""

    act: Act
    task_id: str
    began_s: float
    ended_s: float


class Throttled(MemoryStore):
    """A store behind a slow line: voices on their way here, videos on their way there."""

    def __init__(self) -> None:
        super().__init__()
        self.down_bytes_s = self.up_bytes_s = float("inf")
        self.seen: list[Transfer] = []

    def fetch(self, key: StoreKey, to: Path) -> Stored:
        began_s = time.monotonic()
        fetched = super().fetch(key, to)
        if "/voice/" in key:
            time.sleep(fetched.size_bytes / self.down_bytes_s)
            self.seen.append(Transfer(Act.DOWNLOAD, key.split("/")[4], began_s, time.monotonic()))
        return fetched

    def take(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        began_s = time.monotonic()
        taken = super().take(key, source, content_type=content_type)
        if key.endswith("final.mp4"):
            time.sleep(taken.size_bytes / self.up_bytes_s)
            self.seen.append(Transfer(Act.UPLOAD, key.split("/")[2], began_s, time.monotonic()))
        return taken


def made(app: App, names: list[str], voice_s: float, limit_s: float) -> list[Job]:
    ids = [app.jobs.submit("stories", task(app, name, voice_s=voice_s)).id for name in names]
    ended = app.jobs.wait(ids, timeout_s=limit_s)
    assert {job.state for job in ended.values()} == {JobState.COMPLETED}
    return [ended[job_id] for job_id in ids]


def result_of(job: Job) -> StoryResult:
    return StoryResult.model_validate(job.result)


def slow_down(store: Throttled, results: list[StoryResult], voice_bytes: int) -> None:
    """Let a transfer take as long as the quickest render did."""
    render_s = min(result.render_s for result in results)
    store.down_bytes_s = voice_bytes / render_s
    store.up_bytes_s = results[-1].size_bytes / render_s


def voice_bytes(store: Throttled, name: str) -> int:
    key = StoreKey(f"stories/scanned/story/sea/{name}/voice/chapter_0001.mp3")
    return store.stat(key).size_bytes


def turn_of(job: Job) -> Turn:
    result = result_of(job)
    assert job.started_at is not None
    assert job.finished_at is not None
    times = (job.started_at.timestamp(), job.finished_at.timestamp())
    return Turn("here", *times, result.download_s, result.render_s, result.upload_s)


@pytest.mark.campaign
@pytest.mark.timeout(CAMPAIGN_S)
def test_a_node_renders_95_of_100_seconds_when_all_acts_take_as_long(tmp_path: Path) -> None:
    """Of 60 tasks, two acts at the ends have no render beside them: 96.8 percent are the most."""
    store, voice_s, tasks = Throttled(), 20.0, 60
    with open_studio(tmp_path / "home", store=store) as app, app.node():
        # The first renders of a process are slower: their transfers would be the bottleneck.
        known = [result_of(made(app, [name], voice_s, PATIENCE_S)[0]) for name in "abcdefghij"]
        slow_down(store, known, voice_bytes(store, "j"))
        names = [f"task {number:02d}" for number in range(tasks)]
        turns = [turn_of(job) for job in made(app, names, voice_s, CAMPAIGN_S)]
    assert figures_of(turns).render_utilization >= 95


def test_a_task_is_fetched_and_another_put_while_one_is_rendered(tmp_path: Path) -> None:
    store = Throttled()
    with open_studio(tmp_path / "home", store=store) as app, app.node():
        (warm,) = made(app, ["warm"], 2.0, PATIENCE_S)
        slow_down(store, [result_of(warm)], voice_bytes(store, "warm"))
        store.seen.clear()
        made(app, [f"task {number}" for number in range(TASKS)], 2.0, PATIENCE_S)
    for act in (Act.DOWNLOAD, Act.UPLOAD):
        some = [seen for seen in store.seen if seen.act is act]
        assert len(some) == TASKS
        assert all(one.ended_s <= other.began_s for one, other in pairwise(some)), "one at a time"
    fetched, put = (
        {seen.task_id: seen for seen in store.seen if seen.act is act}
        for act in (Act.DOWNLOAD, Act.UPLOAD)
    )
    order = list(fetched)
    assert list(put) == order
    for one, later in pairwise(order):
        assert fetched[later].began_s < put[one].began_s, "fetched before the one before is done"
