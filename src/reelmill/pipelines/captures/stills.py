"""The name of a frame -> its picture, out of the record that holds it."""

from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from reelmill.errors import NotFound
from reelmill.pipelines.captures.checks.shots import shot_named
from reelmill.pipelines.captures.manifest.measuring import opened
from reelmill.pipelines.captures.pt.records import read_record
from reelmill.pipelines.captures.record import STRIDES, Record
from reelmill.pipelines.captures.sheet import upright
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Quality of stills, 1 to 95: they are small, and many of them are in one file.
QUALITY: Final = 78

#: Width of a still on a contact sheet, in pixels.
SMALL_PX: Final = 320


class NoSuchFrame(NotFound):
    """The record has no such frame."""


def still(store: Store, record_key: StoreKey, frame: str, width_px: int = SMALL_PX) -> bytes:
    """A JPEG of one frame.

    Args:
        store: The store of the records.
        record_key: The record.
        frame: Its name: `stride-3_chw[4]`.
        width_px: Of the picture; never more than the frame has.

    Raises:
        NoSuchFrame: there is none of that name.
        NotARecord, MissingObject: there is no such record.
    """
    with opened(store, record_key) as file:
        return jpeg(frame_of(read_record(file), frame), width_px)


def frame_of(record: Record, name: str) -> NDArray[np.uint8]:
    """A frame by its name, `(height, width, 3)` RGB.

    Raises:
        NoSuchFrame: there is none.
    """
    found = shot_named(name)
    if found is None or found.series not in STRIDES:
        raise NoSuchFrame(frame=name)
    frames = record.frames(found.series)
    if found.place >= len(frames):
        raise NoSuchFrame(frame=name, frames=len(frames))
    return upright(frames[found.place])


def jpeg(pixels: NDArray[np.uint8], width_px: int) -> bytes:
    """A picture, `(height, width, 3)` RGB, as a small JPEG."""
    height, width = pixels.shape[:2]
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if width > width_px:
        size = (width_px, max(1, round(height * width_px / width)))
        picture = picture.resize(size, Image.Resampling.BOX)
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
