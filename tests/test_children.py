import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from reelmill.children import ChildDied, Children, WorkFailed
from reelmill.errors import BadMedia, Canceled, TimedOut

WORKS = """
    import os, signal, subprocess, sys, time
    from pathlib import Path
    import structlog
    from reelmill.children import report
    from reelmill.errors import BadMedia

    class TornFile(BadMedia):
        '''The file is torn.'''

    class Odd(Exception):
        def __init__(self, one, two):
            super().__init__(one)

    def refuse():
        raise TornFile(hint="Mend it.", byte=7)

    def odd():
        raise Odd("first", "second")

    def leave():
        raise SystemExit(0)

    def lambda_out():
        return lambda: None

    def count(to, pause_s=0.0):
        for done in range(to):
            report("count", done, to, "counting")
            time.sleep(pause_s)
        report("rest", 1, 1, "resting")
        return to

    def bound():
        return structlog.contextvars.get_contextvars()

    def interrupt_me():
        os.kill(os.getpid(), signal.SIGINT)
        return "not interested"

    def start_another(note):
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        Path(note).write_text(str(other.pid))
        time.sleep(60)

    def say(note):
        Path(note).write_text(str(os.getpid()))
        time.sleep(60)

    def hold_the_lock(note):
        # A call into C that never lets another thread of Python in.
        import ctypes
        Path(note).write_text(str(os.getpid()))
        ctypes.PyDLL(None).sleep(60)
"""


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """A module that children can import."""
    folder = tmp_path_factory.mktemp("works")
    (folder / "works_for_children.py").write_text(textwrap.dedent(WORKS))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield __import__("works_for_children")


@pytest.fixture(scope="module")
def children(works: ModuleType) -> Iterator[Children]:
    pool = Children(2, prepare=[works.__name__], log_level="warning")
    yield pool
    pool.close()


