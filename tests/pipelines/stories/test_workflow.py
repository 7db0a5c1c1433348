"""A task goes through a node, and is found where it belongs whatever happens."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.pipelines.stories.studio import (
    CLIPS,
    LAYOUT,
    PATIENCE_S,
    files_of,
    open_studio,
    task,
)

from reelmill.app import App
from reelmill.catalog.jobs import Job, JobState
from reelmill.media.probe import probe
from reelmill.pipelines.stories.keys import Place
from reelmill.pipelines.stories.place import put_task
from reelmill.pipelines.stories.spec import StoryResult, StorySpec
from reelmill.pipelines.stories.tidy import tidy, trim


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with open_studio(tmp_path / "home") as opened:
        yield opened


def done(app: App, *specs: StorySpec) -> list[Job]:
    ids = [app.jobs.submit("stories", spec).id for spec in specs]
    ended = app.jobs.wait(ids, timeout_s=PATIENCE_S)
    return [ended[job_id] for job_id in ids]


def commands(app: App, job: Job) -> list[str]:
    steps = app.jobs.explain(job.id).steps
    return [" ".join(command.argv) for step in steps for command in step.commands]


def test_a_task_becomes_a_video_and_its_clips_are_known_to_the_next(app: App) -> None:
    specs = [task(app, "one"), task(app, "two", voice_s=5.3)]
    with app.node():
        first, second = done(app, *specs)
    for job, spec in ((first, specs[0]), (second, specs[1])):
        assert job.state is JobState.COMPLETED, job.error_message
        made = StoryResult.model_validate(job.result)
        assert made.video_key == LAYOUT.output(spec.task_id, "final.mp4")
        assert made.frames == spec.frames
        found = probe(app.services.store.local_path(made.video_key))
        assert found.video[0].size == (160, 90)
        assert files_of(app, spec.task_id) == [
            f"output/{spec.task_id}/{name}" for name in ("final.mp4", "metadata.json", "poster.jpg")
        ]
    conformed = list(app.services.store.list("stories/cache/mezzanine"))
    assert len(conformed) == len(CLIPS)
    ran = commands(app, first) + commands(app, second)
    assert sum("libx264" in command for command in ran) == len(CLIPS), "each clip once"


def test_a_conformed_clip_that_has_suffered_is_made_anew(app: App) -> None:
    with app.node():
        done(app, task(app, "one", voice_s=3.0))
        for stat in list(app.services.store.list("stories/cache/mezzanine")):
            data = bytearray(app.services.store.read(stat.key))
            data[len(data) // 2] ^= 0xFF
            app.services.store.put_bytes(stat.key, bytes(data))
            break
        (job,) = done(app, task(app, "two", voice_s=3.0))
    assert job.state is JobState.COMPLETED, job.error_message


def test_a_node_with_a_full_disk_warns_and_takes_no_task(tmp_path: Path) -> None:
    with open_studio(tmp_path / "home", chosen={"free_disk_gb": 100_000}) as app:
        with capture_logs() as heard, app.node():
            job = app.jobs.submit("stories", task(app, "one", voice_s=1.0))
            give_up_s = time.monotonic() + PATIENCE_S
            while not any(event["event"] == "low disk space" for event in heard):
                assert time.monotonic() < give_up_s
                app.jobs.wait([job.id], timeout_s=0.2)
        assert app.jobs.find(job.id).state is JobState.PENDING


def test_what_a_kill_left_in_two_places_is_put_right(app: App) -> None:
    spec, waiting = task(app, "one", voice_s=1.0), task(app, "two", voice_s=1.0)
    with app.node():
        done(app, spec)
    app.jobs.submit("stories", waiting)
    app.jobs.cancel(app.jobs.submit("stories", task(app, "off", voice_s=1.0)).id)
    for left in (spec, waiting, task(app, "off", voice_s=1.0)):
        put_task(app.services, LAYOUT, left, Place.PROCESSING)
    tidy(app.services, app.jobs)
    assert files_of(app, "one") == [
        f"output/one/{name}" for name in ("final.mp4", "metadata.json", "poster.jpg")
    ]
    whole = ("metadata.json", "music.mp3", "video_list.txt", "voice.mp3")
    assert files_of(app, "two") == [f"tasks/two/{name}" for name in whole]
    assert files_of(app, "off") == [f"tasks/off/{name}" for name in whole]


def test_conformed_clips_nobody_wanted_for_long_go_first(app: App) -> None:
    with app.node():
        done(app, task(app, "one", voice_s=4.0))
    assert trim(app.services, LAYOUT, max_bytes=0) == 0, "what may be at work stays"
