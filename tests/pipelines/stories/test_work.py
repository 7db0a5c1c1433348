"""A node at its work: what suffered in the store is made good, an outage does not hide a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipelines.stories.studio import PATIENCE_S, files_of, open_studio, task

from reelmill.app import App
from reelmill.catalog.jobs import Job, JobState
from reelmill.pipelines.stories.tidy import tidy
from reelmill.storage.folder import FolderStore
from reelmill.storage.store import Stored, StoreUnavailable
from reelmill.units import StoreKey


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with open_studio(tmp_path / "home") as opened:
        yield opened


def done(app: App, task_id: str, voice_s: float) -> Job:
    job_id = app.jobs.submit("stories", task(app, task_id, voice_s=voice_s)).id
    return app.jobs.wait([job_id], timeout_s=PATIENCE_S)[job_id]


def test_all_conformed_clips_that_have_suffered_are_made_anew(app: App) -> None:
    with app.node():
        done(app, "one", 3.0)
        stored = list(app.services.store.list("stories/cache/mezzanine"))
        for stat in stored:
            app.services.store.put_bytes(stat.key, b"torn")
        job = done(app, "two", 3.0)
    assert len(stored) > 1
    assert job.state is JobState.COMPLETED, job.error_message


class Shut(FolderStore):
    """Takes no finished video, and nothing into the trash as long as that is shut."""

    is_shut = True

    def put_bytes(self, key: StoreKey, data: bytes, *, content_type: str = "") -> Stored:
        if self.is_shut and "/trash/" in key:
            raise StoreUnavailable(key=key, problem="shut")
        return super().put_bytes(key, data, content_type=content_type)

    def take(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        if key.endswith("final.mp4"):
            raise StoreUnavailable(key=key, problem="shut")
        return super().take(key, source, content_type=content_type)


def test_a_task_that_cannot_be_put_away_fails_for_its_own_reason(tmp_path: Path) -> None:
    store = Shut(tmp_path / "home" / "store")
    with open_studio(tmp_path / "home", store=store) as app:
        with app.node():
            job = done(app, "one", 1.0)
        assert (job.state, job.error_code) == (JobState.FAILED, "upload_failed")
        store.is_shut = False
        tidy(app.services, app.jobs)
        assert all(path.startswith(("trash/", "output/")) for path in files_of(app, "one"))
