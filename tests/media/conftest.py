"""Draws what the tests of this room encode, and reads it back."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.profiles import Profile
from reelmill.media.raster import Held, Yuv420, blank

#: 180 is no multiple of 16: the last row of macroblocks is cropped, as at 1080 lines.
TINY = Profile(name="tiny", size=Size(320, 180))


@pytest.fixture(scope="session")
def tiny() -> Profile:
    return TINY


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return Ffmpeg()


@pytest.fixture(scope="session")
def drawn() -> Callable[..., list[Held]]:
    """Pictures with moving blocks and fine texture, a different one for each count of frames."""

    def draw(holds: Iterable[int], size: Size = TINY.size, seed: int = 7) -> list[Held]:
        return [Held(_picture(size, seed + at), frames) for at, frames in enumerate(holds)]

    return draw


def _picture(size: Size, seed: int) -> Yuv420:
    dice = np.random.default_rng(seed)
    picture = blank(size, luma=60 + seed % 100)
    for _ in range(12):
        x, y = dice.integers(0, size.width // 2) * 2, dice.integers(0, size.height // 2) * 2
        w, h = dice.integers(4, 40) * 2, dice.integers(4, 40) * 2
        picture.y[y : y + h, x : x + w] = dice.integers(16, 235)
        picture.u[y // 2 : (y + h) // 2, x // 2 : (x + w) // 2] = dice.integers(16, 240)
        picture.v[y // 2 : (y + h) // 2, x // 2 : (x + w) // 2] = dice.integers(16, 240)
    picture.y[:32, :64] = dice.integers(100, 120, (32, 64))
    return picture


@pytest.fixture(scope="session")
def luma_of() -> Callable[[Path], Iterator[NDArray[np.uint8]]]:
    """Every decoded frame's luma, with a decoder that stops at the first fault."""

    def read(path: Path) -> Iterator[NDArray[np.uint8]]:
        with av.open(str(path), options={"err_detect": "explode"}) as file:
            for frame in file.decode(video=0):
                yield frame.to_ndarray()[: frame.height]

    return read
