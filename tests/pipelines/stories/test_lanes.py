"""Tasks of one node on their way through its lanes."""

import threading
from collections.abc import Callable

import pytest

from reelmill.errors import Canceled
from reelmill.pipelines.stories.lanes import LANES, Act, Passage, passage

#: Seconds in which a thread gets its turn on a busy machine.
PATIENCE_S = 60.0


class Task(threading.Thread):
    """Goes as far as it is told, and says where it is."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.canceled = threading.Event()
        self.was_in: list[Act] = []
        self.may_go: dict[Act, threading.Event] = {act: threading.Event() for act in Act}
        self.is_in: dict[Act, threading.Event] = {act: threading.Event() for act in Act}
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with passage(self.canceled) as way:
                for act in Act:
                    self._go(way, act)
        except Canceled as error:
            self.error = error

    def _go(self, way: Passage, act: Act) -> None:
        way.enter(act)
        self.is_in[act].set()
        self.may_go[act].wait(PATIENCE_S)

    def reaches(self, act: Act) -> bool:
        return self.is_in[act].wait(PATIENCE_S)

    def stays_out_of(self, act: Act) -> bool:
        return not self.is_in[act].wait(0.1)


@pytest.fixture
def start() -> Callable[[], Task]:
    def begin() -> Task:
        task = Task()
        task.start()
        return task

    return begin


def finish(*tasks: Task) -> None:
    for task in tasks:
        for may in task.may_go.values():
            may.set()
    for task in tasks:
        task.join(PATIENCE_S)
        assert not task.is_alive()


def test_three_tasks_overlap_as_in_the_timeline(start: Callable[[], Task]) -> None:
    one = start()
    assert one.reaches(Act.DOWNLOAD)
    two = start()
    assert two.stays_out_of(Act.DOWNLOAD)
    one.may_go[Act.DOWNLOAD].set()
    assert one.reaches(Act.RENDER)
    assert two.reaches(Act.DOWNLOAD)
    two.may_go[Act.DOWNLOAD].set()
    three = start()
    assert three.stays_out_of(Act.DOWNLOAD), "one task is fetched ahead, not two"
    assert two.stays_out_of(Act.RENDER)
    one.may_go[Act.RENDER].set()
    assert one.reaches(Act.UPLOAD)
    assert two.reaches(Act.RENDER), "the next render begins at once, the upload beside it"
    assert three.reaches(Act.DOWNLOAD)
    finish(one, two, three)


def test_who_came_first_goes_first(start: Callable[[], Task]) -> None:
    holder = start()
    assert holder.reaches(Act.DOWNLOAD)
    later: list[Task] = []
    for number in range(3):
        task = start()
        while len(LANES[Act.DOWNLOAD]) < number + 2:
            assert task.is_alive()
        task.may_go[Act.RENDER].set()
        task.may_go[Act.UPLOAD].set()
        later.append(task)
    finish(holder)
    for number, task in enumerate(later):
        assert task.reaches(Act.DOWNLOAD)
        assert all(other.stays_out_of(Act.DOWNLOAD) for other in later[number + 1 :])
        task.may_go[Act.DOWNLOAD].set()
    finish(*later)


def test_a_canceled_task_leaves_the_line(start: Callable[[], Task]) -> None:
    holder, waiting = start(), Task()
    assert holder.reaches(Act.DOWNLOAD)
    waiting.start()
    waiting.canceled.set()
    waiting.join(PATIENCE_S)
    assert isinstance(waiting.error, Canceled)
    finish(holder)


def test_a_task_that_fails_frees_its_lane(start: Callable[[], Task]) -> None:
    def fail() -> None:
        with passage(threading.Event()) as way:
            way.enter(Act.DOWNLOAD)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    after = start()
    assert after.reaches(Act.DOWNLOAD)
    finish(after)