class HandedOver(threading.Event):
    """A cancel that never comes; makes a file when it is asked for after the work was sent."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._asked = 0

    def is_set(self) -> bool:
        self._asked += 1
        if self._asked > 1:
            self._file.touch()
        return super().is_set()


def test_work_that_waits_does_not_wait_for_what_others_need(
    works: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = tmp_path / "sent"
    slow = f"import pathlib, time\nwhile not pathlib.Path({str(sent)!r}).exists(): time.sleep(0.01)"
    (tmp_path / "slow_to_import.py").write_text(slow)
    (tmp_path / "never_imported.py").write_text("raise SystemExit('nobody asked for this')")
    monkeypatch.syspath_prepend(str(tmp_path))
    pool = Children(1, prepare=["slow_to_import", "never_imported"], log_level="warning")
    try:
        assert pool.run(works.count, 3, timeout_s=120, canceled=HandedOver(sent)) == 3
    finally:
        pool.close()


def appears(path: Path) -> int:
    """The number that a work writes into a file, when it does."""
    give_up_s = time.monotonic() + 120
    while not path.exists() or not path.read_text():
        assert time.monotonic() < give_up_s
        time.sleep(0.02)
    return int(path.read_text())


def dies(pid: int) -> bool:
    try:
        psutil.Process(pid).wait(120)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def test_a_result_comes_back(children: Children) -> None:
    assert children.run(pow, 2, 10, timeout_s=120) == 1024
    assert children.run(int, "ff", timeout_s=120, base=16) == 255


def test_a_child_stays_warm(children: Children) -> None:
    assert children.run(os.getpid, timeout_s=120) == children.run(os.getpid, timeout_s=120)


def test_as_many_work_at_once_as_there_are_children(children: Children) -> None:
    with ThreadPoolExecutor(6) as callers:
        pids = set(callers.map(lambda _: children.run(os.getpid, timeout_s=120), range(60)))
    assert 1 <= len(pids) <= 2


def test_an_error_by_design_crosses_with_its_facts(children: Children, works: ModuleType) -> None:
    with pytest.raises(BadMedia) as caught:
        children.run(works.refuse, timeout_s=120)
    assert (caught.value.code, caught.value.hint) == ("torn_file", "Mend it.")
    assert caught.value.facts == {"byte": 7}


def test_a_builtin_error_crosses_with_the_traceback_of_the_child(children: Children) -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        children.run(int, "x", timeout_s=120)
    assert "_perform" in caught.value.__notes__[0]


def test_any_other_error_crosses_as_text(children: Children, works: ModuleType) -> None:
    with pytest.raises(WorkFailed, match="Odd: first"):
        children.run(works.odd, timeout_s=120)


def test_work_that_wants_to_exit_fails_alone(children: Children, works: ModuleType) -> None:
    with pytest.raises(WorkFailed, match="SystemExit"):
        children.run(works.leave, timeout_s=120)
    assert children.run(pow, 1, 1, timeout_s=120) == 1


def test_a_result_that_cannot_be_sent_says_so(children: Children, works: ModuleType) -> None:
    with pytest.raises((AttributeError, WorkFailed), match="lambda"):
        children.run(works.lambda_out, timeout_s=120)
    assert children.run(pow, 1, 1, timeout_s=120) == 1


def test_cancel_kills_one_child_and_no_other(children: Children) -> None:
    with ThreadPoolExecutor(1) as callers:
        other = callers.submit(children.run, time.sleep, 1.5, timeout_s=120)
        canceled = threading.Event()
        threading.Timer(0.6, canceled.set).start()
        began_s = time.monotonic()
        with pytest.raises(Canceled):
            children.run(time.sleep, 60, timeout_s=120, canceled=canceled)
        assert time.monotonic() - began_s < 30
        assert other.result() is None


def test_who_waits_for_a_child_can_be_canceled_too() -> None:
    pool = Children(1)
    canceled = threading.Event()
    with ThreadPoolExecutor(1) as callers:
        callers.submit(pool.run, time.sleep, 1.5, timeout_s=120)
        time.sleep(0.2)
        threading.Timer(0.2, canceled.set).start()
        with pytest.raises(Canceled):
            pool.run(time.sleep, 1, timeout_s=120, canceled=canceled)
    pool.close()


def test_work_that_takes_too_long_is_killed(children: Children) -> None:
    pid = children.run(os.getpid, timeout_s=120)
    with pytest.raises(TimedOut, match=r"limit_s=0\.3"):
        children.run(time.sleep, 60, timeout_s=0.3)
    assert dies(pid)
    assert children.run(pow, 1, 1, timeout_s=120) == 1


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_crash_fails_its_caller_alone(children: Children, times: int) -> None:
    for _ in range(times):
        with pytest.raises(ChildDied, match="exit_code=3"):
            children.run(os._exit, 3, timeout_s=120)
    assert children.run(pow, 1, 1, timeout_s=120) == 1


def test_a_child_killed_while_idle_is_replaced(children: Children) -> None:
    pid = children.run(os.getpid, timeout_s=120)
    os.kill(pid, signal.SIGKILL)
    assert children.run(os.getpid, timeout_s=120) != pid


def test_a_child_killed_at_work_is_an_outage(
    children: Children, works: ModuleType, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(1) as callers:
        doomed = callers.submit(children.run, works.say, str(tmp_path / "pid"), timeout_s=120)
        os.kill(appears(tmp_path / "pid"), signal.SIGKILL)
        with pytest.raises(ChildDied) as caught:
            doomed.result()
    assert caught.value.retryable


def test_what_the_work_started_dies_with_its_child(
    children: Children, works: ModuleType, tmp_path: Path
) -> None:
    canceled = threading.Event()
    with ThreadPoolExecutor(1) as callers:
        note = tmp_path / "pid"
        run = callers.submit(
            children.run, works.start_another, str(note), timeout_s=120, canceled=canceled
        )
        grandchild = appears(note)
        canceled.set()
        with pytest.raises(Canceled):
            run.result()
    assert dies(grandchild)


def test_progress_arrives_throttled(children: Children, works: ModuleType) -> None:
    heard: list[tuple[str, int, int, str]] = []
    assert children.run(works.count, 1000, timeout_s=120, on_progress=heard.append) == 1000
    assert heard[0] == ("count", 0, 1000, "counting")
    assert heard[-1] == ("rest", 1, 1, "resting")
    assert len(heard) < 100


def test_slow_progress_arrives_whole(children: Children, works: ModuleType) -> None:
    heard: list[tuple[str, int, int, str]] = []
    children.run(works.count, 3, timeout_s=120, pause_s=0.25, on_progress=heard.append)
    assert [facts[1] for facts in heard if facts[0] == "count"] == [0, 1, 2]


def test_work_logs_with_the_job_of_its_caller(children: Children, works: ModuleType) -> None:
    import structlog  # noqa: PLC0415

    with structlog.contextvars.bound_contextvars(job="bench/a"):
        assert children.run(works.bound, timeout_s=120) == {"job": "bench/a"}
    assert children.run(works.bound, timeout_s=120) == {}


def test_ctrl_c_is_for_the_parent_to_decide(children: Children, works: ModuleType) -> None:
    assert children.run(works.interrupt_me, timeout_s=120) == "not interested"


def test_a_closed_pool_kills_its_children_and_takes_no_more() -> None:
    pool = Children(2)
    pid = pool.run(os.getpid, timeout_s=120)
    with ThreadPoolExecutor(1) as callers:
        doomed = callers.submit(pool.run, time.sleep, 60, timeout_s=70)
        time.sleep(0.3)
        pool.close()
        with pytest.raises(ChildDied):
            doomed.result()
    assert dies(pid)
    with pytest.raises(ChildDied):
        pool.run(pow, 1, 1, timeout_s=1)


PARENT = """
import sys
sys.path.insert(0, sys.argv[1])
from reelmill.children import Children
works = __import__(sys.argv[2])
Children(1).run(getattr(works, sys.argv[3]), sys.argv[4], timeout_s=60)
"""


@pytest.mark.kill
@pytest.mark.parametrize("work", ["say", "hold_the_lock"])
@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda parent: parent.kill(), id="kill -9"),
        pytest.param(lambda parent: parent.send_signal(signal.SIGINT), id="ctrl-c"),
    ],
)
def test_children_die_with_their_parent(
    works: ModuleType,
    tmp_path: Path,
    work: str,
    end: Callable[["subprocess.Popen[bytes]"], None],
) -> None:
    note, folder = tmp_path / "pid", str(Path(works.__file__ or "").parent)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, folder, works.__name__, work, str(note)],
        stderr=subprocess.DEVNULL,
    )
    pid = appears(note)
    end(parent)
    parent.wait(20)
    assert dies(pid)
