"""The words that pipelines are written in: `@workflow`, and `@step` or `@only_step`.

None knows an engine. A step that is called inside a workflow goes to whichever engine runs
that workflow; called anywhere else it is a plain function.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter

from reelmill.engine.retry import NEVER, Retry
from reelmill.units import StoreKey

P = ParamSpec("P")
R = TypeVar("R")
SpecT = TypeVar("SpecT", bound=BaseModel)
ResultT = TypeVar("ResultT", bound=BaseModel)


class ArtifactMade(BaseModel):
    """A file that a job put into the store; recorded when the job completes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    """What it is to the pipeline: `video`, `poster`, `manifest`."""

    key: StoreKey
    """Where it lies."""

    content_type: str
    """As HTTP wants it."""

    size_bytes: int
    """Size of the file."""

    sha256: str
    """Checksum of the file, hex."""

    width: int | None = None
    """Pixels, of pictures and videos."""

    height: int | None = None
    """Pixels, of pictures and videos."""

    duration_s: float | None = None
    """Seconds from decoded frames, of videos and sound."""

    frames: int | None = None
    """Decoded frames, of videos."""


class VideoMade(BaseModel):
    """A finished video, as it was decoded; for the result of a job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: StoreKey
    """Where it lies."""

    width: int
    """Pixels."""

    height: int
    """Pixels."""

    duration_s: float
    """Seconds, from decoded frames."""

    frames: int
    """Decoded frames."""

    size_bytes: int
    """Size of the file."""

    @classmethod
    def of(cls, video: ArtifactMade) -> Self:
        """What is told of the file of a video."""
        return cls(
            key=video.key,
            width=video.width or 0,
            height=video.height or 0,
            duration_s=video.duration_s or 0.0,
            frames=video.frames or 0,
            size_bytes=video.size_bytes,
        )


class StepRunner(Protocol):
    """The engine, as a step sees it."""

    def run(self, step: "Step[..., R]", call: Callable[[], R]) -> R:
        """Carry out `call` for `step`, or bring back what it gave before the restart."""


_runner: ContextVar[StepRunner | None] = ContextVar("runner", default=None)


@contextmanager
def stepping(runner: StepRunner | None) -> Iterator[None]:
    """Steps that are called inside the block go to `runner`; None makes them plain functions."""
    token = _runner.set(runner)
    try:
        yield
    finally:
        _runner.reset(token)


@dataclass(frozen=True)
class Step(Generic[P, R]):
    """A function whose outcome is remembered, so that a restart does not redo it."""

    name: str
    """`<pipeline>.<verb>`, stored with each run and never changed."""

    retry: Retry
    """When it is tried again."""

    function: Callable[P, R]
    """What it does. What it returns must be a pydantic model or what JSON can hold."""

    remembered: bool = True
    """Whether an engine keeps what it gave, as it does of all but the one step of a workflow."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Go to the engine inside a workflow; elsewhere, and inside another step, just run."""
        runner = _runner.get()
        if runner is None:
            return self.function(*args, **kwargs)
        return runner.run(self, partial(self.function, *args, **kwargs))

    @cached_property
    def outcome(self) -> TypeAdapter[Any]:
        """Turns what the function returns into JSON and back."""
        return TypeAdapter(get_type_hints(self.function).get("return", Any))


@dataclass(frozen=True)
class Workflow(Generic[SpecT, ResultT]):
    """A short story of steps, from a spec to a result."""

    name: str
    """`<pipeline>.<verb>`, stored with each run and never changed."""

    body: Callable[[SpecT], ResultT]
    """The story."""

    def __call__(self, spec: SpecT) -> ResultT:
        """Run the story under whichever engine is here."""
        return self.body(spec)


def workflow(name: str) -> Callable[[Callable[[SpecT], ResultT]], Workflow[SpecT, ResultT]]:
    """Name a function as the workflow of a pipeline.

    Outside of its steps it only decides: after a restart it is told again from the start,
    with the remembered outcomes of the steps that were done.
    """
    return lambda body: Workflow(name, body)


def step(name: str, retry: Retry = NEVER) -> Callable[[Callable[P, R]], Step[P, R]]:
    """Name a function as a step of a workflow."""
    return lambda function: Step(name, retry, function)


def only_step(name: str, retry: Retry = NEVER) -> Callable[[Callable[P, R]], Step[P, R]]:
    """Name a function as the one step of its workflow, whose outcome is that of the job.

    It is tried and told of as any step, but not remembered by itself: that costs two transactions,
    and could save nothing but the moment between its end and that of the job.
    """
    return lambda function: Step(name, retry, function, remembered=False)
