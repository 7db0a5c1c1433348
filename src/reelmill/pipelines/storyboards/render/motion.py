"""How the camera moves over a still picture: slowly, and never by whole pixels. Pure."""

from enum import Enum
from typing import Final, NamedTuple

from reelmill.pipelines.storyboards.sizes import CLOSEST

#: Share of the picture that it sees while it travels sideways.
TRAVELLING: Final = 0.9

#: Seconds of one journey, at least: in a shorter scene it goes only a part of the way.
LEAST_S: Final = 5.0


#: When a scene of two pictures turns from one into the other, in shares of its time.
DISSOLVE: Final = (0.3, 0.7)


class View(NamedTuple):
    """What the camera sees: a part of the picture that has the picture's own shape."""

    x: float
    """Middle, as a share of the width."""

    y: float
    """Middle, as a share of the height."""

    share: float
    """Share of each side; 1.0 is the whole."""


class Move(Enum):
    """A journey: where it begins and where it ends."""

    IN = (View(0.5, 0.5, 1.0), View(0.5, 0.47, CLOSEST))
    RIGHT = (View(0.45, 0.5, TRAVELLING), View(0.55, 0.5, TRAVELLING))
    OUT = (View(0.5, 0.47, CLOSEST), View(0.5, 0.5, 1.0))
    LEFT = (View(0.55, 0.5, TRAVELLING), View(0.45, 0.5, TRAVELLING))


def move_of(number: int) -> Move:
    """The journey of a scene, from 0; neighbours never have the same.

    >>> [move_of(number).name for number in range(5)]
    ['IN', 'RIGHT', 'OUT', 'LEFT', 'IN']
    """
    return list(Move)[number % len(Move)]


def view_at(move: Move, frame: int, frames: int, rate: int) -> View:
    """What is seen at a frame of a scene.

    The way is the same at every frame, and the closeness grows by the same factor: the eye sees
    one steady movement.

    Args:
        move: The journey.
        frame: From 0; may be above `frames`, while the scene gives way to the next.
        frames: Of the scene and of what it shows while it gives way.
        rate: Frames a second.

    >>> view_at(Move.RIGHT, 0, 151, 30)
    View(x=0.45, y=0.5, share=0.9)
    """
    start, end = move.value
    reach = min(1.0, frames / (LEAST_S * rate))
    way = min(1.0, frame / max(1, frames - 1)) * reach
    return View(
        start.x + (end.x - start.x) * way,
        start.y + (end.y - start.y) * way,
        start.share * (end.share / start.share) ** way,
    )


def dissolved_share(frame: int, frames: int) -> float:
    """How much of its last picture a scene shows at a frame, 0.0 to 1.0.

    The change is slow at both ends, and the scene begins and ends with a single picture.

    >>> [round(dissolved_share(frame, 151), 2) for frame in (0, 75, 150)]
    [0.0, 0.5, 1.0]
    """
    begins, ends = DISSOLVE
    way = (frame / max(1, frames - 1) - begins) / (ends - begins)
    held = min(1.0, max(0.0, way))
    return held * held * (3 - 2 * held)
