"""Work -> its result, computed in a warm process that may be killed without harm to others.

Each child has a pipe of its own. A pool whose children share one pipe and one lock stands
still when a child is killed while it holds them, and to be killed is what children are for.
"""

import ctypes
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, TypeVar

import structlog

from reelmill import logs
from reelmill.errors import Canceled, ReelmillError, TimedOut, Unavailable

R = TypeVar("R")

#: Stage, done, total, message: the fields of `services.Progress`.
Facts = tuple[str, int, int, str]

#: Longest time that a cancel or a time limit goes unnoticed, seconds.
LOOK_S = 0.25

#: Least time between two reports of one stage, seconds.
REPORT_S = 0.2

#: Heavy work stands back when the site has to answer: with both cores encoding, accepting a job
#: took up to 0.2 s when it did not.
NICENESS = 10

#: `prctl` of Linux: which signal to get when the parent dies. Source: linux/prctl.h
PR_SET_PDEATHSIG = 1


class ChildDied(Unavailable):
    """The process that did the work died."""


class WorkFailed(RuntimeError):
    """Stands for an error of the work that cannot leave its process."""


class _SetUp(NamedTuple):
    """First message to a child."""

    module_path: list[str]
    prepare: tuple[str, ...]
    log_level: str
    log_form: logs.Form


class _How(NamedTuple):
    """How work is to be done."""

    timeout_s: float
    canceled: threading.Event
    on_progress: Callable[[Facts], None]


class _Child:
    """One process and its pipe; serves one caller at a time."""

    def __init__(self, set_up: _SetUp) -> None:
        self.pipe, far_end = Pipe()
        command = f"from reelmill import children; children.serve({far_end.fileno()})"
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own command
            [sys.executable, "-c", command],
            pass_fds=[far_end.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=2,
            process_group=0,
        )
        far_end.close()
        self.pipe.send(set_up)

    def alive(self) -> bool:
        """Whether it can be given work."""
        return not self.pipe.closed and self.process.poll() is None

    def answer(self, task: bytes, how: _How) -> Any:
        """Hand over the task and wait for what comes back."""
        deadline = time.monotonic() + how.timeout_s
        try:
            self.pipe.send_bytes(task)
            while True:
                if self.pipe.poll(LOOK_S):
                    kind, value = self.pipe.recv()
                    if kind == "ended":
                        return value
                    how.on_progress(value)
                if how.canceled.is_set():
                    raise Canceled
                if time.monotonic() > deadline:
                    raise TimedOut(limit_s=how.timeout_s)
        except (EOFError, OSError) as error:
            raise ChildDied(exit_code=self.kill()) from error

    def end(self) -> int:
        """End it and whatever it started. Returns its exit code."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()

    def kill(self) -> int:
        """End it, and close its pipe, which is for the one to do who uses it."""
        exit_code = self.end()
        self.pipe.close()
        return exit_code


class Children:
    """Warm processes for heavy work. Each starts when it is first needed.

    Args:
        count: Children that work at the same time; further callers wait for one.
        prepare: Modules that a child imports until its first work comes.
        log_level: Least level that a child logs.
        log_form: As `logs.set_up` takes it.
    """

    def __init__(
        self,
        count: int,
        *,
        prepare: Iterable[str] = (),
        log_level: str = "info",
        log_form: logs.Form = "auto",
    ) -> None:
        self.count = count
        self._set_up = _SetUp(list(sys.path), tuple(prepare), log_level, log_form)
        self._born: set[_Child] = set()
        self._closed = threading.Event()
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(count):
            self._free.put(None)
        # The kernel kills a child when the *thread* that started it ends, so one thread that
        # lives as long as the pool starts them all.
        self._nurse = ThreadPoolExecutor(1, thread_name_prefix="children")

    def run(
        self,
        work: Callable[..., R],
        *args: Any,
        timeout_s: float,
        canceled: threading.Event | None = None,
        on_progress: Callable[[Facts], None] | None = None,
        **kwargs: Any,
    ) -> R:
        """Have `work(*args, **kwargs)` done by a child.

        Args:
            work: A function that the child can import by its name.
            args: Values that can be pickled, and so can the result.
            timeout_s: Seconds from the hand-over until the child is killed.
            canceled: When it is set, the child is killed.
            on_progress: Called in this thread with what the work reports.
            kwargs: As `args`.

        Raises:
            Canceled, TimedOut: and the child is gone.
            ChildDied: the child crashed or was killed from outside.
            ReelmillError: the work raised it, with its facts.
        """
        task = pickle.dumps((work, args, kwargs, structlog.contextvars.get_contextvars()))
        how = _How(timeout_s, canceled or threading.Event(), on_progress or _unheard)
        try:
            ended = self._answer(task, how)
        except ChildDied as died:
            # Reset, not ended: it was gone before it read its task, so nothing of it was done.
            if not isinstance(died.__cause__, ConnectionError):
                raise
            ended = self._answer(task, how)
        if isinstance(ended, _Raised):
            raise ended.error
        result: R = ended
        return result

    def _answer(self, task: bytes, how: _How) -> Any:
        child = self._take(how.canceled)
        try:
            return child.answer(task, how)
        except BaseException:
            child.kill()
            raise
        finally:
            self._free.put(child)

    def warm(self) -> None:
        """Start every child now, so that the first work finds it ready."""
        started = [self._take(threading.Event()) for _ in range(self.count)]
        for child in started:
            self._free.put(child)

    def close(self) -> None:
        """Kill all children, also those at work, whose callers get `ChildDied`."""
        self._closed.set()
        with suppress(queue.Empty):
            while True:
                idle = self._free.get_nowait()
                if idle is not None:
                    idle.kill()
        for child in tuple(self._born):
            child.end()
        self._nurse.shutdown()

    def _take(self, canceled: threading.Event) -> _Child:
        while True:
            if canceled.is_set():
                raise Canceled
            if self._closed.is_set():
                raise ChildDied(hint="This process is leaving.")
            with suppress(queue.Empty):
                child = self._free.get(timeout=LOOK_S)
                break
        if child is not None and child.alive():
            return child
        return self._replace(child)

    def _replace(self, child: _Child | None) -> _Child:
        try:
            if child is not None:
                self._born.discard(child)
                child.kill()
            fresh = self._nurse.submit(_Child, self._set_up).result()
        except BaseException:
            self._free.put(None)
            raise
        self._born.add(fresh)
        return fresh


def _unheard(_facts: Facts) -> None:
    """Progress that nobody asked for."""


class _Raised(NamedTuple):
    """What the work ended in, when it did not return."""

    error: BaseException


_report: ContextVar[Callable[[Facts], None]] = ContextVar("report", default=_unheard)


def report(stage: str, done: int = 0, total: int = 0, message: str = "") -> None:
    """Say how far the work is; called by the work itself, as often as it likes."""
    _report.get()((stage, done, total, message))


def serve(pipe_fd: int) -> None:
    """The life of a child: set up, then one task after another until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # A duplicate is closed in whatever the work starts; the inherited descriptor is not.
    pipe: Connection[Any, Any] = Connection(os.dup(pipe_fd))
    os.close(pipe_fd)
    # The work has a thread of its own, so that this one notices when the parent is gone.
    desk = ThreadPoolExecutor(1)
    with suppress(EOFError, OSError):
        _prepare(pipe.recv(), is_awaited=pipe.poll)
        while True:
            task = pipe.recv_bytes()
            desk.submit(_perform, task, pipe).add_done_callback(lambda done: _answer(pipe, done))
    os.killpg(0, signal.SIGKILL)


