"""Captures in a store -> the same, by what was played with and by what kind of game."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from reelmill.errors import ReelmillError
from reelmill.pipelines.captures.checks.games import Game, View, game_of
from reelmill.pipelines.captures.checks.inputs import KBM, PAD, DeviceFigures, DeviceLimits
from reelmill.pipelines.captures.checks.inputs import judge_device as judged
from reelmill.pipelines.captures.session import Session
from reelmill.pipelines.captures.tools.opened import Opened, opened
from reelmill.storage.store import Store
from reelmill.units import StoreKey


class Device(StrEnum):
    """What was played with."""

    CONTROLLER = "controller"
    KBM = "kbm"
    UNKNOWN = "unknown"


class Genre(StrEnum):
    """What kind of game it is."""

    FPS = "fps"
    """A shooter, seen through one's own eyes."""

    TPS = "3ps"
    """A shooter, seen from behind."""

    OTHER = "other"
    """Another game, or one that nobody knows."""


class Sorted(NamedTuple):
    """Where a capture belongs."""

    key: StoreKey
    """The TAR."""

    place: StoreKey | None
    """`<device>/<genre>/<key>`; None: it cannot be told."""

    why: ReelmillError | None = None
    """Why it cannot be told."""


def sorted_out(store: Store, keys: Sequence[str]) -> Iterator[Sorted]:
    """Tell where captures belong; of each only headers and documents are read."""
    for key in map(StoreKey, keys):
        try:
            yield Sorted(key, _place(opened(store, key)))
        except ReelmillError as error:
            yield Sorted(key, None, error)


def copied(found: Iterator[Sorted], source: Store, target: Store) -> Iterator[Sorted]:
    """Copy each capture to its place, one after the other; one that fails stops nothing."""
    with TemporaryDirectory(prefix="reelmill-") as folder:
        draft = Path(folder) / "capture.tar"
        for one in found:
            yield one if one.place is None else _copy(one, one.place, source, target, draft)


def _copy(one: Sorted, place: StoreKey, source: Store, target: Store, draft: Path) -> Sorted:
    try:
        source.fetch(one.key, draft)
        target.take(place, draft, content_type="application/x-tar")
    except ReelmillError as error:
        return Sorted(one.key, None, error)
    finally:
        draft.unlink(missing_ok=True)
    return one


def _place(tar: Opened) -> StoreKey:
    sessions = [(group, tar.session(group)) for group in tar.groups]
    devices = {_device(session, Counter()) for _, session in sessions}
    if Device.UNKNOWN in devices:
        # Only the first recorders said nothing of what was done: the inputs do.
        devices = {
            _device(session, Counter(one.what.kind for one in tar.events(group)))
            for group, session in sessions
        }
    genres = {genre_of(game_of(session.game_exe if session else None)) for _, session in sessions}
    device = devices.pop() if len(devices) == 1 else Device.UNKNOWN
    genre = genres.pop() if len(genres) == 1 else Genre.OTHER
    return StoreKey(f"{device}/{genre}/{tar.stat.key}")


def _device(session: Session | None, counts: Counter[str]) -> Device:
    told = session.input_stats if session else {}
    kbm = sum(counts[kind] for kind in KBM) or int(told.get("total_keyboard_events", 0))
    pad = sum(counts[kind] for kind in PAD) or int(told.get("gamepad_total_events", 0))
    found = judged(DeviceFigures(kbm, pad), DeviceLimits())
    if found.is_video_controller:
        return Device.CONTROLLER
    return Device.KBM if found.is_video_kbm else Device.UNKNOWN


def genre_of(game: Game | None) -> Genre:
    """What kind of game it is.

    >>> genre_of(game_of("cs2.exe")), genre_of(game_of("eldenring.exe"))
    (<Genre.FPS: 'fps'>, <Genre.OTHER: 'other'>)
    """
    if game is None or not game.is_shooter:
        return Genre.OTHER
    return {View.FIRST: Genre.FPS, View.THIRD: Genre.TPS}.get(game.view, Genre.OTHER)
