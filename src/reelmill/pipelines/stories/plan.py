"""Assets of a category, a voice and a seed -> what is shown and heard. Pure."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reelmill.pipelines.stories.spec import NoClips, NoMusic, Part, Piece, Sound
from reelmill.units import StoreKey


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A scanned video that may be shown."""

    key: StoreKey
    """Where it lies."""

    sha256: str
    """Of its content, hex."""

    duration_s: float
    """Seconds, from decoded frames."""

    part: Part = Part.CLIP
    """What it may be to a story."""

    def whole(self, rate: int) -> int:
        """Frames of all of it at a rate; one at least.

        >>> Clip(key="a", sha256="", duration_s=0.99).whole(30)
        29
        """
        # A float just below a whole number of frames is that number.
        return max(1, int(self.duration_s * rate + 1e-6))


def frames_of_voice(duration_s: float, rate: int) -> int:
    """Frames that last as long as a voice, to the nearest; one at least.

    >>> frames_of_voice(125.7, 30)
    3771
    """
    return max(1, round(Fraction(duration_s).limit_denominator(1_000_000) * rate))


def seed_of(task_id: str) -> int:
    """The seed of a task that nobody gave one, 0 to 2^32 - 1: the same on every node.

    >>> seed_of("t1") == seed_of("t1")
    True
    """
    return int.from_bytes(hashlib.sha256(task_id.encode()).digest()[:4])


def choose_music(pool: Sequence[Sound], seed: int, *, needed: bool) -> Sound | None:
    """One of the pool, by the seed; None where there is none and none is needed.

    Raises:
        NoMusic: there is none.
    """
    if not pool:
        if needed:
            raise NoMusic(hint="Put music into raw/music/<category>/, or set needs_music = false.")
        return None
    return min(pool, key=lambda sound: _lot(seed, 0, sound.sha256))


def choose_pieces(pool: Sequence[Clip], frames: int, seed: int, rate: int) -> tuple[Piece, ...]:
    """What is shown over that many frames.

    An intro comes first and an outro last, where there are any and the story is long enough for
    both and a clip between them. Clips are dealt like cards: none again before all were shown, and
    never the same twice in a row unless there is only one. The last before the end is cut.

    Args:
        pool: Clips, intros and outros of the category; each content once, in any order.
        frames: Frames to fill, 1 or more.
        seed: Decides the order.
        rate: Frames a second.

    Raises:
        NoClips: there is no clip.
    """
    clips = [clip for clip in pool if clip.part is Part.CLIP]
    if not clips:
        raise NoClips(hint="Put clips into raw/video/<category>/.")
    first, last = choose_frame(pool, Part.INTRO, seed), choose_frame(pool, Part.OUTRO, seed)
    ends = [clip for clip in (first, last) if clip]
    if sum(clip.whole(rate) for clip in ends) >= frames:
        first = last = None
    left = frames - sum(clip.whole(rate) for clip in (first, last) if clip)
    middle = _filled(_dealt(clips, seed), left, rate)
    opening = [_piece(first, rate, first.whole(rate))] if first else []
    ending = [_piece(last, rate, last.whole(rate))] if last else []
    return (*opening, *middle, *ending)


def _filled(order: Iterator[Clip], frames: int, rate: int) -> Iterator[Piece]:
    while frames > 0:
        clip = next(order)
        shown = min(frames, clip.whole(rate))
        yield _piece(clip, rate, shown)
        frames -= shown


def _dealt(clips: Sequence[Clip], seed: int) -> Iterator[Clip]:
    """All of them in an order of the seed, then all of them in another, without end."""
    last: Clip | None = None
    deal = 0
    while True:
        deal += 1
        order = sorted(clips, key=lambda clip: _lot(seed, deal, clip.sha256))
        if order[0] is last and len(order) > 1:
            order = [*order[1:], order[0]]
        yield from order
        last = order[-1]


def choose_frame(pool: Sequence[Clip], part: Part, seed: int) -> Clip | None:
    """The intro, outro or plate of a story, by the seed; None where the category has none."""
    some = [clip for clip in pool if clip.part is part]
    return min(some, key=lambda clip: _lot(seed, 0, clip.sha256)) if some else None


def _lot(seed: int, deal: int, sha256: str) -> bytes:
    """A number to sort by: spread by a digest, so that it is the same in every Python."""
    return hashlib.sha256(f"{seed}/{deal}/{sha256}".encode()).digest()


def _piece(clip: Clip, rate: int, shown_frames: int) -> Piece:
    return Piece(
        key=clip.key,
        sha256=clip.sha256,
        part=clip.part,
        frames=clip.whole(rate),
        shown_frames=shown_frames,
    )
