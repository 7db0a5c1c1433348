"""Replay document -> verified video and its poster, in this process."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reelmill.children import report
from reelmill.media.encode import encode_held
from reelmill.media.frames import poster
from reelmill.media.geometry import Size
from reelmill.media.profiles import Profile, profile
from reelmill.media.raster import Held, blank
from reelmill.media.verify import verify
from reelmill.pipelines.replays.game import Game
from reelmill.pipelines.replays.plan import Timeline, timeline
from reelmill.pipelines.replays.reading.reader import read_game
from reelmill.pipelines.replays.render.pictures import Look, pictures, poster_index
from reelmill.pipelines.replays.spec import ReplaySpec

#: Seconds that one film may take; the longest real game takes about five.
FILM_LIMIT_S = 900.0


@dataclass(frozen=True, kw_only=True)
class Film:
    """A video that was decoded and held against its profile, and a still of it."""

    video: Path
    """MP4, in the caller's folder."""

    poster: Path
    """JPEG beside it."""

    size: Size
    """Of the video, in pixels."""

    poster_size: Size
    """Of the poster, in pixels."""

    frames: int
    """Decoded frames, cards included."""

    duration_s: float
    """Seconds, from the decoded frames."""

    rounds: int
    """Rounds shown, the fatal one included."""

    repairs: tuple[str, ...]
    """What had to be repaired in the document, one sentence each."""


def make_film(replay: Path, folder: Path, spec: ReplaySpec) -> Film:
    """Read, draw, encode and verify one game.

    Args:
        replay: The document, of any known schema.
        folder: Where video and poster are written; the caller owns it.
        spec: The look that was asked for.

    Raises:
        NotAReplay, BrokenReplay: the document cannot be shown.
        NotAsPromised: what was made does not hold against its profile.
    """
    report("load", message="loading JSON")
    game = read_game(replay.read_bytes(), name=replay.name)
    plan = timeline(game, fps=spec.fps, seconds_per_round=spec.seconds_per_round)
    shape = profile(spec.profile).with_rate(spec.fps)
    drawing = _Drawing(game, plan, Look(size=shape.size, theme=spec.theme))
    video = folder / "video.mp4"
    encode_held(drawing, video, shape)
    return _checked(game, video, shape, drawing)


class _Drawing:
    """The pictures of a film as they are drawn, of which the one for the poster is kept."""

    def __init__(self, game: Game, plan: Timeline, look: Look) -> None:
        self.plan = plan
        self.still = blank(look.size)
        self._pictures = pictures(game, plan, look)
        self._poster_index = poster_index(game)

    def __iter__(self) -> Iterator[Held]:
        shots = self.plan.shots
        for number, (shot, held) in enumerate(zip(shots, self._pictures, strict=True)):
            report("render", number, len(shots), "rendering frames")
            if shot.moment_index == self._poster_index:
                self.still = held.picture.copy()
            yield held
        report("encode", message="encoding video")


def _checked(game: Game, video: Path, shape: Profile, drawing: _Drawing) -> Film:
    report("verify", message="decoding the video")
    verified = verify(video, shape, frames=drawing.plan.frame_count)
    still = video.with_name("poster.jpg")
    return Film(
        video=video,
        poster=still,
        size=shape.size,
        poster_size=poster(drawing.still, still),
        frames=verified.frames,
        duration_s=verified.duration_s,
        rounds=game.rounds,
        repairs=game.repairs,
    )
