"""What the spine costs a job: submit, queue, a step, a child's hand-over, a publish, the record.

An empty pipeline goes through everything that a game goes through but the game: a child writes a
file, which is published and recorded. Printed is processor time a job, of the node and its children.
"""

import sys
import tempfile
from pathlib import Path

import psutil
from pydantic import BaseModel

from reelmill import app, logs
from reelmill.catalog.jobs import JobState
from reelmill.config import Settings
from reelmill.engine.drafts import publish_file
from reelmill.engine.durable import Durable
from reelmill.engine.lifecycle import Jobs
from reelmill.engine.words import ArtifactMade, only_step, workflow
from reelmill.pipeline import Pipeline
from reelmill.services import attempt, services
from reelmill.units import StoreKey

JOBS = 300


class Nothing(BaseModel):
    """What is asked."""

    name: str


class Done(BaseModel):
    """What comes back."""

    artifacts: tuple[ArtifactMade, ...] = ()


@only_step("empty.make")
def make(name: str) -> ArtifactMade:
    """Hand over to a child, and publish what it wrote."""
    here = services()
    with here.scratch() as folder:
        file = folder / "video.mp4"
        here.in_child(Path.write_text, 10.0, file, name)
        assert attempt().holds()
        final = StoreKey(f"empty/{name}.mp4")
        return publish_file(file, final, "video", "video/mp4", (2, 2))


@workflow("empty.run")
def run(spec: Nothing) -> Done:
    """One step, as a replay has."""
    return Done(artifacts=(make(spec.name),))


EMPTY = Pipeline(
    name="empty",
    title="Empty",
    about="Nothing becomes nothing.",
    spec=Nothing,
    result=Done,
    run=run,
    key=lambda spec: spec.name,
)


def cpu_s() -> float:
    """User and system seconds of this process and its children so far."""
    me = psutil.Process()
    times = [process.cpu_times() for process in (me, *me.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def main() -> None:
    """Measure, and print one line."""
    logs.set_up("error", "console")
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as home:
        settings = Settings(home=Path(home))
        catalog = app.open_catalog(settings.database)
        catalog.migrate()
        here = app.open_services(settings, catalog, {})
        jobs = Jobs(here, Durable(settings, catalog), {"empty": EMPTY})
        jobs.start()
        warm = [jobs.submit("empty", Nothing(name=f"warm-{n}")).id for n in range(20)]
        jobs.wait(warm)
        before = cpu_s()
        ids = [jobs.submit("empty", Nothing(name=str(n))).id for n in range(JOBS)]
        ended = jobs.wait(ids)
        spent = cpu_s() - before
        jobs.stop(1)
        jobs.close()
        here.children.close()
        catalog.close()
    if {job.state for job in ended.values()} != {JobState.COMPLETED}:
        sys.exit("not every job was completed: the figure would be of something else")
    print(f"overhead            {spent / JOBS * 1000:.1f} ms of processor time a job")


if __name__ == "__main__":
    main()
