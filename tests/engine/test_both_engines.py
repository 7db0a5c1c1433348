"""What a pipeline may rely on, whichever engine runs it: here and now, or durably."""

from collections.abc import Callable
from pathlib import Path

import pytest
import workshop
from workshop import Delivered, Desk, Order, notes

from reelmill.catalog.jobs import JobState
from reelmill.engine.inline import run_inline
from reelmill.errors import ReelmillError

Run = Callable[[Order], Delivered | str]


@pytest.fixture(params=["inline", "durable"])
def run(request: pytest.FixtureRequest, busy_shop: Desk) -> Run:
    """Runs an order; gives what it gave, or the code of its error."""

    def inline(order: Order) -> Delivered | str:
        try:
            return run_inline(workshop.run, order, here=busy_shop.services)
        except ReelmillError as error:
            return error.code
        except ZeroDivisionError:
            return "bug"

    def durable(order: Order) -> Delivered | str:
        asked = busy_shop.jobs.submit("bench", order)
        job = busy_shop.jobs.wait([asked.id], timeout_s=120)[asked.id]
        if job.state is JobState.FAILED:
            return job.error_code
        return Delivered.model_validate(job.result)

    return {"inline": inline, "durable": durable}[request.param]


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A job of its own for each test."""
    return request.node.name.replace("[", " ").replace("]", "")


def test_the_result_is_the_model_that_the_workflow_gave(run: Run, name: str) -> None:
    delivered = run(Order(name=name))
    assert isinstance(delivered, Delivered)
    assert delivered.name == name
    assert [made.key for made in delivered.artifacts] == [f"bench/{name}"]


@pytest.mark.parametrize(
    ("act", "ends"),
    [
        pytest.param("refuse", ("too_big", 1), id="a refusal once"),
        pytest.param("bug", ("bug", 1), id="a bug once"),
        pytest.param("always down", ("neighbour_down", 3), id="an outage three times"),
        pytest.param("child crash", ("child_died", 3), id="a crashed child three times"),
    ],
)
def test_what_fails_is_tried(
    run: Run, name: str, tmp_path: Path, act: str, ends: tuple[str, int]
) -> None:
    code, tries = ends
    assert run(Order(name=name, act=act, folder=str(tmp_path))) == code
    tried = [line.split()[0] for line in notes(tmp_path, name)]
    assert tried == ["first", *["work"] * tries]


def test_work_is_done_in_a_child(run: Run, name: str, tmp_path: Path) -> None:
    assert isinstance(run(Order(name=name, act="child", folder=str(tmp_path))), Delivered)
    pids = {line.split()[0]: line.split()[1] for line in notes(tmp_path, name)}
    assert pids["child"] != pids["work"]


def test_an_outage_that_ends_is_survived(run: Run, name: str, tmp_path: Path) -> None:
    assert isinstance(run(Order(name=name, act="outage", folder=str(tmp_path))), Delivered)
