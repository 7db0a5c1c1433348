"""How long work on a story may take. Pure."""

from typing import Final

from reelmill.pipelines.stories.spec import Piece, StorySpec

#: Seconds that any work may take at least.
LEAST_S: Final = 900.0

#: Seconds that each second of a video may take to be encoded: 4K on one old core takes 20.
ENCODE_LIMIT: Final = 60.0


def conform_limit_s(piece: Piece, rate: int) -> float:
    """Seconds that a clip may take.

    >>> conform_limit_s(Piece(key="a", sha256="", frames=300, shown_frames=300), 30)
    1500.0
    """
    return LEAST_S + ENCODE_LIMIT * piece.frames / rate


def film_limit_s(spec: StorySpec) -> float:
    """Seconds that a story may take: all of it may have to be encoded."""
    return LEAST_S + ENCODE_LIMIT * spec.frames / spec.render.frame_rate
