"""Numbers for Prometheus: answers of this process, and jobs as the catalog has them."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, Histogram, Info, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from reelmill.app import App
from reelmill.catalog.jobs import JobState
from reelmill.pipeline import Gauge

#: Seconds; a page takes some 10 ms, a file begins within 50.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class _Jobs(Collector):
    """Jobs by pipeline and state, counted when somebody asks."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterable[Metric]:
        """Every pipeline in every state, also where there is none."""
        counted = self._app.jobs.counts()
        jobs = GaugeMetricFamily("reelmill_jobs", "Jobs", labels=["pipeline", "state"])
        depth = GaugeMetricFamily("reelmill_queue_depth", "Jobs that wait", labels=["pipeline"])
        names = sorted({*self._app.pipelines, *(pipeline for pipeline, _ in counted)})
        for name in names:
            for state in JobState:
                jobs.add_metric([name, state.value], counted.get((name, state), 0))
            depth.add_metric([name], counted.get((name, JobState.PENDING), 0))
        alive = GaugeMetricFamily("reelmill_nodes", "Nodes that are alive")
        alive.add_metric([], len(self._app.jobs.nodes()))
        yield from (jobs, depth, alive)
        for name, pipeline in sorted(self._app.pipelines.items()):
            yield from _families(name, pipeline.gauges(self._app.services))

    def describe(self) -> Iterable[Metric]:
        """Nothing: the catalog is not asked while the site is being built."""
        return ()


def _families(pipeline: str, gauges: Iterable[Gauge]) -> Iterable[Metric]:
    """A pipeline's own numbers, those of one name together."""
    families: dict[str, GaugeMetricFamily] = {}
    for gauge in gauges:
        name = f"reelmill_{pipeline}_{gauge.name}"
        if name not in families:
            families[name] = GaugeMetricFamily(name, gauge.about, labels=list(gauge.labels))
        families[name].add_metric(list(gauge.labels.values()), gauge.value)
    return families.values()


class Measures:
    """The numbers of one site.

    Args:
        app: Whose jobs are counted.
    """

    def __init__(self, app: App) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Jobs(app))
        self._answers = Histogram(
            "reelmill_http_request_duration_seconds",
            "Seconds until an answer began",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        Info("reelmill_build", "What runs here", registry=self._registry).info(
            {"version": version("reelmill")}
        )

    def answered(self, scope: Scope, status: int, took_s: float) -> None:
        """Count an answer under its route; strangers' paths never become labels."""
        route = getattr(scope.get("route"), "path", "unknown")
        self._answers.labels(scope["method"], route, str(status)).observe(took_s)

    def text(self) -> bytes:
        """All numbers, in the text format of Prometheus."""
        return generate_latest(self._registry)
