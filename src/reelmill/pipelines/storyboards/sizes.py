"""How large films are, and what that means for pictures and for time. Pure."""

from collections.abc import Sequence
from typing import Final

from reelmill.media.geometry import Size
from reelmill.pipelines.storyboards.looks import Resolution
from reelmill.pipelines.storyboards.records import Board, SceneRow
from reelmill.pipelines.storyboards.spec import AspectRatio
from reelmill.units import even

#: Sizes of films of 1080 lines by their shape; lines are of the shorter side.
FULL_HD: Final = {
    AspectRatio.WIDE: Size(1920, 1080),
    AspectRatio.TALL: Size(1080, 1920),
    AspectRatio.SQUARE: Size(1080, 1080),
    AspectRatio.CLASSIC: Size(1440, 1080),
}

#: Lines of those.
FULL_HD_LINES: Final = 1080

#: Share of a picture that the camera sees when it is closest.
CLOSEST: Final = 0.86

#: So many times a picture may be enlarged where the camera is closest before somebody is told.
MOST_ENLARGED: Final = 1.75


def film_size(ratio: AspectRatio, resolution: Resolution) -> Size:
    """Size of a film's frames.

    >>> film_size(AspectRatio.TALL, Resolution.P2160)
    Size(width=2160, height=3840)
    """
    width, height = FULL_HD[ratio]
    lines = resolution.lines
    return Size(even(width * lines / FULL_HD_LINES), even(height * lines / FULL_HD_LINES))


def times_as_long(size: Size) -> float:
    """Times that work on frames of a size may take as long as on those of 1920x1080; 1 at least.

    >>> times_as_long(Size(1280, 720)), times_as_long(Size(3840, 2160))
    (1.0, 4.0)
    """
    width, height = FULL_HD[AspectRatio.WIDE]
    return max(1.0, size.width * size.height / (width * height))


def enlarged_times(picture: Size, film: Size) -> float:
    """How much a picture is enlarged where the camera is closest; below 1, it is made smaller.

    >>> round(enlarged_times(Size(2232, 1254), Size(3840, 2160)), 2)
    2.0
    """
    share_of_it = min(picture.width / film.width, picture.height / film.height) * CLOSEST
    return 1 / share_of_it


def too_small(board: Board, scenes: Sequence[SceneRow]) -> list[str]:
    """Which pictures have too few pixels for a video that is made here, in a sentence each.

    Of pictures from before pixels were counted it is said that nobody knows, where many are needed.
    """
    film = film_size(board.aspect_ratio, board.looks.resolution)
    form, needs_many = f"{film.width}x{film.height}", board.looks.resolution is Resolution.P2160
    times = {
        scene.number: max(enlarged_times(size, film) for size in scene.picture_sizes)
        for scene in scenes
        if scene.picture_sizes
    }
    found = [number for number, by in times.items() if by > MOST_ENLARGED]
    unknown = [row.number for row in scenes if row.has_picture and not row.picture_sizes]
    by = max((times[number] for number in found), default=0)
    told = {
        f"too few pixels for {form}, shown up to {by:.2g} times enlarged": found,
        f"made before pixels were counted, may be too few for {form}": unknown * needs_many,
    }
    return [f"{_scenes(numbers)}: {what}" for what, numbers in told.items() if numbers]


def _scenes(numbers: Sequence[int]) -> str:
    return f"Scene{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
