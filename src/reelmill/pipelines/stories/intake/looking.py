"""What lies under `raw/` -> the files that are finished, in the order in which they are taken."""

import math
import re
from dataclasses import dataclass
from typing import Final

from reelmill.pipelines.stories.intake.writers import Writing, writing
from reelmill.pipelines.stories.keys import Kind, Layout, is_unfinished, read_raw
from reelmill.pipelines.stories.settings import settings_of
from reelmill.pipelines.stories.settle import Mark, look
from reelmill.pipelines.stories.tables import sightings
from reelmill.services import Services
from reelmill.storage.store import MissingObject, Stat, Store
from reelmill.units import StoreKey

#: What is taken first: a voice last of all, so that it finds what came with it.
ORDER: Final = (Kind.VIDEO, Kind.FRAME, Kind.MUSIC, Kind.LINK, Kind.VOICE)

_DIGITS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a look into `raw/` came to."""

    settled: tuple[Stat, ...]
    """Finished files, in the order in which they are taken."""

    waiting: tuple[str, ...]
    """Paths of those that somebody may still be writing."""


def look_into_raw(here: Services) -> Found:
    """Tell finished files from those that may still grow, and remember the latter."""
    layout, now_s = Layout(settings_of(here).root), here.clock().timestamp()
    there = _there(here.store, layout)
    marks = {path: _mark(here.store, stat, now_s) for path, stat in there.items()}
    listing = {path: mark for path, mark in marks.items() if mark is not None}
    with here.catalog.read() as conn:
        known = sightings.known(conn)
    looked = look(known, listing, now_s=now_s, settle_s=settings_of(here).settle_s)
    if dict(looked.waiting) != known:
        with here.catalog.begin() as conn:
            sightings.replace(conn, looked.waiting)
    return Found(
        settled=tuple(there[path] for path in sorted(looked.settled, key=_turn)),
        waiting=tuple(sorted(set(there) - set(looked.settled))),
    )


def writers_of(store: Store, key: StoreKey) -> Writing:
    """Whether somebody writes an object. What is no file is whole once it is there.

    Raises:
        MissingObject: there is none.
    """
    path = store.local_path(key)
    if path is None:
        return Writing.NEVER
    try:
        return writing(path)
    except FileNotFoundError as error:
        raise MissingObject(key=key) from error
    except OSError:
        return Writing.UNKNOWN


def _there(store: Store, layout: Layout) -> dict[str, Stat]:
    found = {layout.path(stat.key): stat for stat in store.list(layout.key("raw"))}
    return {path: stat for path, stat in found.items() if not is_unfinished(path)}


def _mark(store: Store, stat: Stat, now_s: float) -> Mark | None:
    """How a file looks; None where somebody is known to be writing it, or it is gone."""
    try:
        writers = writers_of(store, stat.key)
    except MissingObject:
        return None
    match writers:
        case Writing.SOMEBODY:
            return None
        case Writing.NEVER:
            written_s = -math.inf
        case Writing.UNKNOWN:
            # Neither can the clock be believed: it is another machine's.
            written_s = now_s
        case Writing.NOBODY:
            written_s = stat.modified.timestamp()
    return Mark(stat.etag, stat.size_bytes, written_s)


def _turn(path: str) -> tuple[int, list[tuple[int, int, str]]]:
    """Where a file comes in the order: by kind, then by name, numbers by their value."""
    raw = read_raw(path)
    kind = ORDER.index(raw.kind) if raw is not None else -1
    parts = _DIGITS.split(path)
    return kind, [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
