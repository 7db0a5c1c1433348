"""Tasks that nodes finished lately -> the four numbers, for all and for each node."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from reelmill.catalog.job import JobState
from reelmill.pipeline import Gauge
from reelmill.pipelines.stories.figures import Figures, Turn, by_node, figures_of
from reelmill.pipelines.stories.records import Task
from reelmill.pipelines.stories.tables import tasks
from reelmill.services import Services

#: How far back the numbers look.
LATELY: Final = timedelta(hours=24)

#: What each number is, with its unit. Source: specification, section 10.
ABOUT: Final = {
    "render_utilization": "Time with a task at hand that was spent on rendering, percent",
    "avg_render_time": "Rendering for each video, seconds",
    "task_throughput": "Tasks in an hour with a task at hand",
    "io_overhead": "Download and upload for each video, seconds",
}

#: The node that stands for all of them together.
ALL: Final = "all"


class NodeFigures(NamedTuple):
    """The numbers of one node, or of all together."""

    node: str
    """Its name, or `ALL`."""

    tasks: int
    """Tasks that it finished."""

    figures: Figures
    """How well it worked."""


def measured(here: Services, lately: timedelta = LATELY) -> list[NodeFigures]:
    """The numbers of what was finished lately: of all nodes together first, then of each."""
    with here.catalog.read() as conn:
        ended = tasks.ended_since(conn, here.clock() - lately)
    turns = [turn for task in ended if (turn := _turn(task))]
    groups = {ALL: turns, **by_node(turns)}
    return [NodeFigures(node, len(some), figures_of(some)) for node, some in groups.items()]


def gauges(here: Services) -> Iterator[Gauge]:
    """The numbers for `/metrics`."""
    for node, _, figures in measured(here):
        for name, value in figures._asdict().items():
            yield Gauge(name, ABOUT[name], value, {"node": node})


def _turn(task: Task) -> Turn | None:
    """What a node did for a task, if it finished it."""
    acts = (task.download_s, task.render_s, task.upload_s)
    if task.state is not JobState.COMPLETED or task.began_at is None or task.ended_at is None:
        return None
    if None in acts:
        return None
    times = (task.began_at.timestamp(), task.ended_at.timestamp())
    return Turn(task.node, *times, *(act or 0.0 for act in acts))
