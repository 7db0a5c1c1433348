"""A pipeline for tests, a desk for it, and a node that may be killed."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel
from tests.tables import migrated

from reelmill import children, logs
from reelmill.children import Children
from reelmill.config import Settings, read_settings
from reelmill.engine.durable import Durable
from reelmill.engine.lifecycle import Jobs
from reelmill.engine.retry import Retry
from reelmill.engine.words import ArtifactMade, step, workflow
from reelmill.errors import Refused, Unavailable
from reelmill.http import Fetcher
from reelmill.pipeline import Pipeline
from reelmill.services import Progress, Services, attempt, draft_key, services
from reelmill.storage.memory import MemoryStore
from reelmill.storage.sealing import Sealer
from reelmill.storage.signing import Signer
from reelmill.units import StoreKey

#: Short enough for tests, long enough for a busy machine.
BEAT_S = 0.3

#: Receivers of the tests are on this machine.
HERE = ("127.0.0.1/32",)

#: What stands before links that go to others.
PUBLIC_URL = "https://films.example"

TTL_S = 2.5


class Order(BaseModel):
    name: str
    folder: str = ""
    act: str = "nothing"
    pause_s: float = 0.0


class Delivered(BaseModel):
    name: str
    cost_usd: float = 0.0
    artifacts: tuple[ArtifactMade, ...] = ()


class NeighbourDown(Unavailable):
    """The neighbour is down."""


class TooBig(Refused):
    """The thing is too big."""


def note(order: Order, line: str) -> None:
    """Append to the file that tests read: one line, one write."""
    if order.folder:
        with (Path(order.folder) / f"{order.name}.log").open("a") as file:
            file.write(f"{line}\n")


def notes(folder: Path, name: str) -> list[str]:
    path = folder / f"{name}.log"
    return path.read_text().splitlines() if path.exists() else []


def dawdle(folder: str, name: str, pause_s: float) -> str:
    """In a child: say who does the work, report, sleep."""
    note(Order(name=name, folder=folder), f"child {os.getpid()}")
    children.report("dawdle", 1, 2, "half way")
    time.sleep(pause_s)
    return "dawdled"


@step("bench.first")
def first(order: Order) -> str:
    note(order, f"first {os.getpid()}")
    return order.name.upper()


@step("bench.work", retry=Retry(attempts=2, first_wait_s=0.05))
def work(order: Order) -> str:
    note(order, f"work {os.getpid()}")
    return ACTS[order.act](order)


@step("bench.publish")
def publish(order: Order, what: str) -> tuple[ArtifactMade, ...]:
    note(order, f"publish {os.getpid()}")
    made = ArtifactMade(
        kind="text",
        key=StoreKey(f"bench/{order.name}"),
        content_type="text/plain",
        size_bytes=len(what),
        sha256="0" * 64,
    )
    return (made,)


@workflow("bench.run")
def run(order: Order) -> Delivered:
    first(order)
    what = work(order)
    return Delivered(name=order.name, cost_usd=0.25, artifacts=publish(order, what))


def _nothing(_order: Order) -> str:
    return "done"


def _child(order: Order) -> str:
    return services().in_child(dawdle, 60.0, order.folder, order.name, order.pause_s)


def _hold(order: Order) -> str:
    """Wait in the node itself until the test says go."""
    while not (Path(order.folder) / "go").exists():
        time.sleep(0.02)
    return "went"


def _outage(order: Order) -> str:
    if notes(Path(order.folder), order.name).count(f"work {os.getpid()}") < 3:
        raise NeighbourDown(neighbour="shop", hint="Wait for it.")
    return "back"


def _always_down(_order: Order) -> str:
    raise NeighbourDown(neighbour="shop", hint="Wait for it.")


def _refuse(_order: Order) -> str:
    raise TooBig(size_px=9, hint="Make it smaller.")


def _bug(_order: Order) -> str:
    raise ZeroDivisionError("nobody thought of this")


def _poison(_order: Order) -> str:
    os._exit(7)


def _child_crash(_order: Order) -> str:
    services().in_child(os._exit, 10.0, 3)
    return "never"


def _fragile_child(order: Order) -> str:
    """Kills its first child, and does with the second."""
    if notes(Path(order.folder), order.name).count(f"work {os.getpid()}") < 2:
        services().in_child(os._exit, 10.0, 3)
    return "second child"


def _commands(_order: Order) -> str:
    attempt().ran(["ffmpeg", "-i", "in.mp4"], 1.5)
    return "ran"


def _draft(order: Order) -> str:
    services().store.put_bytes(draft_key(attempt().job_id, "half.mp4"), b"half")
    return _hold(order) if order.pause_s else "drafted"


def _progress(order: Order) -> str:
    for done in range(10):
        attempt().report(Progress("count", done, 10, "counting"))
        time.sleep(0.15)
    return _nothing(order)


ACTS = {
    "nothing": _nothing,
    "child": _child,
    "hold": _hold,
    "outage": _outage,
    "always down": _always_down,
    "refuse": _refuse,
    "bug": _bug,
    "poison": _poison,
    "child crash": _child_crash,
    "fragile child": _fragile_child,
    "commands": _commands,
    "draft": _draft,
    "progress": _progress,
}

BENCH = Pipeline(
    name="bench",
    title="Bench",
    about="An order -> what came of it.",
    spec=Order,
    result=Delivered,
    run=run,
    key=lambda order: order.name,
)


class Desk:
    """A desk as `app.build` makes it, with what the tests look into."""

    def __init__(
        self,
        settings: Settings,
        pipeline: Pipeline[Any, Any] = BENCH,
        *,
        allow_networks: Sequence[str] = HERE,
    ) -> None:
        self.settings = settings
        self.catalog = migrated(settings.database)
        self.store = MemoryStore()
        self.children = Children(settings.children, log_level="warning")
        self.durable = Durable(settings, self.catalog)
        self.services = Services(
            store=self.store,
            catalog=self.catalog,
            children=self.children,
            clock=lambda: datetime.now(UTC),
            scratch_root=settings.home / "scratch",
            pipeline_settings={},
            signer=Signer(b"bench"),
            sealer=Sealer(b"bench"),
            http=Fetcher(allow_networks),
            public_url=PUBLIC_URL,
            # No step of the bench transcodes.
            ffmpeg=cast(Any, None),
        )
        self.jobs = Jobs(self.services, self.durable, {"bench": pipeline})

    def close(self) -> None:
        self.jobs.close()
        self.services.http.close()
        self.children.close()
        self.catalog.close()


@contextmanager
def desk(
    home: Path, database_url: str = "", pipeline: Pipeline[Any, Any] = BENCH, size: int = 2
) -> Iterator[Desk]:
    opened = Desk(settings_for(home, database_url, size), pipeline)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def node(opened: Desk) -> Iterator[None]:
    opened.jobs.start()
    try:
        yield
    finally:
        opened.jobs.stop(5)


def settings_for(home: Path, database_url: str = "", size: int = 2) -> Settings:
    return read_settings(
        home=home,
        database_url=database_url,
        children=size,
        beat_s=BEAT_S,
        node_ttl_s=TTL_S,
        log_level="warning",
        log_format="json",
    )


def main(home: str, database_url: str, drain_s: str, where: str, size: str) -> None:
    """A node for the pipeline that is `where`, with `size` children.

    Ready when it says so, gone after SIGTERM.
    """
    logs.set_up("warning", "json")
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    module, _, name = where.partition(":")
    pipeline = getattr(import_module(module), name)
    with desk(Path(home), database_url, pipeline, int(size)) as opened:
        opened.jobs.start()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        told.wait()
        opened.jobs.stop(float(drain_s))
