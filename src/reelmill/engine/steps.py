"""A step -> what it gave or how it failed, as JSON that an engine can keep and bring back."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar

import structlog
from pydantic_core import to_jsonable_python

from reelmill.engine.retry import wait_before
from reelmill.engine.words import Step, stepping
from reelmill.errors import Canceled, ReelmillError
from reelmill.services import Attempt

R = TypeVar("R")

#: What an engine keeps of a step: `{"gave": ...}` or `{"raised": {...}}`.
Kept = dict[str, Any]

#: Remembers what a step gave: its name, and how to carry it out if that was not done yet.
Remember = Callable[[str, Callable[[], Kept]], Kept]

log = structlog.get_logger()


class Stopped(BaseException):
    """The attempt was told to stop; nothing that it does counts any more.

    Not an `Exception`, so that it passes through everything that records failures.
    """


@dataclass(frozen=True, kw_only=True)
class StepRun:
    """One try of a step, for `explain`."""

    position: int
    """Counts the tries of one attempt from 1."""

    name: str
    """The step."""

    started_s: float
    """When it began, seconds since the epoch."""

    took_s: float
    """How long it took, seconds."""

    error: BaseException | None
    """What it ended in, None for a good end."""

    commands: tuple[tuple[tuple[str, ...], float], ...]
    """Commands that it ran, each with the seconds it took."""


@dataclass(frozen=True)
class Trace:
    """What the steps of one attempt did, until somebody writes it down. Safe between threads."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _runs: list[StepRun] = field(default_factory=list)
    _commands: list[tuple[tuple[str, ...], float]] = field(default_factory=list)
    _taken: list[int] = field(default_factory=lambda: [0])

    def ran(self, argv: Sequence[str], took_s: float) -> None:
        """Note a command of the step that runs now."""
        with self._lock:
            self._commands.append((tuple(argv), took_s))

    def ended(self, name: str, started_s: float, error: BaseException | None) -> None:
        """Note the end of a try."""
        with self._lock:
            self._taken[0] += 1
            self._runs.append(
                StepRun(
                    position=self._taken[0],
                    name=name,
                    started_s=started_s,
                    took_s=time.time() - started_s,
                    error=error,
                    commands=tuple(self._commands),
                )
            )
            self._commands.clear()

    def take(self) -> list[StepRun]:
        """Everything noted since the last call."""
        with self._lock:
            runs = list(self._runs)
            self._runs.clear()
            return runs


def tried(step: Step[..., R], call: Callable[[], R], on: Attempt, trace: Trace) -> R:
    """Run a step until it succeeds or its policy gives up.

    Raises:
        Canceled: the job was canceled before a further try.
    """
    tries = 0
    while True:
        tries += 1
        if on.canceled.is_set():
            raise Canceled
        started_s = time.time()
        try:
            with stepping(None):
                outcome = call()
        except ReelmillError as error:
            trace.ended(step.name, started_s, error)
            wait_s = wait_before(step.retry, tries, error)
            if wait_s is None:
                raise
            log.warning("step is tried again", step=step.name, error=error.message, wait_s=wait_s)
            on.canceled.wait(wait_s)
        except BaseException as error:
            trace.ended(step.name, started_s, error)
            raise
        else:
            trace.ended(step.name, started_s, None)
            return outcome


@dataclass(frozen=True)
class Remembering:
    """Runs the steps of one attempt under an engine that remembers."""

    remember: Remember
    """The engine."""

    attempt: Attempt
    """What the steps run for."""

    trace: Trace
    """Where it is noted what they do."""

    def run(self, step: Step[..., R], call: Callable[[], R]) -> R:
        """What the step gives, or gave before a restart if it is remembered; its error likewise."""
        if self.attempt.canceled.is_set():
            raise Stopped
        if not step.remembered:
            return self._carried_out(step, call)
        what = self.remember(step.name, lambda: self._kept(step, call))
        if "raised" in what:
            raise read(what["raised"])
        value: R = step.outcome.validate_python(what["gave"])
        return value

    def _kept(self, step: Step[..., R], call: Callable[[], R]) -> Kept:
        try:
            gave = self._carried_out(step, call)
        except ReelmillError as error:
            return {"raised": written(error)}
        return {"gave": step.outcome.dump_python(gave, mode="json")}

    def _carried_out(self, step: Step[..., R], call: Callable[[], R]) -> R:
        try:
            return tried(step, call, self.attempt, self.trace)
        except ReelmillError as error:
            if self.attempt.canceled.is_set():
                # Not remembered: another node may have to do this step.
                raise Stopped from error
            raise


def written(error: ReelmillError) -> dict[str, Any]:
    """An error as JSON.

    >>> from reelmill.errors import TimedOut
    >>> read(written(TimedOut(limit_s=3)))
    TimedOut('The work took longer than it is allowed to. (limit_s=3)')
    """
    return {
        "class": f"{type(error).__module__}:{type(error).__qualname__}",
        "code": error.code,
        "title": error.title,
        "retryable": error.retryable,
        "hint": error.hint,
        "facts": to_jsonable_python(error.facts, fallback=str),
    }


def read(what: dict[str, Any]) -> ReelmillError:
    """The error that `written` wrote, also when its class has been renamed since."""
    module, _, name = what["class"].partition(":")
    with suppress(ImportError, AttributeError, TypeError):
        kind = getattr(import_module(module), name)
        if issubclass(kind, ReelmillError):
            known: ReelmillError = kind(hint=what["hint"], **what["facts"])
            return known
    body = {"__doc__": what["title"], "code": what["code"], "retryable": what["retryable"]}
    renamed: type[ReelmillError] = type(name, (ReelmillError,), body)
    return renamed(hint=what["hint"], **what["facts"])
