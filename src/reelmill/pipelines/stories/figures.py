"""What nodes did -> the four numbers of section 10 of the specification. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

#: Seconds of an hour.
HOUR_S: Final = 3600.0


class Turn(NamedTuple):
    """A task that a node finished."""

    node: str
    """Which."""

    began_s: float
    """When it was taken, seconds since the epoch."""

    ended_s: float
    """When its video lay in the store."""

    download_s: float
    """Seconds of bringing its files to the node."""

    render_s: float
    """Seconds of rendering."""

    upload_s: float
    """Seconds of putting its video into the store."""


class Figures(NamedTuple):
    """How well a node works, or all together."""

    render_utilization: float
    """Of the time in which there was a task at hand, the share spent on rendering, percent."""

    avg_render_time: float
    """Seconds of rendering for each video."""

    task_throughput: float
    """Tasks in an hour in which there was a task at hand; of many nodes, all together."""

    io_overhead: float
    """Seconds of download and upload for each video."""


#: Of nodes that finished nothing.
NOTHING: Final = Figures(0.0, 0.0, 0.0, 0.0)


def figures_of(turns: Sequence[Turn]) -> Figures:
    """The numbers of what one node, or several, finished.

    >>> figures_of([Turn("a", 0, 30, 10, 10, 10), Turn("a", 10, 40, 10, 10, 10)])
    Figures(render_utilization=50.0, avg_render_time=10.0, task_throughput=180.0, io_overhead=20.0)
    """
    if not turns:
        return NOTHING
    of_nodes = by_node(turns)
    busy_s = {node: _covered_s(some) for node, some in of_nodes.items()}
    render_s = sum(turn.render_s for turn in turns)
    moving_s = sum(turn.download_s + turn.upload_s for turn in turns)
    return Figures(
        render_utilization=100 * _share(render_s, sum(busy_s.values())),
        avg_render_time=render_s / len(turns),
        task_throughput=sum(
            _share(len(some) * HOUR_S, busy_s[node]) for node, some in of_nodes.items()
        ),
        io_overhead=moving_s / len(turns),
    )


def by_node(turns: Iterable[Turn]) -> dict[str, list[Turn]]:
    """Which node finished what, nodes by name."""
    of_nodes: defaultdict[str, list[Turn]] = defaultdict(list)
    for turn in turns:
        of_nodes[turn.node].append(turn)
    return dict(sorted(of_nodes.items()))


def _covered_s(turns: Iterable[Turn]) -> float:
    """Seconds in which one of them was at hand; where they overlap, counted once."""
    covered_s, until_s = 0.0, float("-inf")
    for turn in sorted(turns, key=lambda turn: turn.began_s):
        covered_s += max(0.0, turn.ended_s - max(turn.began_s, until_s))
        until_s = max(until_s, turn.ended_s)
    return covered_s


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
