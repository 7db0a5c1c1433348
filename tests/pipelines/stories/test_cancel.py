"""A task that nobody wants any more leaves its lane, ends its ffmpeg, and waits in `tasks/`."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from tests.pipelines.stories.studio import PATIENCE_S, files_of, open_studio, task

from reelmill.app import App
from reelmill.catalog.jobs import JobState
from reelmill.pipelines.stories.lanes import LANES, Act
from reelmill.pipelines.stories.spec import Render
from reelmill.pipelines.stories.tidy import tidy
from reelmill.storage.memory import MemoryStore
from reelmill.storage.store import Stored
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

#: Large enough for a clip to be encoded for a while.
LARGE = Render(resolution="3840x2160", frame_rate=30)


class Gated(MemoryStore):
    """Holds files on their way until it is told to let them pass."""

    def __init__(self, held: str) -> None:
        super().__init__()
        self.held = held
        self.reached, self.open = threading.Event(), threading.Event()

    def fetch(self, key: StoreKey, to: Path) -> Stored:
        self._pass(key)
        return super().fetch(key, to)

    def take(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        self._pass(key)
        return super().take(key, source, content_type=content_type)

    def _pass(self, key: StoreKey) -> None:
        if self.held and self.held in key:
            self.reached.set()
            assert self.open.wait(PATIENCE_S)


def encoders() -> list[psutil.Process]:
    """Every ffmpeg below this process."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "ffmpeg" in process.name() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def until(happened: Callable[[], bool], what: str) -> None:
    give_up_s = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < give_up_s, what
        time.sleep(0.02)


def at_rest(app: App) -> bool:
    folders = app.services.scratch_root
    return not any(map(len, LANES.values())) and not encoders() and not list(folders.iterdir())


@pytest.mark.parametrize(
    ("act", "held"),
    [
        pytest.param(Act.DOWNLOAD, "/voice/", id="while it is fetched"),
        pytest.param(Act.RENDER, "", id="while a clip is encoded"),
        pytest.param(Act.UPLOAD, "poster.jpg", id="while it is put into the store"),
    ],
)
def test_a_canceled_task_leaves_nothing_at_the_node(tmp_path: Path, act: Act, held: str) -> None:
    store = Gated(held)
    with open_studio(tmp_path / "home", store=store) as app, app.node():
        big = {"render": LARGE} if act is Act.RENDER else {}
        job = app.jobs.submit("stories", task(app, "one", voice_s=3.0, **big))
        until(lambda: len(LANES[act]) == 1, "it is in its lane")
        until(store.reached.is_set if held else lambda: bool(encoders()), "it is at work")
        app.jobs.cancel(job.id)
        store.open.set()
        until(lambda: at_rest(app), f"all at rest, {encoders()}")
        assert app.jobs.find(job.id).state is JobState.CANCELED
        tidy(app.services, app.jobs)
        assert files_of(app, "one")[-2:] == ["tasks/one/metadata.json", "tasks/one/video_list.txt"]
        assert [path for path in files_of(app, "one") if "final" in path] == []
        after = app.jobs.submit("stories", task(app, "two", voice_s=1.0))
        assert app.jobs.wait([after.id], timeout_s=PATIENCE_S)[after.id].state is JobState.COMPLETED
