"""Shots and sounds -> a finished film: the camera moves, scenes give way, every frame decoded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Final

from reelmill.media.ahead import ahead
from reelmill.media.geometry import Size
from reelmill.media.loudness import measure_loudness
from reelmill.media.mix import SOUND, MixAsked, mix
from reelmill.media.moving import encode_moving
from reelmill.media.profiles import Profile
from reelmill.media.raster import Yuv420, blank
from reelmill.media.sound import decoded
from reelmill.media.stills import read_still
from reelmill.media.tools import Tell, Tools
from reelmill.media.verify import Verified, verify
from reelmill.pipelines.storyboards.render.camera import Still, blended, kept_size
from reelmill.pipelines.storyboards.render.finish import NO_FADES, Fades, faded
from reelmill.pipelines.storyboards.render.motion import Move, dissolved_share, move_of, view_at
from reelmill.pipelines.storyboards.render.titles import Title, shown_share
from reelmill.pipelines.storyboards.render.watermark import Mark, marked
from reelmill.pipelines.storyboards.sizes import times_as_long
from reelmill.pipelines.storyboards.spec import Transition

#: Frames a second.
RATE: Final = 30

#: Seconds that a transition takes, and the most of its scene that it may take.
TRANSITION_S, TRANSITION_SHARE = 0.6, 0.4

#: Where, between two scenes, all is black.
HALF: Final = 0.5

#: Constant quality. Measured on drawn and photographed stills in motion: below it the gradients
#: of a sky begin to show steps.
CRF: Final = 19

#: Bits a second that a file of 1080p has on average at most; of more pixels, more.
MOST_BPS: Final = 24_000_000

#: Loudness of a film. Source: what players on the web turn everything louder down to.
LOUDNESS_LUFS: Final = -14.0

#: Longest sound that is taken in, in seconds.
MAX_SOUND_S: Final = 3600.0

#: Bytes of frames that are made before the encoder takes them: eight of 1080p, two of 2160p.
AHEAD_BYTES: Final = 25_000_000

#: Bytes of a pixel of a frame.
PIXEL_BYTES: Final = 1.5

#: Frames between two reports.
REPORT_FRAMES: Final = 15


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One scene of a film, with its picture on this disk."""

    picture: Path
    """The file, of anybody's making."""

    frames: int
    """How long it is on screen."""

    transition: Transition
    """How it follows the one before, within its own frames."""

    title: str = ""
    """A line shown over it; empty for none."""

    last: Path | None = None
    """The picture that it ends in; None where it shows one alone."""


@dataclass(frozen=True, kw_only=True)
class Film:
    """What a film is made of."""

    size: Size
    """Of its frames."""

    scenes: tuple[Scene, ...]
    """In order."""

    camera: int = 0
    """Which of the journeys the camera takes first."""

    voice: Path | None = None
    """Speech; None for none."""

    music: Path | None = None
    """Music; None for none."""

    mark: Mark | None = None
    """A watermark; None for none."""

    fades: Fades = NO_FADES
    """How it comes out of black and goes into it."""

    @property
    def frames(self) -> int:
        """How long it is."""
        return sum(scene.frames for scene in self.scenes)

    @property
    def profile(self) -> Profile:
        """What it is held against."""
        return film_profile(self.size)


def film_profile(size: Size) -> Profile:
    """The form of all films of a size."""
    return Profile(
        name=f"film {size.width}x{size.height}",
        size=size,
        rate=Fraction(RATE),
        max_bitrate_bps=int(MOST_BPS * times_as_long(size)),
        audio=SOUND,
        spliceable=False,
    )


def make_film(film: Film, to: Path, tools: Tools) -> Verified:
    """Make a film and decode it.

    Args:
        film: What it is made of.
        to: The MP4 to write.
        tools: Who is told how far it is.

    Raises:
        NotAStill, StillTooLarge: a picture cannot be shown.
        BadMedia: another leaf that says why a sound cannot be heard, or what the film is not.
        NotWritten: the disk does not take it.
    """
    track = to.with_suffix(".m4a")
    _make_track(film, track, tools)
    shown = marked(film_frames(film), film.mark, film.size)
    pictures = faded(shown, film.frames, film.size, film.fades)
    frames = counted(ahead(pictures, most_ahead(film.size)), film.frames, tools.tell)
    made = encode_moving(frames, track, to, film.profile, crf=CRF)
    track.unlink()

    def verified(done: int, total: int) -> None:
        tools.tell("verify", done, total, "checking the film")

    return verify(to, film.profile, frames=made, on_progress=verified)


