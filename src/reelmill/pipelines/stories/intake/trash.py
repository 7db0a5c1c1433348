"""What cannot be used -> the trash, with the reason beside it; and back, when asked. Deletes none.

Killed anywhere, the next call finishes: a reason is written first, and counts only for a file.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from reelmill.catalog.job import JobState
from reelmill.errors import Conflict, ReelmillError
from reelmill.pipelines.stories.intake.folders import keep_folder_of
from reelmill.pipelines.stories.keys import Layout, Place
from reelmill.pipelines.stories.place import put_task
from reelmill.pipelines.stories.records import Task
from reelmill.pipelines.stories.settings import settings_of
from reelmill.pipelines.stories.spec import NotInTrash
from reelmill.pipelines.stories.tables import tasks
from reelmill.pipelines.stories.tables.tasks import job_id_of
from reelmill.services import Services
from reelmill.storage.store import MissingObject, Store
from reelmill.units import JobId, StoreKey

#: What the reason of a file is called, behind the file's own name.
SUFFIX: Final = ".reason.json"

#: What a file is called in the trash, behind its name, that would be taken for a reason.
NO_REASON: Final = ".dropped"

#: Folder of unusable files.
INVALID: Final = "trash/invalid"

#: Failed tasks that are listed, at most.
MOST_TASKS: Final = 1000

log = structlog.get_logger(component="main_worker")


class PlaceTaken(Conflict):
    """There is another file where it would go."""


class Reason(BaseModel):
    """Why a file is in the trash: what stands in its `.reason.json`."""

    model_config = ConfigDict(frozen=True)

    raw_path: str = ""
    """Where it lay, from `raw/` on."""

    code: str = ""
    """Of the error."""

    message: str = ""
    """For people."""

    at: datetime | None = None
    """When it was put there."""


class Trashed(Reason):
    """Something in the trash."""

    name: str
    """What `restore` takes: a path below `trash/invalid/`, or the id of a failed task."""

    is_task: bool = False
    """Whether it is a failed task; else a file."""

    size_bytes: int = 0
    """Size of the file; 0 of a task."""


def to_trash(here: Services, path: str, why: ReelmillError) -> StoreKey:
    """Put a file of `raw/` into the trash, beside what lies there already.

    Returns:
        Where it lies now.

    Raises:
        MissingObject: somebody took it away.
    """
    layout = Layout(settings_of(here).root)
    keep_folder_of(here.store, layout.key(path))
    here.store.stat(layout.key(path))
    name = f"{path}{NO_REASON}" if path.endswith(SUFFIX) else path
    to = free_key(here.store, layout.trash_invalid(name))
    reason = Reason(raw_path=path, code=why.code, message=why.message, at=here.clock())
    here.store.put_bytes(StoreKey(f"{to}{SUFFIX}"), reason.model_dump_json(indent=2).encode())
    here.store.move(layout.key(path), to)
    log.warning("moved file", source=path, to=layout.path(to), code=why.code, problem=why.message)
    return to


def listing(here: Services) -> list[Trashed]:
    """Everything in the trash, the last first."""
    found = [*_files(here), *_failed(here)]
    return sorted(found, key=lambda one: (one.at is not None, one.at, one.name), reverse=True)


def restore(here: Services, name: str, retry: Callable[[JobId], object]) -> str:
    """Bring something back from the trash: a file to `raw/`, a failed task to another run.

    Args:
        here: The services.
        name: As `Trashed.name` has it.
        retry: Has a job done again.

    Returns:
        Path of the file, or of the folder of the task.

    Raises:
        NotInTrash: nothing is called so.
        PlaceTaken: another file lies where it lay.
    """
    with here.catalog.read() as conn:
        task = tasks.find(conn, name)
    if task is not None:
        return _restore_task(here, task, retry)
    return _restore_file(here, name)


def free_key(store: Store, key: StoreKey) -> StoreKey:
    """The key, or one beside it with a number, where nothing lies."""
    path, number, free = PurePosixPath(key), 1, key
    while store.exists(free):
        number += 1
        free = StoreKey(str(path.with_name(f"{path.stem}.{number}{path.suffix}")))
    return free


def _files(here: Services) -> Iterator[Trashed]:
    layout = Layout(settings_of(here).root)
    folder = layout.key(INVALID)
    stats = {stat.key: stat for stat in here.store.list(folder)}
    for key, stat in stats.items():
        if not key.endswith(SUFFIX):
            reason = _reason(here.store, key)
            told = {**reason.model_dump(), "at": reason.at or stat.modified}
            name = key.removeprefix(f"{folder}/")
            yield Trashed(**told, name=name, size_bytes=stat.size_bytes)


def _reason(store: Store, key: StoreKey) -> Reason:
    """Why a file is there; nothing is known of one that somebody else put there."""
    try:
        return Reason.model_validate_json(store.read(StoreKey(f"{key}{SUFFIX}")))
    except (MissingObject, ValidationError):
        return Reason()


def _failed(here: Services) -> Iterator[Trashed]:
    with here.catalog.read() as conn:
        failed = tasks.page(conn, limit=MOST_TASKS, state=JobState.FAILED)
    for task in failed:
        yield Trashed(
            name=task.id,
            is_task=True,
            raw_path=f"{task.spec.category}/{task.spec.story_name} {task.spec.chapter}",
            code=task.error_code,
            message=task.error_message,
            at=task.ended_at or task.created_at,
        )


def _restore_task(here: Services, task: Task, retry: Callable[[JobId], object]) -> str:
    if task.state is not JobState.FAILED:
        raise NotInTrash(name=task.id, state=task.state)
    put_task(here, Layout(settings_of(here).root), task.spec, Place.TASKS)
    retry(job_id_of(task.id))
    log.info("task restored", task=task.id)
    return f"{Place.TASKS}/{task.id}"


def _restore_file(here: Services, name: str) -> str:
    layout = Layout(settings_of(here).root)
    key = layout.key(f"{INVALID}/{name}")
    if name.endswith(SUFFIX) or not here.store.exists(key):
        raise NotInTrash(name=name)
    path = _reason(here.store, key).raw_path or f"raw/{name}"
    if here.store.exists(layout.key(path)):
        raise PlaceTaken(path=path, hint="Take that file away first.")
    here.store.move(key, layout.key(path))
    here.store.delete(StoreKey(f"{key}{SUFFIX}"))
    log.info("moved file", source=f"{INVALID}/{name}", to=path)
    return path
