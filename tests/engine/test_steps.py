import threading
from pathlib import Path

import pytest

from reelmill.engine.retry import NEVER, Retry
from reelmill.engine.steps import Kept, Remembering, Stopped, Trace, read, tried, written
from reelmill.engine.words import Step, only_step
from reelmill.errors import BadMedia, Canceled, ReelmillError, Refused, TimedOut, Unavailable
from reelmill.services import Attempt
from reelmill.units import JobId


class SourceTorn(BadMedia):
    """The source is torn."""


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(TimedOut(limit_s=3), id="facts"),
        pytest.param(SourceTorn(hint="Mend it."), id="a hint"),
        pytest.param(Unavailable(names=["a", "b"], of={"c": 1.5}), id="deep facts"),
    ],
)
def test_an_error_survives_being_written_and_read(error: ReelmillError) -> None:
    again = read(written(error))
    assert type(again) is type(error)
    assert (again.hint, again.facts, again.message) == (error.hint, error.facts, error.message)


def test_facts_that_json_cannot_hold_become_text() -> None:
    assert read(written(Refused(path=Path("a/b")))).facts == {"path": "a/b"}


def test_an_error_whose_class_is_gone_keeps_its_code_and_message() -> None:
    what = written(SourceTorn(byte=7)) | {"class": "reelmill.errors:NoLongerThere"}
    again = read(what)
    assert (again.code, again.retryable) == ("source_torn", False)
    assert again.message == "The source is torn. (byte=7)"


@pytest.mark.parametrize("name", ["builtins:print", "os:system", "reelmill.errors:Any"])
def test_what_was_written_cannot_call_anything_but_an_error(name: str) -> None:
    assert isinstance(read(written(Refused()) | {"class": name}), ReelmillError)


def attempt(trace: Trace, canceled: threading.Event | None = None) -> Attempt:
    return Attempt(job_id=JobId("bench/a"), canceled=canceled or threading.Event(), ran=trace.ran)


def failing(times: int, error: Exception) -> Step[[], int]:
    """A step that fails so many times and then gives how often it ran."""
    ran = 0

    def function() -> int:
        nonlocal ran
        ran += 1
        if ran <= times:
            raise error
        return ran

    return Step("bench.fail", Retry(attempts=2, first_wait_s=0.01), function)


def test_every_try_is_noted() -> None:
    trace, step = Trace(), failing(2, Unavailable())
    assert tried(step, step.function, attempt(trace), trace) == 3
    noted = trace.take()
    assert [run.position for run in noted] == [1, 2, 3]
    assert [run.error is None for run in noted] == [False, False, True]
    assert trace.take() == []


def test_a_bug_is_noted_and_not_tried_again() -> None:
    trace, step = Trace(), failing(1, ValueError("bug"))
    with pytest.raises(ValueError, match="bug"):
        tried(step, step.function, attempt(trace), trace)
    assert len(trace.take()) == 1


def test_a_canceled_job_is_not_tried_again() -> None:
    trace, canceled = Trace(), threading.Event()
    canceled.set()
    step = failing(0, Unavailable())
    with pytest.raises(Canceled):
        tried(step, step.function, attempt(trace, canceled), trace)


def test_commands_belong_to_the_step_that_ran_them() -> None:
    trace = Trace()
    trace.ran(["ffmpeg", "-version"], 0.5)
    trace.ended("bench.a", 0.0, None)
    trace.ended("bench.b", 0.0, None)
    first, second = trace.take()
    assert first.commands == ((("ffmpeg", "-version"), 0.5),)
    assert second.commands == ()


class Notebook:
    """An engine that remembers in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}

    def remember(self, name: str, call: object) -> Kept:
        if name not in self.kept:
            assert callable(call)
            self.kept[name] = call()
        return self.kept[name]


def once(notebook: Notebook, step: Step[[], int], on: Attempt) -> int:
    return Remembering(notebook.remember, on, Trace()).run(step, step.function)


def test_what_was_remembered_is_not_done_again() -> None:
    notebook, step = Notebook(), failing(0, Unavailable())
    first = once(notebook, step, attempt(Trace()))
    assert once(notebook, step, attempt(Trace())) == first == 1


def test_a_remembered_error_is_raised_again_as_it_was() -> None:
    notebook = Notebook()
    for step in (failing(9, SourceTorn(byte=7)), failing(0, Unavailable())):
        with pytest.raises(SourceTorn, match="byte=7"):
            once(notebook, step, attempt(Trace()))


def test_a_step_that_was_told_to_stop_is_not_remembered() -> None:
    canceled = threading.Event()

    def stop() -> int:
        canceled.set()
        raise Canceled

    notebook = Notebook()
    with pytest.raises(Stopped):
        once(notebook, Step("bench.stop", NEVER, stop), attempt(Trace(), canceled))
    assert notebook.kept == {}


def test_no_further_step_begins_once_told_to_stop() -> None:
    canceled = threading.Event()
    canceled.set()
    with pytest.raises(Stopped):
        once(Notebook(), failing(0, Unavailable()), attempt(Trace(), canceled))


def test_the_only_step_of_a_workflow_is_not_remembered_and_told_of_all_the_same() -> None:
    notebook, trace = Notebook(), Trace()
    twice = Retry(attempts=2, first_wait_s=0.01)
    step = only_step("bench.only", twice)(failing(1, Unavailable()).function)
    gave = Remembering(notebook.remember, attempt(trace), trace).run(step, step.function)
    assert (gave, notebook.kept) == (2, {})
    assert [(run.name, run.error is None) for run in trace.take()] == [
        ("bench.only", False),
        ("bench.only", True),
    ]


def test_the_only_step_of_a_workflow_fails_with_its_own_error() -> None:
    step = only_step("bench.only")(failing(1, SourceTorn(byte=7)).function)
    with pytest.raises(SourceTorn, match="byte=7"):
        once(Notebook(), step, attempt(Trace()))