def most_ahead(size: Size) -> int:
    """Frames that are made before the encoder takes them.

    >>> most_ahead(Size(1920, 1080)), most_ahead(Size(3840, 2160))
    (8, 2)
    """
    return max(2, int(AHEAD_BYTES / (size.width * size.height * PIXEL_BYTES)))


def _make_track(film: Film, to: Path, tools: Tools) -> None:
    asked = MixAsked(
        frames=film.frames,
        rate=RATE,
        voice_lufs=_loudness(film.voice),
        music_lufs=_loudness(film.music),
        loudness_lufs=LOUDNESS_LUFS,
        fade_in_frames=film.fades.opening,
        fade_out_frames=film.fades.closing,
    )
    mix(film.voice, film.music, to, asked, tools)


def _loudness(sound: Path | None) -> float | None:
    if sound is None:
        return None
    return measure_loudness(ahead(decoded(sound, longest_s=MAX_SOUND_S))).integrated_lufs


def counted(pictures: Iterator[Yuv420], frames: int, tell: Tell) -> Iterator[Yuv420]:
    """The same pictures; somebody is told how many there were."""
    for number, picture in enumerate(pictures):
        if number % REPORT_FRAMES == 0:
            tell("draw", number, frames, "making the film")
        yield picture


class Take:
    """A scene in front of the camera, and what it shows while the next takes over.

    Args:
        scene: The scene.
        number: Which journey the camera takes.
        size: Of the film.
        behind: Frames of the next scene's transition, in which this one is still seen.
    """

    def __init__(self, scene: Scene, number: int, size: Size, behind: int) -> None:
        self._scene, self._size = scene, size
        self._move: Move = move_of(number)
        self._whole = scene.frames + behind
        self._title = Title(scene.title, size) if scene.title else None

    @cached_property
    def _still(self) -> Still:
        return self._read(self._scene.picture)

    @cached_property
    def _last(self) -> Still:
        assert self._scene.last is not None, "asked only of a scene that ends in another picture"
        return self._read(self._scene.last)

    def _read(self, picture: Path) -> Still:
        longest = max(kept_size(self._size)) * 2
        return Still(read_still(picture, longest_px=longest), self._size)

    def _seen(self, frame: int) -> Yuv420:
        """What the camera sees: where the scene ends in another picture, one turns into it."""
        view = view_at(self._move, frame, self._whole, RATE)
        share = dissolved_share(frame, self._scene.frames) if self._scene.last else 0.0
        if share == 0:
            return self._still.seen(view)
        if share == 1:
            return self._last.seen(view)
        return blended(self._still.seen(view), self._last.seen(view), share)

    def at(self, frame: int) -> Yuv420:
        """What is seen at a frame, from 0."""
        picture = self._seen(frame)
        if self._title is not None:
            share = shown_share(frame, self._scene.frames, RATE)
            if share > 0:
                self._title.over(picture, share)
        return picture


def film_frames(film: Film) -> Iterator[Yuv420]:
    """Every frame of a film. At most two scenes are in memory at a time, with their pictures."""
    black = blank(film.size)
    leads = [lead_of(scene, first=not number) for number, scene in enumerate(film.scenes)]
    if film.fades.opening:
        # It comes out of black once.
        leads[0] = 0
    before: Take | None = None
    for number, (scene, lead, behind) in enumerate(
        zip(film.scenes, leads, [*leads[1:], 0], strict=True)
    ):
        take = Take(scene, number + film.camera, film.size, behind)
        join = _joint(scene.transition, before, take, black)
        already = film.scenes[number - 1].frames
        for frame in range(scene.frames):
            yield join(frame, lead, already) if frame < lead else take.at(frame)
        before = take


def lead_of(scene: Scene, *, first: bool) -> int:
    """Frames that a scene takes to come, of its own.

    The film's first scene comes out of black or is there at once.
    """
    if scene.transition is Transition.CUT or (first and scene.transition is Transition.CROSSFADE):
        return 0
    return int(min(TRANSITION_S * RATE, scene.frames * TRANSITION_SHARE))


Joint = Callable[[int, int, int], Yuv420]
"""A frame of a transition: its number, of how many, and the frames that the scene before had."""


def _joint(how: Transition, before: Take | None, after: Take, black: Yuv420) -> Joint:
    def crossfade(frame: int, lead: int, already: int) -> Yuv420:
        assert before is not None
        share = (frame + 1) / (lead + 1)
        return blended(before.at(already + frame), after.at(frame), share)

    def through_black(frame: int, lead: int, already: int) -> Yuv420:
        place = (frame + 1) / (lead + 1)
        if before is None:
            return blended(black, after.at(frame), place)
        if place < HALF:
            return blended(before.at(already + frame), black, place * 2)
        return blended(black, after.at(frame), place * 2 - 1)

    return through_black if how is Transition.FADE else crossfade
