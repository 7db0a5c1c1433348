"""A board and its scenes -> what is asked of a provider."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

from reelmill.pipelines.storyboards.plan import clipped, frames_of, take_of
from reelmill.pipelines.storyboards.providers.provider import (
    FILM_RATE,
    FilmRequest,
    PictureRequest,
    Shot,
)
from reelmill.pipelines.storyboards.records import Board, SceneRow
from reelmill.services import Services
from reelmill.units import StoreKey

#: Letters of the prompt of a board that go along with its video.
FILM_PROMPT_LETTERS: Final = 2000

#: How long a provider may fetch the pictures of a video, at least.
LINKS_WORK: Final = timedelta(days=1)

#: Under it lie pictures, for whoever has a signed link.
PICTURES_PATH: Final = "/v1/storyboards/signed/"


class Uploads(NamedTuple):
    """What else is seen and heard in a video, in the store; None for none."""

    voice_key: StoreKey | None
    """Speech."""

    music_key: StoreKey | None
    """Music."""

    watermark_key: StoreKey | None
    """A picture over the whole film."""


def picture_request(board: Board, scene: SceneRow, scenes: int) -> PictureRequest:
    """What is asked for the picture of a scene."""
    return PictureRequest(
        prompt=scene.image_prompt,
        aspect_ratio=board.aspect_ratio,
        number=scene.number,
        scenes=scenes,
        resolution=board.looks.resolution,
        take=take_of(board.edition, board.variation),
        tier=board.tier,
    )


def film_request(
    board: Board,
    scenes: Sequence[SceneRow],
    *,
    link: Callable[[StoreKey], str],
    uploads: Uploads,
) -> FilmRequest:
    """What is asked for the video of a board.

    Args:
        board: The board.
        scenes: Its scenes in order, each with its picture.
        link: Where somebody else can fetch a picture.
        uploads: Where lies what else is seen and heard.
    """
    frames = frames_of([scene.duration for scene in scenes], FILM_RATE)
    return FilmRequest(
        shots=tuple(_shot(scene, n, link) for scene, n in zip(scenes, frames, strict=True)),
        aspect_ratio=board.aspect_ratio,
        resolution=board.looks.resolution,
        tier=board.tier,
        camera=board.variation - 1,
        prompt=clipped(board.prompt, FILM_PROMPT_LETTERS),
        voice_key=uploads.voice_key,
        music_key=uploads.music_key,
        watermark_key=uploads.watermark_key,
        watermark=board.looks.watermark,
        fade_in_frames=round(board.looks.fade_in_s * FILM_RATE),
        fade_out_frames=round(board.looks.fade_out_s * FILM_RATE),
    )


def picture_link(here: Services, key: StoreKey) -> str:
    """A link to a picture for a provider; the same all day, so that a request stays the same."""
    now = here.clock()
    until = datetime.combine(now.date(), time(), now.tzinfo) + 2 * LINKS_WORK
    path = f"{PICTURES_PATH}{key.removeprefix('storyboards/')}"
    return f"{here.public_url}{here.signer.sign(path, until)}"


def _shot(scene: SceneRow, frames: int, link: Callable[[StoreKey], str]) -> Shot:
    assert scene.picture_key is not None, "boards without pictures are not rendered"
    return Shot(
        picture_key=scene.picture_key,
        picture_url=link(scene.picture_key),
        last_picture_key=scene.last_picture_key,
        last_picture_url=link(scene.last_picture_key) if scene.last_picture_key else "",
        prompt=scene.description,
        title=scene.title,
        frames=frames,
        transition=scene.transition,
    )
