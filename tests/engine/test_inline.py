import subprocess
import sys
from pathlib import Path

import pytest
import workshop
from workshop import Desk, Order, notes

from reelmill.engine.inline import run_inline
from reelmill.services import Progress


def test_a_workflow_runs_here_and_now(shop: Desk, tmp_path: Path) -> None:
    order = Order(name="here", folder=str(tmp_path))
    delivered = run_inline(workshop.run, order, here=shop.services)
    assert delivered.name == "here"
    assert [line.split()[0] for line in notes(tmp_path, "here")] == ["first", "work", "publish"]
    assert shop.jobs.counts() == {}


def test_errors_come_as_they_are(shop: Desk) -> None:
    with pytest.raises(workshop.TooBig) as caught:
        run_inline(workshop.run, Order(name="x", act="refuse"), here=shop.services)
    assert caught.value.hint == "Make it smaller."
    with pytest.raises(ZeroDivisionError):
        run_inline(workshop.run, Order(name="x", act="bug"), here=shop.services)


def test_an_outage_is_tried_three_times_here_too(shop: Desk, tmp_path: Path) -> None:
    order = Order(name="out", folder=str(tmp_path), act="outage")
    assert run_inline(workshop.run, order, here=shop.services).name == "out"


def test_progress_goes_to_who_asked(shop: Desk) -> None:
    heard: list[Progress] = []
    order = Order(name="loud", act="progress")
    run_inline(workshop.run, order, here=shop.services, report=heard.append)
    assert [progress.done for progress in heard] == list(range(10))


@pytest.mark.parametrize("module", ["inline", "lifecycle", "durable"])
def test_the_engine_is_not_loaded_before_it_is_needed(module: str) -> None:
    script = f"import sys, reelmill.engine.{module}; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
