"""What `reelmill stories ...` does: watch and scan, plan and render, figures, the trash."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Any

from reelmill import logs
from reelmill.catalog.job import Job, JobState
from reelmill.desk import Desk, System
from reelmill.pipelines.stories import measures
from reelmill.pipelines.stories.intake import trash as bin_
from reelmill.pipelines.stories.intake.folders import keep_all, shown_raw
from reelmill.pipelines.stories.intake.prepare import Held, Planned
from reelmill.pipelines.stories.intake.prepare import plan as planning_of
from reelmill.pipelines.stories.intake.take import Scanned
from reelmill.pipelines.stories.keys import Layout
from reelmill.pipelines.stories.scanning import scan_for
from reelmill.pipelines.stories.settings import settings_of
from reelmill.pipelines.stories.spec import NoSuchTask, StoryResult, StorySpec
from reelmill.pipelines.stories.tables import tasks
from reelmill.pipelines.stories.watch import keep_scanning

#: The one queue that is worked on here.
QUEUE = ("stories",)


def watch(desk: Desk, *, works: bool, as_json: bool) -> None:
    """Take in what is dropped, until told to stop."""
    settings = desk.settings()
    logs.set_up(settings.log_level, settings.log_format)
    with desk.open(log_level=settings.log_level) as system:
        desk.terminal.note(f"watching  {shown_raw(system.services)}  (Ctrl-C stops)")
        with _until_told() as stop, system.node(QUEUE) if works else nullcontext():
            for scanned in keep_scanning(system.services, _scan(system), stop):
                _tell(desk, scanned, as_json=as_json)


def scan(desk: Desk, *, as_json: bool) -> None:
    """Look until nothing waits for its writer any more, or nothing changes."""
    with desk.open() as system:
        chosen = settings_of(system.services)
        keep_all(system.services.store, Layout(chosen.root))
        once = _scan(system)
        scanned = once()
        _tell(desk, scanned, as_json=as_json)
        while scanned.waiting:
            time.sleep(chosen.settle_s)
            before, scanned = scanned, once()
            _tell(desk, scanned, as_json=as_json)
            if scanned.waiting == before.waiting:
                break
        for path in scanned.waiting:
            desk.terminal.note(f"somebody may still be writing: {path}")


def plan(desk: Desk, *, as_json: bool) -> None:
    """Show what would be made."""
    with desk.open() as system:
        planning = planning_of(system.services)
    if as_json:
        desk.terminal.document(
            {
                "planned": [one.spec.model_dump(mode="json") for one in planning.planned],
                "held": [_held(one) for one in planning.held],
            }
        )
        return
    desk.terminal.table(
        ("story", "chapter", "seconds", "clips", "music"), map(_row, planning.planned)
    )
    for one in planning.held:
        desk.terminal.line(f"waits: {one.voice.raw_path}: {one.why.title}", style="yellow")
        desk.terminal.note(one.why.hint)


def render(desk: Desk, task_id: str, *, as_json: bool) -> bool:
    """Make the video of a task here; whether it is there now."""
    with desk.open() as system:
        spec = _spec_of(system, task_id)
        with system.node(QUEUE), desk.terminal.bar(spec.story_name) as bar:

            def changed(job: Job) -> None:
                bar.at(job.done, job.total, job.message)

            job_id = system.jobs.submit("stories", spec, force=True).id
            job = system.jobs.wait([job_id], on_change=changed)[job_id]
        key = StoryResult.model_validate(job.result).video_key if job.result else None
        where = f"{system.services.store.url}/{key}"
    if as_json:
        desk.terminal.document({"task": task_id, "state": job.state, "video": key and where})
    elif job.state is JobState.COMPLETED:
        desk.terminal.line(f"{where}")
    else:
        desk.terminal.problem(job.error_message or f"The task was {job.state}.")
    return job.state is JobState.COMPLETED


def stats(desk: Desk, *, hours: float, as_json: bool) -> None:
    """Tell how well the nodes worked."""
    with desk.open() as system:
        told = measures.measured(system.services, timedelta(hours=hours))
        counted = {
            state.value: number
            for (pipeline, state), number in system.jobs.counts().items()
            if pipeline == "stories"
        }
    rows = [{"node": each.node, "tasks": each.tasks, **each.figures._asdict()} for each in told]
    if as_json:
        desk.terminal.document({"hours": hours, "nodes": rows, "tasks": counted})
        return
    titles = ("node", "videos", "rendering %", "s a video", "videos/h", "moving s")
    desk.terminal.table(titles, [_figures(row) for row in rows])
    desk.terminal.line(
        "tasks: " + (", ".join(f"{n} {state}" for state, n in counted.items()) or "none")
    )


def trash(desk: Desk, *, as_json: bool) -> None:
    """List what is in the trash."""
    with desk.open() as system:
        found = bin_.listing(system.services)
    if as_json:
        desk.terminal.document([each.model_dump(mode="json") for each in found])
        return
    desk.terminal.table(("name", "why"), [(each.name, each.message) for each in found])


def restore(desk: Desk, names: Sequence[str]) -> None:
    """Bring things back from the trash."""
    with desk.open() as system:
        for name in names:
            path = bin_.restore(system.services, name, system.jobs.retry)
            desk.terminal.line(f"restored: {path}", style="green")


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """An event that SIGTERM sets, before it does what it did."""
    stop, before = threading.Event(), signal.getsignal(signal.SIGTERM)

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, told)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)


def _scan(system: System) -> Callable[[], Scanned]:
    return partial(scan_for, system.services, system.jobs)


def _tell(desk: Desk, scanned: Scanned, *, as_json: bool) -> None:
    if as_json:
        if scanned.taken or scanned.trashed or scanned.tasks:
            desk.terminal.record(
                {
                    "taken": scanned.taken,
                    "trashed": scanned.trashed,
                    "tasks": scanned.tasks,
                    "waiting": scanned.waiting,
                }
            )
        return
    for key in scanned.taken:
        desk.terminal.line(f"taken: {key}", style="green")
    for key in scanned.trashed:
        desk.terminal.line(f"trash: {key}", style="red")
    for task_id in scanned.tasks:
        desk.terminal.line(f"task:  {task_id}")


def _held(one: Held) -> dict[str, Any]:
    return {"voice": one.voice.raw_path, "code": one.why.code, "message": one.why.message}


def _row(one: Planned) -> tuple[str, ...]:
    spec = one.spec
    music = spec.music.key.rpartition("/")[2] if spec.music else "none"
    return (
        f"{spec.category}/{spec.story_name}",
        str(spec.chapter),
        f"{spec.voice.duration_s:.1f}",
        str(len(spec.pieces)),
        music,
    )


def _figures(row: dict[str, Any]) -> tuple[str, ...]:
    node, videos, *figures = row.values()
    return (str(node), str(videos), *(f"{figure:.1f}" for figure in figures))


def _spec_of(system: System, task_id: str) -> StorySpec:
    with system.services.catalog.read() as conn:
        task = tasks.find(conn, task_id)
    if task is None:
        raise NoSuchTask(task=task_id, hint="See `reelmill stories plan` and `jobs list`.")
    return task.spec
