"""What a project has, as pages and programs are told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from reelmill.catalog.job import JobState
from reelmill.pipelines.stories.intake.prepare import Held
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.measures import NodeFigures
from reelmill.pipelines.stories.records import Asset, AssetState, Task


class Said(BaseModel):
    """Something told."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class AssetOut(Said):
    """A file that was taken in."""

    asset_id: str
    """Names it."""

    kind: Kind
    """What it is."""

    category: str
    """Folder under the kind."""

    story: str
    """Folder under the category, of voices and links."""

    chapter: int | None
    """Number of the chapter, of voices."""

    name: str
    """What its file was called."""

    key: str
    """Where it lies in the store."""

    state: AssetState
    """Whether it may be used."""

    duration_s: float | None
    """Seconds, of what lasts."""

    width: int | None
    """Pixels, of pictures."""

    height: int | None
    """Pixels, of pictures."""

    loudness_lufs: float | None
    """Integrated loudness, of what sounds."""

    size_bytes: int
    """Size of the file."""

    uses: int
    """Tasks that it is part of."""

    picture_url: str
    """Poster or waveform; empty where it has none."""

    note: str
    """What people should know of it."""

    created_at: datetime
    """When it was taken in."""

    @classmethod
    def of(cls, asset: Asset) -> Self:
        """A record, told."""
        facts = asset.facts
        return cls(
            asset_id=asset.id,
            kind=asset.kind,
            category=asset.category,
            story=asset.story,
            chapter=asset.chapter,
            name=asset.name,
            key=asset.key,
            state=asset.state,
            duration_s=facts.duration_s,
            width=facts.width,
            height=facts.height,
            loudness_lufs=facts.loudness_lufs,
            size_bytes=asset.size_bytes,
            uses=asset.uses,
            picture_url=f"/v1/stories/library/{asset.id}/picture" if facts.picture_key else "",
            note=facts.note,
            created_at=asset.created_at,
        )


class TaskOut(Said):
    """A chapter that is, or becomes, a video."""

    task_id: str
    """Names it."""

    job_id: str
    """Its job."""

    category: str
    """Where music and clips come from."""

    story_name: str
    """Its story."""

    chapter: int
    """Number of the chapter."""

    duration_s: float
    """Seconds that the voice lasts."""

    clips: int
    """Pieces of picture, one after the other."""

    state: JobState
    """Where it stands."""

    stage: str
    """What is being done."""

    done: int
    """Units of the stage that are done."""

    total: int
    """Units of the stage, 0 when unknown."""

    error_message: str
    """Why it failed; empty when it did not."""

    node: str
    """Who worked on it last."""

    created_at: datetime
    """When it was made."""

    @classmethod
    def of(cls, task: Task) -> Self:
        """A record, told."""
        return cls(
            task_id=task.id,
            job_id=f"stories/{task.id}",
            category=task.spec.category,
            story_name=task.spec.story_name,
            chapter=task.spec.chapter,
            duration_s=task.duration_s,
            clips=len(task.spec.pieces),
            state=task.state or JobState.PENDING,
            stage=task.stage,
            done=task.done,
            total=task.total,
            error_message=task.error_message,
            node=task.node,
            created_at=task.created_at,
        )


class HeldOut(Said):
    """A voice that waits."""

    path: str
    """What it was called in `raw/`."""

    code: str
    """For what it waits."""

    message: str
    """The same, for people."""

    hint: str
    """What to do about it."""

    @classmethod
    def of(cls, held: Held) -> Self:
        """A voice, told."""
        why = held.why
        return cls(path=held.voice.raw_path, code=why.code, message=why.title, hint=why.hint)


class NodeOut(Said):
    """How well a node worked lately, and what it is doing."""

    node: str
    """Its name, or `all` of them together."""

    tasks: int
    """Videos that it finished lately."""

    render_utilization: float
    """Time with a task at hand that was spent on rendering, percent."""

    avg_render_time: float
    """Rendering for each video, seconds."""

    task_throughput: float
    """Videos in an hour with a task at hand."""

    io_overhead: float
    """Download and upload for each video, seconds."""

    doing: tuple[TaskOut, ...]
    """Tasks that it is at."""

    @classmethod
    def of(cls, told: NodeFigures, at_work: Sequence[Task]) -> Self:
        """Figures and tasks, told."""
        doing = tuple(TaskOut.of(task) for task in at_work if task.node == told.node)
        return cls(node=told.node, tasks=told.tasks, doing=doing, **told.figures._asdict())
