"""A task -> a narrated video in `output/`, or the task in the trash with the reason."""

from contextlib import suppress

import structlog

from reelmill.catalog import jobs
from reelmill.catalog.database import Transaction
from reelmill.catalog.jobs import Job
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import ArtifactMade, step, workflow
from reelmill.errors import ReelmillError, Unavailable
from reelmill.pipelines.stories.keys import Layout, Place
from reelmill.pipelines.stories.lanes import Act, passage
from reelmill.pipelines.stories.place import Failure, put_failed, put_task
from reelmill.pipelines.stories.render.film import Film
from reelmill.pipelines.stories.settings import settings_of
from reelmill.pipelines.stories.spec import StoryResult, StorySpec
from reelmill.pipelines.stories.tables import tasks
from reelmill.pipelines.stories.work import Work
from reelmill.services import Services, attempt, services

log = structlog.get_logger(component="render_worker")


@workflow("stories.render")
def render_story(spec: StorySpec) -> StoryResult:
    """Make the video; a task that comes to nothing is found in the trash, with the reason."""
    try:
        return make(spec)
    except ReelmillError as error:
        with suppress(Unavailable):
            # As long as there is no store; `tidy` puts it there later.
            put_away(spec, _failure(error))
        raise


@step("stories.make", retry=ON_OUTAGE)
def make(spec: StorySpec) -> StoryResult:
    """Download, render, upload: one step, because its files die with the machine.

    Clips that it conformed are in the store by then, so that a second time takes them from there.
    """
    here = services()
    layout = Layout(settings_of(here).root)
    _begin(here, layout, spec)
    with here.scratch() as folder, passage(attempt().canceled) as way:
        work = Work(here=here, settings=settings_of(here), spec=spec, folder=folder)
        with way.at(Act.DOWNLOAD):
            brought = work.download()
        with way.at(Act.RENDER):
            film = work.render(brought)
        with way.at(Act.UPLOAD):
            made = work.upload(film)
    put_task(here, layout, spec, Place.OUTPUT)
    log.info("story finished", task=spec.task_id, key=made[0].key)
    return _result(film, made, way.took_s)


@step("stories.put_away", retry=ON_OUTAGE)
def put_away(spec: StorySpec, why: Failure) -> None:
    """Have the task in the trash."""
    here = services()
    put_failed(here, Layout(settings_of(here).root), spec, why)
    log.warning("story failed", task=spec.task_id, code=why.code)


def ended(here: Services, transaction: Transaction, job: Job, result: StoryResult | None) -> None:
    """Record when a node was done with a task, and how long its acts took."""
    tasks.end(transaction, job.key, now=here.clock())
    if result is not None:
        acts = ("download_s", "render_s", "upload_s")
        tasks.measure(transaction, job.key, **{act: getattr(result, act) for act in acts})


def _begin(here: Services, layout: Layout, spec: StorySpec) -> None:
    put_task(here, layout, spec, Place.PROCESSING)
    with here.catalog.begin() as conn:
        job = jobs.find(conn, attempt().job_id)
        tasks.begin(conn, spec.task_id, node=job.worker if job else "", now=here.clock())


def _failure(error: ReelmillError) -> Failure:
    said = str(error.facts.get("last_lines", error.message))
    return Failure(code=error.code, message=error.message, hint=error.hint, said=said)


def _result(film: Film, made: tuple[ArtifactMade, ...], took_s: dict[Act, float]) -> StoryResult:
    keys = {each.kind: each.key for each in made}
    return StoryResult(
        video_key=keys["video"],
        captions_key=keys.get("captions"),
        frames=film.frames,
        duration_s=film.duration_s,
        size_bytes=film.size_bytes,
        loudness_lufs=film.loudness_lufs,
        true_peak_dbtp=film.true_peak_dbtp,
        joined=film.joined,
        download_s=took_s[Act.DOWNLOAD],
        render_s=took_s[Act.RENDER],
        upload_s=took_s[Act.UPLOAD],
        artifacts=made,
    )
