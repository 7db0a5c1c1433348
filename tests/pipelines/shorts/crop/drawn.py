"""Draws clips of which it is known, frame by frame, where the subject is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from reelmill.media.ffmpeg import Ffmpeg

Picture = NDArray[np.uint8]

#: Where the middle of the subject is in a frame, in pixels; None: it is not there.
Where = Callable[[int], tuple[float, float] | None]

#: Where the camera looks in a frame, in pixels right and down of where it began.
Look = Callable[[int], tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A scene that can be drawn."""

    where: Where
    """The path of the subject, in the picture."""

    frames: int = 150
    """How many."""

    width: int = 640
    height: int = 360
    radius: int = 30
    """Of the subject, a disc."""

    look: Look = field(default=lambda _: (0.0, 0.0))
    """The path of the camera, which moves the background but not the subject's path."""

    seed: int = 1
    """Of the background's texture."""

    noise: float = 0.0
    """Standard deviation of the noise of each frame, in steps of luma."""

    others: tuple[Where, ...] = ()
    """Paths of smaller subjects."""

    bars_px: tuple[int, int] = (0, 0)
    """Black columns left and right, black rows above and under."""

    def pictures(self) -> Iterator[Picture]:
        """`(height, width, 3)` RGB each."""
        dice = np.random.default_rng(self.seed)
        ground = _texture(self.height + 200, self.width + 400, dice)
        still = np.clip(ground, 0, 255).astype(np.uint8)
        for frame in range(self.frames):
            right, down = self.look(frame)
            y, x = 100 + round(down), 200 + round(right)
            seen = slice(y, y + self.height), slice(x, x + self.width)
            picture = ground[seen].copy() if self.noise else still[seen].copy()
            for other in self.others:
                _disc(picture, other(frame), self.radius * 2 // 3, (40, 90, 200))
            _disc(picture, self.where(frame), self.radius, (230, 60, 30))
            if self.noise:
                picture += dice.normal(0, self.noise, (self.height, self.width, 1))
                picture = np.clip(picture, 0, 255).astype(np.uint8)
            yield self._barred(picture)

    def _barred(self, picture: Picture) -> Picture:
        across, down = self.bars_px
        picture[:, :across], picture[:, self.width - across :] = 0, 0
        picture[:down], picture[self.height - down :] = 0, 0
        return picture

    def inside(self, frame: int, left: float, top: float, width: int, height: int) -> bool:
        """Whether a window holds the whole subject, or all of it that is in the picture."""
        where = self.where(frame)
        if where is None:
            return True
        across, down = self.bars_px
        low_x, high_x = max(across, where[0] - self.radius), where[0] + self.radius
        low_y, high_y = max(down, where[1] - self.radius), where[1] + self.radius
        if high_x <= across or low_x >= self.width - across:
            return True
        high_x, high_y = min(self.width - across, high_x), min(self.height - down, high_y)
        return (
            left <= low_x + 1
            and high_x - 1 <= left + width
            and top <= low_y + 1
            and high_y - 1 <= top + height
        )


def turned(path: Path, clockwise_deg: int) -> Path:
    """The same video, with the order to players to turn it."""
    out = path.with_name("turned.mp4")
    order = ["-display_rotation", str(-clockwise_deg)]
    Ffmpeg().run([*order, "-i", str(path), "-c", "copy", str(out)], timeout_s=60)
    return out


def write(path: Path, pictures: Iterable[Picture], *, fps: int = 25, gop: int = 250) -> Path:
    """Encode as H.264 in an MP4, with B-frames, as most uploads are."""
    with av.open(str(path), "w") as file:
        stream: VideoStream | None = None
        for picture in pictures:
            if stream is None:
                stream = file.add_stream("libx264", rate=Fraction(fps))
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.codec_context.gop_size = gop
                stream.options = {"preset": "veryfast", "crf": "20", "bf": "3"}
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            file.mux(stream.encode(frame))
        assert stream is not None
        file.mux(stream.encode(None))
    return path


def _texture(height: int, width: int, dice: np.random.Generator) -> NDArray[np.float64]:
    """Blocks of several sizes in quiet colours: corners to hold on to, nothing to look at."""
    picture = np.full((height, width, 3), 110.0)
    for size, contrast in ((40, 18), (16, 14), (5, 10)):
        cells = dice.normal(0, contrast, (height // size + 1, width // size + 1, 1))
        picture += np.kron(cells, np.ones((size, size, 1)))[:height, :width]
    return picture


def _disc(
    picture: NDArray[np.float64] | Picture,
    where: tuple[float, float] | None,
    radius: int,
    colour: tuple[int, int, int],
) -> None:
    if where is None:
        return
    rows, columns = np.ogrid[: picture.shape[0], : picture.shape[1]]
    far = (columns - where[0]) ** 2 + (rows - where[1]) ** 2
    picture[far <= radius**2] = colour


def face(luma: Picture, middle: tuple[int, int], width: int) -> None:
    """Draw a face as a cascade sees one: light skin, dark hair, brows, eyes, and a mouth."""
    # Middle right and down, width and height, all in widths of the face; then the brightness.
    ovals = [(0, -0.1, 1.12, 1.45, 50), (0, 0.05, 0.9, 1.25, 190)]
    for side in (-0.21, 0.21):
        ovals += [(side, -0.12, 0.28, 0.16, 110), (side, -0.2, 0.28, 0.05, 60)]
        ovals += [(side, -0.1, 0.18, 0.08, 40)]
    ovals += [(0, 0.1, 0.1, 0.35, 210), (0, 0.22, 0.2, 0.06, 130), (0, 0.4, 0.36, 0.09, 90)]
    for right, down, across, high, light in ovals:
        at = round(middle[0] + right * width), round(middle[1] + down * width)
        half = max(1, round(across * width / 2)), max(1, round(high * width / 2))
        cv2.ellipse(luma, at, half, 0, 0, 360, [light] * luma.ndim, -1, cv2.LINE_AA)
