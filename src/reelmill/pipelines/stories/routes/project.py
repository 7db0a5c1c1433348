"""What both the API and the pages read of a project."""

from reelmill.catalog.job import JobState
from reelmill.pipelines.stories import measures
from reelmill.pipelines.stories.figures import NOTHING
from reelmill.pipelines.stories.measures import NodeFigures
from reelmill.pipelines.stories.shelf import NodeOut
from reelmill.pipelines.stories.tables import tasks
from reelmill.web.deps import TheApp


def nodes_of(app: TheApp) -> list[NodeOut]:
    """All nodes together first, then each that is alive, or finished something lately."""
    told = {each.node: each for each in measures.measured(app.services)}
    with app.services.catalog.read() as conn:
        at_work = tasks.at_work(conn)
    names = dict.fromkeys([*told, *(node.id for node in app.jobs.nodes())])
    return [NodeOut.of(told.get(name, NodeFigures(name, 0, NOTHING)), at_work) for name in names]


def waiting(app: TheApp) -> int:
    """Tasks that no node has begun."""
    return app.jobs.counts().get(("stories", JobState.PENDING), 0)
