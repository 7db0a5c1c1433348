"""A file of `raw/` -> its row, then its place under `scanned/`, then ready to be used.

In this order, so that a kill anywhere is made good: a row without a file is told from a file
without a row, and the same file comes to the same row again.
"""

from dataclasses import dataclass
from typing import Final

import structlog

from reelmill.catalog.database import Transaction
from reelmill.pipelines.stories.intake.folders import keep_folder_of
from reelmill.pipelines.stories.intake.looking import writers_of
from reelmill.pipelines.stories.intake.trash import free_key
from reelmill.pipelines.stories.intake.writers import Writing
from reelmill.pipelines.stories.keys import (
    Kind,
    Layout,
    RawFile,
    asset_id,
    chapter_of,
    same_id,
    scanned_link,
    scanned_music,
    scanned_video,
    scanned_voice,
)
from reelmill.pipelines.stories.records import Asset, AssetState, Facts
from reelmill.pipelines.stories.settings import settings_of
from reelmill.pipelines.stories.spec import AlreadyHere, StillWritten
from reelmill.pipelines.stories.tables import assets
from reelmill.services import Services
from reelmill.storage.store import Stat, Store
from reelmill.storage.transfer import passed_by
from reelmill.units import StoreKey

#: Letters of a checksum that tell the versions of a chapter apart.
VERSION_LETTERS: Final = 8

log = structlog.get_logger(component="main_worker")


@dataclass(frozen=True, kw_only=True)
class Drop:
    """A file that was dropped, and is finished."""

    raw: RawFile
    """What it is, as its path tells."""

    path: str
    """Where it lies, from `raw/` on."""

    stat: Stat
    """How it looked when it was found finished."""

    sha256: str
    """Of its content, hex."""

    @property
    def id(self) -> str:
        """Of the asset that it is, or becomes."""
        return same_id(self.raw, self.sha256)


def admit(here: Services, drop: Drop) -> None:
    """Let content through that is not here yet.

    Raises:
        AlreadyHere: it is, under another name.
    """
    with here.catalog.read() as conn:
        _own_row(here, conn, drop)


def claim(here: Services, drop: Drop, facts: Facts) -> Asset:
    """Write the row of a file, with the key that it will have.

    Raises:
        AlreadyHere: the same content came in meanwhile.
    """
    now = here.clock()
    with here.catalog.begin() as conn:
        assets.hold(conn)
        known = _own_row(here, conn, drop)
        if known is not None and _is_on_its_way(known, drop):
            return known
        chapter = _chapter(conn, drop, known)
        asset = Asset(
            id=drop.id,
            kind=drop.raw.kind,
            category=drop.raw.category,
            story=drop.raw.story,
            chapter=chapter,
            name=drop.raw.stem,
            raw_path=drop.path,
            key=_free(here, conn, drop, _paths(drop.raw, drop.sha256, facts, chapter or 1)),
            sha256=drop.sha256,
            size_bytes=drop.stat.size_bytes,
            facts=facts,
            state=AssetState.TAKING,
            created_at=known.created_at if known else now,
            updated_at=now,
        )
        (assets.rewrite if known else assets.add)(conn, asset)
    return asset


def settle_in(here: Services, drop: Drop, asset: Asset) -> None:
    """Move a file to its key; it is ready then.

    Raises:
        StillWritten: somebody writes it after all; it lies under `raw/` as before.
        MissingObject: somebody took it away.
    """
    store, source = here.store, drop.stat.key
    see_untouched(store, drop.stat, source)
    keep_folder_of(store, source)
    store.move(source, asset.key)
    try:
        see_untouched(store, drop.stat, asset.key)
    except StillWritten:
        store.move(asset.key, free_key(store, source))
        let_go(here, asset)
        raise
    _ready(here, asset)


def see_untouched(store: Store, before: Stat, key: StoreKey) -> None:
    """Let a file pass that is as it was when it was looked at.

    Args:
        store: Where it lies.
        before: How it looked, maybe under another key.
        key: Where it lies now.

    Raises:
        StillWritten: it is not, or somebody has it open for writing.
        MissingObject: it is not there.
    """
    if not _is_same(store, before, store.stat(key)) or writers_of(store, key) is Writing.SOMEBODY:
        raise StillWritten(key=key)


def repair(here: Services) -> None:
    """Finish what a kill interrupted, and see which assets are there."""
    with here.catalog.read() as conn:
        taking = assets.in_state(conn, AssetState.TAKING)
        known = assets.in_state(conn, AssetState.READY, AssetState.MISSING)
    for asset in taking:
        _finish(here, asset)
    _see_which_are_there(here, known)


