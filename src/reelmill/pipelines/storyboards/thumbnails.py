"""A picture of a board -> a small one for cards and lists, made once and kept beside it."""

import threading
from pathlib import Path
from typing import Final

import structlog

from reelmill.errors import NotFound, ReelmillError
from reelmill.media.frames import write_jpeg
from reelmill.media.geometry import Size
from reelmill.media.stills import NotAStill, StillTooLarge, read_still, shrunk
from reelmill.pipelines.storyboards.keys import small_key
from reelmill.pipelines.storyboards.refusals import NotAPicture
from reelmill.pipelines.storyboards.spec import AspectRatio
from reelmill.services import Services
from reelmill.storage.nearby import file_of
from reelmill.units import StoreKey

#: Longest side of a small picture, pixels: a card is half as wide, on a screen with twice as many.
THUMBNAIL_PX: Final = 480

#: Seconds that whoever asks waits for one that was not made with its picture: for a free child,
#: and for its work.
WAIT_S: Final = 10.0

#: So many who ask wait in one process. A page asks for ten at once, and a render may keep all
#: children busy for minutes: the others get the picture itself.
_WAITING: Final = threading.BoundedSemaphore(4)

log = structlog.get_logger()


def look_and_shrink(path: Path, to: Path) -> Size:
    """The size of a picture, all of which was decoded, with a small copy. In a child.

    Raises:
        NotAPicture: it cannot be decoded, or has too many pixels.
        PosterNotWritten: the disk does not take the copy.
    """
    try:
        pixels = read_still(path)
    except (NotAStill, StillTooLarge) as error:
        raise NotAPicture(problem=error.message) from error
    write_jpeg(shrunk(pixels, THUMBNAIL_PX), to)
    height, width, _ = pixels.shape
    return Size(width, height)


def small_of(here: Services, key: StoreKey) -> StoreKey | None:
    """Where the small copy of a picture lies, for somebody who asks; made now if it never was.

    Returns:
        None when it cannot be made now: then the picture itself is shown.

    Raises:
        MissingObject: there is no such picture.
    """
    small = small_key(key)
    if here.store.exists(small):
        return small
    if not _WAITING.acquire(blocking=False):
        return None
    try:
        return small if _made(here, key, small) else None
    finally:
        _WAITING.release()


def shown_size(ratio: AspectRatio) -> Size:
    """The size at which a small picture of a board is shown: that of the board's own shape.

    >>> shown_size(AspectRatio.WIDE), shown_size(AspectRatio.TALL)
    (Size(width=480, height=270), Size(width=270, height=480))
    """
    width, height = map(int, ratio.value.split(":"))
    longer = max(width, height)
    return Size(THUMBNAIL_PX * width // longer, THUMBNAIL_PX * height // longer)


def _made(here: Services, key: StoreKey, small: StoreKey) -> bool:
    tired = threading.Event()
    patience = threading.Timer(WAIT_S, tired.set)
    patience.start()
    try:
        with here.scratch() as folder:
            picture, to = file_of(here.store, key, folder / "picture"), folder / "thumbnail.jpg"
            here.children.run(look_and_shrink, picture, to, timeout_s=WAIT_S, canceled=tired)
            here.store.take(small, to)
    except NotFound:
        raise
    except ReelmillError as error:
        log.warning("picture has no thumbnail yet", key=key, error=error.message)
        return False
    finally:
        patience.cancel()
    return True