def _prepare(set_up: _SetUp, *, is_awaited: Callable[[], bool]) -> None:
    sys.path[:] = set_up.module_path
    logs.set_up(set_up.log_level, set_up.log_form)
    for module in set_up.prepare:
        if is_awaited():
            # Work of one pipeline need not wait for the modules of the others.
            return
        import_module(module)


def _perform(task: bytes, pipe: "Connection[Any, Any]") -> Any:
    work, args, kwargs, context = pickle.loads(task)  # noqa: S301 - from our own parent
    _report.set(_throttled(lambda facts: pipe.send(("report", facts))))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**context)
    return work(*args, **kwargs)


def _throttled(send: Callable[[Facts], None]) -> Callable[[Facts], None]:
    last_stage, last_s = "", 0.0

    def tell(facts: Facts) -> None:
        nonlocal last_stage, last_s
        now_s = time.monotonic()
        if facts[0] != last_stage or now_s - last_s >= REPORT_S:
            last_stage, last_s = facts[0], now_s
            send(facts)

    return tell


def _answer(pipe: "Connection[Any, Any]", done: "Future[Any]") -> None:
    error = done.exception()
    outcome = done.result() if error is None else _Raised(_portable(error))
    try:
        packed = pickle.dumps(("ended", outcome))
    except (pickle.PicklingError, TypeError, AttributeError) as unsendable:
        packed = pickle.dumps(("ended", _Raised(_portable(unsendable))))
    pipe.send_bytes(packed)


def _portable(error: BaseException) -> BaseException:
    """An error that can be read by a process which lacks the modules of the work."""
    if isinstance(error, ReelmillError):
        return error
    told = "".join(traceback.format_exception(error))
    own = isinstance(error, Exception) and type(error).__module__ == "builtins"
    portable = error if own else WorkFailed(f"{type(error).__name__}: {error}")
    portable.add_note(told)
    portable.__traceback__ = None
    return portable
