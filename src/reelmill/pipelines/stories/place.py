"""Where a task is -> its folder there, and nowhere else.

Everything in the folder follows from the task, so a folder is not moved but written anew, and
removed where it was: killed between the two, the next call finishes.
"""

import json
from typing import Final

from pydantic import BaseModel, ConfigDict

from reelmill.pipelines.stories.keys import Layout, Place
from reelmill.pipelines.stories.spec import StorySpec
from reelmill.pipelines.stories.taskfile import (
    METADATA,
    MUSIC,
    VIDEO_LIST,
    VOICE,
    links_of,
    metadata_of,
    video_list_of,
)
from reelmill.services import Services

#: Why a task came to nothing.
REASON: Final = "reason.json"

#: What ffmpeg said.
STDERR: Final = "stderr.log"


class Failure(BaseModel):
    """Why a task came to nothing."""

    model_config = ConfigDict(frozen=True)

    code: str
    """Of the error."""

    message: str
    """One line for people."""

    hint: str
    """What to do about it."""

    said: str
    """The last lines of ffmpeg, where it was ffmpeg that failed."""


#: Places where a task's folder holds all that the work needs, links included.
_WHOLE: Final = (Place.TASKS, Place.PROCESSING)


def put_task(here: Services, layout: Layout, spec: StorySpec, place: Place) -> None:
    """Have the folder of a task at a place, and at no other."""
    _write(here, layout, spec, place)
    for other in Place:
        if other is not place:
            clear_task(here, layout, spec.task_id, other)


def put_failed(here: Services, layout: Layout, spec: StorySpec, why: Failure) -> None:
    """Have the folder of a task in the trash, with the reason and what ffmpeg said."""
    told = {"task_id": spec.task_id, **why.model_dump(exclude={"said"})}
    reason = json.dumps({**told, "at": here.clock().isoformat()}, indent=2)
    for name, text in ((REASON, reason), (STDERR, why.said)):
        here.store.put_bytes(layout.task(Place.FAILED, spec.task_id, name), text.encode())
    put_task(here, layout, spec, Place.FAILED)


def clear_task(here: Services, layout: Layout, task_id: str, place: Place) -> None:
    """Remove the folder of a task at a place; a finished video stays."""
    for name in (METADATA, VIDEO_LIST, VOICE, MUSIC, REASON, STDERR):
        here.store.delete(layout.task(place, task_id, name))


def _write(here: Services, layout: Layout, spec: StorySpec, place: Place) -> None:
    store, task_id = here.store, spec.task_id
    if place in _WHOLE:
        for name, key in links_of(spec).items():
            store.link(layout.task(place, task_id, name), key)
        paths = {piece.key: layout.path(piece.key) for piece in spec.pieces}
        store.put_bytes(layout.task(place, task_id, VIDEO_LIST), video_list_of(spec, paths))
    store.put_bytes(layout.task(place, task_id, METADATA), metadata_of(spec))
