"""`raw/` -> `scanned/`, `trash/invalid/` and tasks. May be killed anywhere and called again."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from reelmill.errors import ReelmillError, Unavailable
from reelmill.pipelines.stories.intake.claim import (
    Drop,
    admit,
    claim,
    repair,
    see_untouched,
    settle_in,
)
from reelmill.pipelines.stories.intake.follow import follow
from reelmill.pipelines.stories.intake.looking import look_into_raw
from reelmill.pipelines.stories.intake.prepare import Submit, prepare
from reelmill.pipelines.stories.intake.readers import read_in_child
from reelmill.pipelines.stories.intake.reading import POSTER, WAVEFORM, read_film, read_sound
from reelmill.pipelines.stories.intake.trash import to_trash
from reelmill.pipelines.stories.keys import SUFFIXES, Kind, Layout, RawFile, read_raw
from reelmill.pipelines.stories.records import Asset, Facts
from reelmill.pipelines.stories.settings import GB, settings_of
from reelmill.pipelines.stories.spec import (
    FileTooLarge,
    NotForUs,
    NotReadable,
)
from reelmill.services import Services
from reelmill.storage.store import MissingObject, Stat, StoreDenies
from reelmill.storage.transfer import passed_by
from reelmill.units import StoreKey

#: Seconds that reading one file may take: four hours of 4K, decoded on one old core.
READ_LIMIT_S: Final = 6 * 3600.0

log = structlog.get_logger(component="main_worker")


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What a scan came to."""

    taken: tuple[StoreKey, ...] = ()
    """Where files lie that were taken in."""

    trashed: tuple[StoreKey, ...] = ()
    """Where files lie that cannot be used."""

    waiting: tuple[str, ...] = ()
    """Paths of files under `raw/` that a later scan takes: somebody may still be writing them,
    or a neighbour was away."""

    tasks: tuple[str, ...] = ()
    """Ids of the tasks that were handed in."""


def scan(here: Services, submit: Submit) -> Scanned:
    """Take in every finished file, and make tasks of the voices that are ready.

    Args:
        here: The services.
        submit: Hands in a task, for an owner.
    """
    repair(here)
    found = look_into_raw(here)
    taken, trashed, waiting = _Keys(), _Keys(), list(found.waiting)
    for stat in found.settled:
        try:
            _handle(here, stat, taken, trashed)
        except MissingObject:
            # Somebody took it away, or another scan takes it.
            continue
        except (Unavailable, OSError) as error:
            path = Layout(settings_of(here).root).path(stat.key)
            waiting.append(path)
            log.warning("file is not taken yet", path=path, error=str(error))
    return Scanned(
        taken=tuple(taken),
        trashed=tuple(trashed),
        waiting=tuple(sorted(waiting)),
        tasks=prepare(here, submit),
    )


def take(here: Services, stat: Stat) -> Asset:
    """Take in one finished file.

    Raises:
        NotForUs, FileTooLarge, NotReadable, AlreadyHere: it belongs into the trash, as for
            everything else that is not `Unavailable`.
        Unavailable: not now.
        MissingObject: somebody took it away.
    """
    layout = Layout(settings_of(here).root)
    path = layout.path(stat.key)
    raw = _raw(path)
    _weigh(here, stat)
    with _at_hand(here, stat.key) as hand:
        drop = Drop(raw=raw, path=path, stat=stat, sha256=hand.sha256)
        admit(here, drop)
        facts = _facts(here, drop, hand)
    asset = claim(here, drop, facts)
    if raw.kind is Kind.LINK:
        follow(here, asset)
    settle_in(here, drop, asset)
    return asset


_Keys = list[StoreKey]


def _handle(here: Services, stat: Stat, taken: _Keys, trashed: _Keys) -> None:
    try:
        taken.append(take(here, stat).key)
    except (MissingObject, Unavailable):
        raise
    except ReelmillError as error:
        # What is written while it is read cannot be read, and is none the worse for it.
        see_untouched(here.store, stat, stat.key)
        trashed.append(to_trash(here, Layout(settings_of(here).root).path(stat.key), error))


def _raw(path: str) -> RawFile:
    raw = read_raw(path)
    if raw is None:
        raise NotForUs(path=path, hint=f"Endings that are taken: {', '.join(sorted(_ENDINGS))}.")
    category, story = (unicodedata.normalize("NFC", name) for name in (raw.category, raw.story))
    return raw._replace(category=category, story=story)


_ENDINGS: Final = set(SUFFIXES.values())


def _weigh(here: Services, stat: Stat) -> None:
    limit_gb = settings_of(here).max_file_gb
    if stat.size_bytes > limit_gb * GB:
        raise FileTooLarge(size_bytes=stat.size_bytes, limit_gb=limit_gb)
    if not stat.size_bytes:
        raise NotReadable(problem="it is empty")


class _Hand(NamedTuple):
    """A file that can be read here, and a folder to work in."""

    path: Path
    sha256: str
    folder: Path


@contextmanager
def _at_hand(here: Services, key: StoreKey) -> Iterator[_Hand]:
    with here.scratch() as folder:
        own = here.store.local_path(key)
        if own is None:
            stored = here.store.fetch(key, folder / "file")
            yield _Hand(folder / "file", stored.sha256, folder)
        else:
            yield _Hand(own, _sum(here, key), folder)


def _sum(here: Services, key: StoreKey) -> str:
    """Checksum of a file of this machine; one that may not be read is unreadable for good."""
    try:
        return passed_by(here.store.stream(key)).sha256
    except StoreDenies as error:
        raise NotReadable(problem=str(error.facts.get("problem", ""))) from error


def _facts(here: Services, drop: Drop, hand: _Hand) -> Facts:
    """Read a file in a child, and keep its picture for the library."""
    picture, kind = hand.folder / "picture", drop.raw.kind
    if kind is Kind.LINK:
        return Facts()
    if kind in {Kind.VIDEO, Kind.FRAME}:
        suffix = POSTER
        facts = read_in_child(
            here, read_film, hand.path, kind, drop.raw.stem, picture, limit_s=READ_LIMIT_S
        )
    else:
        suffix = WAVEFORM
        facts = read_in_child(here, read_sound, hand.path, kind, picture, limit_s=READ_LIMIT_S)
    key = Layout(settings_of(here).root).picture(drop.id, suffix)
    here.store.put(key, picture)
    return replace(facts, picture_key=key)
