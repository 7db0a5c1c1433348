"""A node at its work: what suffered in the store is made good, an outage does not hide a reason."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.pipelines.stories.studio import PATIENCE_S, files_of, open_studio, put, task

from reelmill.app import App
from reelmill.catalog.jobs import Job, JobState
from reelmill.pipelines.stories.spec import Source
from reelmill.pipelines.stories.tidy import tidy
from reelmill.storage.folder import FolderStore
from reelmill.storage.store import Stored, StoreUnavailable
from reelmill.units import StoreKey


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with open_studio(tmp_path / "home") as opened:
        yield opened


def done(app: App, task_id: str, voice_s: float, **more: Any) -> Job:
    job_id = app.jobs.submit("stories", task(app, task_id, voice_s=voice_s, **more)).id
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


def test_clips_are_kept_under_the_logo_that_they_show(app: App) -> None:
    known = []
    old, new = (logo(colour) for colour in ("red", "blue"))
    key, _ = put(app, "logo.png", new)
    with app.node():
        for task_id, content in (("one", old), ("two", new)):
            asked = Source(key=key, sha256=hashlib.sha256(content).hexdigest())
            done(app, task_id, 1.0, logo=asked)
            known.append([one.key for one in app.services.store.list("stories/cache/mezzanine")])
    assert known[0] == known[1] != []


def logo(colour: str) -> bytes:
    to = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(to, "PNG")
    return to.getvalue()


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
