"""What these routes ask for: a caller who may see captures, the manifest, the store of records."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import Depends

from reelmill.errors import NotFound
from reelmill.pipelines.captures.manifest.parquet import (
    NoManifest,
    Table,
    edition_of,
    read_own_manifest,
)
from reelmill.pipelines.captures.settings import CapturesSettings, settings_of
from reelmill.pipelines.captures.tools.places import source_at
from reelmill.storage.store import Store
from reelmill.web.deps import TheApp, TheCaller


class NoCaptures(NotFound):
    """There are no captures of yours."""


class Shelf:
    """The manifest and the records that an operator looks at.

    Args:
        app: The app.
        caller: Who asks.

    Raises:
        NoCaptures: to everybody who is no operator: captures are one collection, and theirs.
    """

    def __init__(self, app: TheApp, caller: TheCaller) -> None:
        if not caller.is_operator:
            raise NoCaptures
        self.chosen: CapturesSettings = settings_of(app.services)

    @property
    def source(self) -> str:
        """Where the manifest is, for people."""
        manifest = self.chosen.manifest
        return manifest if "://" in manifest else str(Path(manifest).absolute())

    def manifest(self) -> Table | None:
        """The manifest; None: there is none yet."""
        try:
            return _manifest(self.chosen.manifest, edition_of(self.chosen.manifest))
        except NoManifest:
            return None

    def records(self) -> Store:
        """The store of the records.

        Raises:
            MissingFolder, BadStoreUrl: there is none.
        """
        return source_at(self.chosen.manifest_bucket)


@lru_cache(maxsize=2)
def _manifest(source: str, _edition: str) -> Table:
    """A manifest, read once: every picture of a page asks for it."""
    return read_own_manifest(source)


TheShelf = Annotated[Shelf, Depends()]
