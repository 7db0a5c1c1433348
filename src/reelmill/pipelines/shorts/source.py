"""A video in the store -> a file that can be decoded, and a folder to work in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reelmill.errors import Unavailable
from reelmill.services import Services
from reelmill.storage.nearby import file_of
from reelmill.units import StoreKey

#: How the file is called in the folder of a step.
NAME: Final = "source"


class NoRoom(Unavailable):
    """The video cannot be written to this machine; the disk may be full."""


@contextmanager
def on_this_disk() -> Iterator[None]:
    """What the file system says while a video is written to it, in our words.

    Raises:
        NoRoom: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise NoRoom(problem=error.strerror) from error


@contextmanager
def at_hand(here: Services, key: StoreKey) -> Iterator[tuple[Path, Path]]:
    """The video as a file that is only read, and a folder that is gone afterwards.

    Raises:
        MissingObject: there is no such video.
        NoRoom: it cannot be written to this machine.
    """
    with here.scratch() as folder:
        yield brought(here, key, folder / NAME), folder


def brought(here: Services, key: StoreKey, to: Path) -> Path:
    """The video as a file: the store's own where it has files, otherwise a copy under `to`.

    Raises:
        MissingObject: there is no such video.
        NoRoom: it cannot be written to this machine.
    """
    with on_this_disk():
        return file_of(here.store, key, to)