def _own_row(here: Services, conn: Transaction, drop: Drop) -> Asset | None:
    """What is recorded of this very file by an earlier call; None where nothing is."""
    known = assets.find(conn, drop.id)
    if known is not None and not _is_own(here, known, drop):
        raise AlreadyHere(path=drop.path, of=known.key)
    return known


def _is_own(here: Services, known: Asset, drop: Drop) -> bool:
    if known.state is AssetState.TAKING:
        if known.raw_path == drop.path:
            return True
        if here.store.exists(Layout(settings_of(here).root).key(known.raw_path)):
            return False
    return not here.store.exists(known.key)


def _is_on_its_way(known: Asset, drop: Drop) -> bool:
    """Whether it is a link whose row tells how long its sites have not answered."""
    is_taking = known.state is AssetState.TAKING and known.raw_path == drop.path
    return is_taking and known.kind is Kind.LINK


def _chapter(conn: Transaction, drop: Drop, known: Asset | None) -> int | None:
    if drop.raw.kind is not Kind.VOICE:
        return None
    told = chapter_of(drop.raw.stem) or (known.chapter if known else None)
    return told or assets.next_chapter(conn, drop.raw.category, drop.raw.story)


def _paths(raw: RawFile, sha256: str, facts: Facts, chapter: int) -> tuple[str, str]:
    """Where a file should lie, and where it lies when another lies there."""
    named, unnamed = asset_id(raw.stem, sha256), asset_id("", sha256)
    duration_s = facts.duration_s or 0.0
    size = (facts.width or 0, facts.height or 0)
    match raw.kind:
        case Kind.VOICE:
            version = sha256[:VERSION_LETTERS]
            return scanned_voice(raw, chapter), scanned_voice(raw, chapter, version)
        case Kind.LINK:
            return scanned_link(raw, named), scanned_link(raw, unnamed)
        case Kind.MUSIC:
            return scanned_music(raw, duration_s, named), scanned_music(raw, duration_s, unnamed)
        case _:
            return (
                scanned_video(raw, size, duration_s, named),
                scanned_video(raw, size, duration_s, unnamed),
            )


def _free(here: Services, conn: Transaction, drop: Drop, paths: tuple[str, str]) -> StoreKey:
    layout = Layout(settings_of(here).root)
    for key in map(layout.key, paths):
        owner = assets.owner_of(conn, key)
        if owner == drop.id or (owner is None and not here.store.exists(key)):
            return key
    raise AlreadyHere(path=drop.path, of=layout.key(paths[1]))


def _is_same(store: Store, before: Stat, now: Stat) -> bool:
    if before.key != now.key and store.local_path(now.key) is None:
        # An object store may give a copy another tag.
        return before.size_bytes == now.size_bytes
    return before.etag == now.etag


def _ready(here: Services, asset: Asset) -> None:
    with here.catalog.begin() as conn:
        assets.stand(conn, [asset.id], AssetState.READY, now=here.clock())
    to = Layout(settings_of(here).root).path(asset.key)
    log.info("moved file", source=asset.raw_path, to=to)


def let_go(here: Services, asset: Asset) -> None:
    """Forget an asset that was not taken; one that tasks use is only missing."""
    with here.catalog.begin() as conn:
        known = assets.find(conn, asset.id)
        if known is not None and known.uses:
            assets.stand(conn, [asset.id], AssetState.MISSING, now=here.clock())
        else:
            assets.forget(conn, asset.id)


def _finish(here: Services, asset: Asset) -> None:
    """A kill came between the row and the end: the file tells how far it was."""
    store, source = here.store, Layout(settings_of(here).root).key(asset.raw_path)
    if store.exists(source):
        return
    if not store.exists(asset.key):
        let_go(here, asset)
    elif passed_by(store.stream(asset.key)).sha256 == asset.sha256:
        _ready(here, asset)
    else:
        store.move(asset.key, source)
        let_go(here, asset)


def _see_which_are_there(here: Services, known: list[Asset]) -> None:
    # Listed after the rows were read: what is not listed was there, and is not any more.
    scanned = Layout(settings_of(here).root).key("scanned")
    there = {stat.key for stat in here.store.list(scanned)}
    lost = [one.id for one in known if one.key not in there]
    back = [one.id for one in known if one.key in there]
    found = {one.id for one in known if one.state is AssetState.READY}
    now = here.clock()
    for ids, state in (
        ([one for one in lost if one in found], AssetState.MISSING),
        ([one for one in back if one not in found], AssetState.READY),
    ):
        if ids:
            log.warning("assets changed", state=state, count=len(ids))
            with here.catalog.begin() as conn:
                assets.stand(conn, ids, state, now=now)
