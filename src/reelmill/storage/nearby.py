"""Objects of a store -> files on this machine, the ones used lately kept for the next time."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import structlog

from reelmill.storage.store import Store, StoreUnavailable
from reelmill.units import StoreKey

log = structlog.get_logger()


def file_of(store: Store, key: StoreKey, to: Path) -> Path:
    """An object as a file that is only read: the store's own where it has files, else a copy.

    Args:
        store: Where it lies.
        key: The object.
        to: Where a copy is written.

    Raises:
        MissingObject: there is none.
        StoreUnavailable: it cannot be fetched.
    """
    own = store.local_path(key)
    if own is None:
        store.fetch(key, to)
    return own or to


class _Kept(NamedTuple):
    """A copy, and when it was wanted last."""

    used_s: float
    size_bytes: int
    path: Path


class Nearby:
    """Copies of objects on this disk. Many processes may share one folder.

    Args:
        store: Whose objects.
        folder: Where copies are kept; made when the first is.
        max_bytes: Most that all of them take; those unused for longest go first.
    """

    def __init__(self, store: Store, folder: Path, *, max_bytes: int) -> None:
        self._store = store
        self._folder = folder
        self._max_bytes = max_bytes

    def bring(self, key: StoreKey, to: Path) -> Path:
        """Have an object as a file of that name, to be read only.

        It is copied only where the store has no files, and not again while a copy is kept. What is
        brought stays when its copy goes.

        Raises:
            MissingObject: there is none.
            StoreUnavailable: it cannot be fetched, or does not fit on this disk.
        """
        lies_at = self._store.local_path(key)
        if lies_at is not None:
            to.symlink_to(lies_at)
            return to
        copy = self._folder / self._name(key)
        try:
            if not _linked(copy, to):
                self._store.fetch(key, to)
                self._keep(to, copy)
        except OSError as error:
            raise StoreUnavailable(key=key, problem=error.strerror) from error
        return to

    def _keep(self, file: Path, copy: Path) -> None:
        """Keep what was brought, where this disk lets a file have two names."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _linked(file, copy)
            self._make_room()
        except OSError as error:
            log.warning("copy is not kept", folder=str(self._folder), error=str(error))

    def _name(self, key: StoreKey) -> str:
        """One for each content: an object that was replaced is another."""
        told = f"{self._store.url}\n{key}\n{self._store.stat(key).etag}"
        return hashlib.sha256(told.encode()).hexdigest()

    def _make_room(self) -> None:
        """Remove what was unused for longest, until the rest is small enough."""
        kept = sorted(self._kept(), reverse=True)
        taken = 0
        for each in kept:
            taken += each.size_bytes
            if taken > self._max_bytes:
                each.path.unlink(missing_ok=True)

    def _kept(self) -> Iterator[_Kept]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    facts = entry.stat()
                    yield _Kept(facts.st_mtime, facts.st_size, Path(entry.path))


def _linked(source: Path, to: Path) -> bool:
    """Give a file a second name; it was used now. False where it is not there."""
    try:
        to.hardlink_to(source)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except FileExistsError:
        return True
    with suppress(FileNotFoundError):
        os.utime(to)
    return True
