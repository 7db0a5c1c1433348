"""The catalog -> everything at a glance: jobs by state and pipeline, rate, nodes, failures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from reelmill.app import App
from reelmill.catalog import jobs, nodes
from reelmill.catalog.jobs import Ended, Job, JobState
from reelmill.web import words
from reelmill.web.languages import ENGLISH, Language

#: Minutes that the chart shows.
CHART_MIN: Final = 60

#: Height of the tallest column, in units of the chart; it is 40 high.
TALLEST: Final = 36.0

#: Width of one minute, in units of the chart; it is 120 wide.
MINUTE_WIDTH: Final = 2.0

#: Least height at which a single job is seen.
LEAST_HEIGHT: Final = 1.5

#: Jobs in the live list, and in the list of failures.
SHOWN_JOBS: Final = 8
SHOWN_FAILURES: Final = 4


class Column(NamedTuple):
    """One minute of the chart."""

    x: float
    """Left edge."""

    good: float
    """Height for jobs that were completed."""

    bad: float
    """Height for jobs that failed or were canceled."""


class Rate(NamedTuple):
    """Jobs that ended in the last hour."""

    columns: tuple[Column, ...]
    """Oldest first; minutes without a job are left out."""

    words: str
    """The same, in words."""


class NodeSeen(NamedTuple):
    """A node, as the overview shows it."""

    id: str
    alive: bool
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A pipeline, as the overview shows it."""

    name: str
    """Of its folder."""

    title: str
    """For people."""

    counts: dict[str, int]
    """Jobs by state."""

    summary: str
    """The same, in words."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything at a glance."""

    by_state: dict[str, int]
    """Jobs of all pipelines, by state; every state is there."""

    lanes: tuple[Lane, ...]
    """Each pipeline."""

    running: bool
    """Whether any job is in progress."""

    jobs: list[Job]
    """Those in progress, then the newest."""

    failures: list[Job]
    """The newest that failed."""

    nodes: list[NodeSeen] | None
    """Nodes that beat lately, by id; None for who is no operator."""

    rate: Rate
    """What ended in the last hour."""


def look(app: App, *, owner: str | None = None, language: Language = ENGLISH) -> Overview:
    """Ask the catalog once for everything that the overview shows: of one owner, or of all."""
    now = app.services.clock()
    with app.services.catalog.read() as conn:
        counted = jobs.counts(conn, owner=owner)
        running = jobs.listed(conn, owner=owner, state=JobState.IN_PROGRESS, limit=SHOWN_JOBS)
        newest = jobs.listed(conn, owner=owner, limit=SHOWN_JOBS)
        failures = jobs.listed(conn, owner=owner, state=JobState.FAILED, limit=SHOWN_FAILURES)
        ended = jobs.ended_since(conn, now - timedelta(minutes=CHART_MIN), owner=owner)
        beats = nodes.known(conn)
        since = nodes.now(conn) - timedelta(seconds=app.settings.node_ttl_s)
    ids = {job.id for job in running}
    seen = [NodeSeen(node.id, node.seen_at >= since, node.seen_at) for node in beats]
    return Overview(
        by_state={
            state: sum(count for (_, found), count in counted.items() if found == state)
            for state in words.STATES
        },
        lanes=tuple(_lane(app, name, counted, language) for name in app.pipelines),
        running=bool(running),
        jobs=(running + [job for job in newest if job.id not in ids])[:SHOWN_JOBS],
        failures=failures,
        nodes=None if owner else seen,
        rate=rate_of(ended, now, language),
    )


def _lane(
    app: App, name: str, counted: dict[tuple[str, JobState], int], language: Language
) -> Lane:
    counts = {state: counted.get((name, JobState(state)), 0) for state in words.STATES}
    summary = in_words(counts, language)
    return Lane(name=name, title=app.pipelines[name].title, counts=counts, summary=summary)


def in_words(counts: dict[str, int], language: Language = ENGLISH) -> str:
    """Jobs by state, in words.

    >>> in_words({"completed": 3, "failed": 1, "pending": 0})
    '3 completed, 1 failed'
    """
    names = words.states(language)
    told = [
        f"{language.number(count)} {names[state].lower()}"
        for state, count in counts.items()
        if count
    ]
    return ", ".join(told) or language.gettext("no jobs yet")


def rate_of(ended: Sequence[Ended], now: datetime, language: Language = ENGLISH) -> Rate:
    """Ends of jobs as columns, a minute each, the last one ending now."""
    good: Counter[int] = Counter()
    bad: Counter[int] = Counter()
    for end in ended:
        minute = CHART_MIN - 1 - int((now - end.at).total_seconds() // 60)
        (good if end.state is JobState.COMPLETED else bad)[min(minute, CHART_MIN - 1)] += 1
    minutes = sorted(minute for minute in {*good, *bad} if minute >= 0)
    most = max((good[minute] + bad[minute] for minute in minutes), default=1)
    columns = tuple(
        Column(
            minute * MINUTE_WIDTH,
            _height(good[minute], most),
            _height(bad[minute], most),
        )
        for minute in minutes
    )
    return Rate(columns, _rate_words(sum(good.values()), sum(bad.values()), most, language))


def _height(count: int, most: int) -> float:
    return max(round(TALLEST * count / most, 2), LEAST_HEIGHT) if count else 0.0


def _rate_words(good: int, bad: int, most: int, language: Language) -> str:
    if not good + bad:
        return language.gettext("none yet")
    counts = {
        name: language.number(n) for name, n in (("good", good), ("bad", bad), ("most", most))
    }
    if not bad:
        return language.gettext("%(good)s completed, up to %(most)s a minute", **counts)
    return language.gettext("%(good)s completed, %(bad)s not, up to %(most)s a minute", **counts)
