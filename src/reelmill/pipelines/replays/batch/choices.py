"""What is known of a game and what was asked -> what a batch does with it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from reelmill.catalog.job import JobState


class Mode(StrEnum):
    """Which games a batch looks at."""

    ALL = "all"
    """Every game that has no sound video."""

    FAILED_ONLY = "failed-only"
    """Games that failed before, and no others."""


class Act(StrEnum):
    """What a batch does with one game."""

    START = "start"
    """It has never been asked for."""

    REDO = "redo"
    """It was done, and has to be done again."""

    FOLLOW = "follow"
    """It is under way already: wait for it."""

    SKIP = "skip"
    """Its video is there and sound."""

    LEAVE = "leave"
    """It failed before, and nobody asked for another attempt."""

    UNCONCERNED = "unconcerned"
    """This mode does not concern it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the person asked of the batch."""

    mode: Mode = Mode.ALL
    """Which games."""

    retry_failed: bool = False
    """Also those that failed before."""

    resume_stale: bool = False
    """See to games whose worker is gone before waiting for them."""

    force: bool = False
    """Also those that are done."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the catalog says of a game."""

    state: JobState
    """Of its job."""

    same_replay: bool
    """Whether the job was asked for with the very replay that lies here now."""

    fault: Callable[[], str]
    """Looks at the video: empty when it is sound, else what is wrong. Asked only if it matters."""


class Choice(NamedTuple):
    """What to do, and why."""

    act: Act
    """What to do."""

    why: str = ""
    """For the line of the game; empty when it goes without saying."""


def choose(known: Known | None, asked: Asked) -> Choice:
    """Decide for one game.

    >>> choose(None, Asked())
    Choice(act=<Act.START: 'start'>, why='')
    """
    failed_only = asked.mode is Mode.FAILED_ONLY
    if known is None:
        return Choice(Act.UNCONCERNED) if failed_only else Choice(Act.START)
    if known.state in {JobState.PENDING, JobState.IN_PROGRESS}:
        return Choice(Act.UNCONCERNED) if failed_only else Choice(Act.FOLLOW, "was under way")
    if known.state is not JobState.COMPLETED:
        return _ended_badly(known, asked)
    return Choice(Act.UNCONCERNED) if failed_only else _done(known, asked)


def _ended_badly(known: Known, asked: Asked) -> Choice:
    if not known.same_replay:
        return Choice(Act.REDO, "the replay has changed")
    if asked.force or asked.retry_failed or asked.mode is Mode.FAILED_ONLY:
        return Choice(Act.REDO, f"{known.state.value} before")
    return Choice(Act.LEAVE, f"{known.state.value} before")


def _done(known: Known, asked: Asked) -> Choice:
    if asked.force:
        return Choice(Act.REDO, "forced")
    if not known.same_replay:
        return Choice(Act.REDO, "the replay has changed")
    fault = known.fault()
    return Choice(Act.REDO, fault) if fault else Choice(Act.SKIP)
