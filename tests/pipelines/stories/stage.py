"""A project of the stories: services with a clock that can be moved, and assets taken at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.tables import migrated

from reelmill.app import open_services
from reelmill.catalog import jobs
from reelmill.catalog.job import NewJob
from reelmill.config import Settings
from reelmill.errors import Unavailable
from reelmill.pipelines.stories import migrations
from reelmill.pipelines.stories.keys import Kind, Layout, RawFile, same_id
from reelmill.pipelines.stories.records import Asset, AssetState, Facts
from reelmill.pipelines.stories.settings import StoriesSettings
from reelmill.pipelines.stories.spec import StorySpec
from reelmill.pipelines.stories.tables import assets, tasks
from reelmill.services import Services
from reelmill.units import StoreKey

#: Folders of migrations, as `pipelines.migrations()` gives them.
MIGRATIONS = {"stories": Path(migrations.__path__[0])}


class Clock:
    """The time, as far ahead as a test has moved it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@contextmanager
def stage(home: Path, *, chosen: dict[str, Any] | None = None, **given: Any) -> Iterator[Services]:
    """Real services with the stories' tables alone; the clock is a `Clock`."""
    settings = Settings(home=home, **{"children": 1, "secret_key": "s" * 32, **given})
    catalog = migrated(settings.database, MIGRATIONS)
    sections = {"stories": StoriesSettings(**(chosen or {}))}
    here = replace(open_services(settings, catalog, sections), clock=Clock())
    try:
        yield here
    finally:
        here.children.close()
        here.http.close()
        here.catalog.close()


class Desk:
    """Hands in jobs as the engine's desk does: a row, once."""

    def __init__(self, here: Services) -> None:
        self.here = here
        self.asked: list[StorySpec] = []
        self.down = False

    def __call__(self, spec: StorySpec, owner: str) -> None:
        if self.down:
            raise Unavailable(problem="the database went away")
        self.asked.append(spec)
        new = NewJob(
            id=tasks.job_id_of(spec.task_id),
            pipeline="stories",
            key=spec.task_id,
            spec=spec.model_dump(mode="json"),
            owner=owner,
            created_at=self.here.clock(),
        )
        with self.here.catalog.begin() as conn:
            jobs.add(conn, new)


def clock_of(here: Services) -> Clock:
    """The clock of a stage, to be moved."""
    assert isinstance(here.clock, Clock)
    return here.clock


def ready_asset(here: Services, kind: Kind, content: str, **told: Any) -> Asset:
    """An asset that is ready, written straight into the store and the catalog."""
    facts = {name: told.pop(name) for name in tuple(told) if name in Facts.__dataclass_fields__}
    raw = RawFile(kind, told.pop("category", "sea"), told.pop("story", ""), content)
    sha256 = (content.encode().hex() + "0" * 64)[:64]
    key = StoreKey(Layout("stories").key(f"scanned/{kind}/{raw.category}/{raw.story}-{content}"))
    now = here.clock()
    here.store.put_bytes(key, content.encode())
    asset = Asset(
        **{
            "id": same_id(raw, sha256),
            "kind": kind,
            "category": raw.category,
            "story": raw.story,
            "chapter": None,
            "name": content,
            "raw_path": f"raw/{content}",
            "key": key,
            "sha256": sha256,
            "size_bytes": len(content),
            "facts": Facts(**facts),
            "state": AssetState.READY,
            "created_at": now,
            "updated_at": now,
            **told,
        }
    )
    with here.catalog.begin() as conn:
        assets.add(conn, asset)
    return asset
