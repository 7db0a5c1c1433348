"""This machine as a provider: pictures are drawn here and films made here, for nothing."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from PIL import Image

from reelmill.errors import BadMedia, TimedOut, Unavailable
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.tools import Tools
from reelmill.pipelines.storyboards.providers.provider import (
    STORED,
    FilmRequest,
    Found,
    Offer,
    PictureRequest,
    Prediction,
    PredictionId,
    PredictionState,
    ProviderRequest,
    ProviderUnavailable,
    RequestRefused,
    let_pass,
)
from reelmill.pipelines.storyboards.refusals import RenderTimedOut
from reelmill.pipelines.storyboards.render.drawing import draw
from reelmill.pipelines.storyboards.render.film import Film, Scene, make_film
from reelmill.pipelines.storyboards.render.finish import Fades
from reelmill.pipelines.storyboards.render.watermark import Mark
from reelmill.pipelines.storyboards.settings import ModelPrice, StoryboardsSettings
from reelmill.pipelines.storyboards.sizes import film_size, times_as_long
from reelmill.services import Services
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: What keys of made things begin with, and how long they are kept.
MADE_PREFIX, KEPT = "storyboards/made/", timedelta(days=1)

#: Ending of the notes of what was begun.
BEGUN: Final = ".begun"

#: Quality of drawn pictures, 1 to 95; colour is kept at full resolution.
JPEG_QUALITY: Final = 92


class Local:
    """This machine.

    What is bought is made before `submit` returns, and lies in the store under a name that comes
    from the key: so whether it was made is never in doubt. It is removed after `KEPT`.

    Args:
        here: What it reaches.
        settings: How long it may take.
    """

    name = "local"

    def __init__(self, here: Services, settings: StoryboardsSettings) -> None:
        self._here = here
        self._settings = settings

    def offer(self, request: ProviderRequest) -> Offer:  # noqa: ARG002 - all is for nothing
        """At nothing."""
        return Offer(self.name, ModelPrice(), Decimal(0))

    def submit(
        self,
        request: ProviderRequest,
        idempotency_key: str,
        before_leaving: Callable[[], None] = let_pass,
    ) -> PredictionId:
        """Make it, unless it is there. See `Provider.submit`.

        Raises:
            RenderTimedOut: it took longer than it may.
        """
        key = _key(idempotency_key)
        before_leaving()
        if not self._here.store.exists(key):
            self._make(request, key)
        return PredictionId(idempotency_key)

    def look(self, prediction_id: PredictionId) -> Prediction:
        """What was made. See `Provider.look`."""
        key = _key(prediction_id)
        if not self._here.store.exists(key):
            gone = "what was made was removed"
            return Prediction(id=prediction_id, state=PredictionState.FAILED, error=gone)
        return Prediction(
            id=prediction_id, state=PredictionState.SUCCEEDED, output_urls=(f"{STORED}{key}",)
        )

    def find(self, idempotency_key: str, since: datetime) -> PredictionId | None:  # noqa: ARG002
        """What was made under a key. See `Provider.find`."""
        made = self._here.store.exists(_key(idempotency_key))
        return PredictionId(idempotency_key) if made else None

    def recent(self, keys: Collection[str], since: datetime) -> list[Found]:  # noqa: ARG002
        """Nothing: what is made here bears the name of its key, and no request leaves."""
        return []

    def cancel(self, prediction_id: PredictionId) -> Prediction:
        """What was made: whoever cancels the job stops the work."""
        return self.look(prediction_id)

    def begin(self, idempotency_key: str) -> None:
        """Note that something is made here under a key, whether or not it comes to an end."""
        self._here.store.put_bytes(StoreKey(f"{_key(idempotency_key)}{BEGUN}"), b"begun")

    def was_begun(self, idempotency_key: str) -> bool:
        """Whether something under a key was made here, or would have been."""
        return self._here.store.exists(StoreKey(f"{_key(idempotency_key)}{BEGUN}"))

    def _make(self, request: ProviderRequest, key: StoreKey) -> None:
        try:
            with self._here.scratch() as folder:
                made = folder / "made"
                if isinstance(request, PictureRequest):
                    limit_s = self._settings.waits.image_limit_s * _times(request)
                    self._here.in_child(draw_to, limit_s, request, made)
                else:
                    film = film_of(request, self._here.store, folder)
                    limit_s = self._settings.waits.video_limit_s * _times(request)
                    self._here.in_child(film_to, limit_s, film, made.with_suffix(".mp4"))
                    made = made.with_suffix(".mp4")
                self._here.store.take(key, made)
        except TimedOut as error:
            raise RenderTimedOut(**error.facts) from error
        except BadMedia as error:
            raise RequestRefused(problem=error.message) from error
        except Unavailable as error:
            raise ProviderUnavailable(problem=error.message) from error


def _times(request: ProviderRequest) -> float:
    """Times that it may take as long as what is of the usual size."""
    return times_as_long(film_size(request.aspect_ratio, request.resolution))


def _key(idempotency_key: str) -> StoreKey:
    return StoreKey(f"{MADE_PREFIX}{idempotency_key}")


def tidy(here: Services) -> int:
    """Remove what was made long ago; boards have copies of what they show.

    Returns:
        How many files.
    """
    limit = here.clock() - KEPT
    old = [stat.key for stat in here.store.list(MADE_PREFIX) if stat.modified < limit]
    for key in old:
        here.store.delete(key)
    return len(old)


def film_of(request: FilmRequest, store: Store, folder: Path) -> Film:
    """Fetch what a film is made of into a folder; a picture that is shown twice once."""
    files: dict[StoreKey, Path] = {}

    def fetched(key: StoreKey) -> Path:
        if key not in files:
            files[key] = folder / f"source-{len(files)}"
            store.fetch(key, files[key])
        return files[key]

    return Film(
        size=film_size(request.aspect_ratio, request.resolution),
        scenes=tuple(
            Scene(
                picture=fetched(shot.picture_key),
                last=fetched(shot.last_picture_key) if shot.last_picture_key else None,
                frames=shot.frames,
                transition=shot.transition,
                title=shot.title,
            )
            for shot in request.shots
        ),
        camera=request.camera,
        voice=fetched(request.voice_key) if request.voice_key else None,
        music=fetched(request.music_key) if request.music_key else None,
        mark=_mark_of(request, fetched),
        fades=Fades(request.fade_in_frames, request.fade_out_frames).within(request.frames),
    )


def _mark_of(request: FilmRequest, fetched: Callable[[StoreKey], Path]) -> Mark | None:
    how, key = request.watermark, request.watermark_key
    if how is None or key is None:
        return None
    return Mark(picture=fetched(key), **how.model_dump(exclude={"asset_id"}))


def draw_to(request: PictureRequest, to: Path) -> None:
    """Draw a picture into a file. Run in a child.

    Raises:
        ProviderUnavailable: the disk does not take it.
    """
    pixels = draw(
        request.prompt,
        film_size(request.aspect_ratio, request.resolution),
        number=request.number,
        scenes=request.scenes,
        take=request.take,
    )
    try:
        Image.fromarray(pixels).save(to, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    except OSError as error:
        raise ProviderUnavailable(path=str(to), problem=str(error)) from error


def film_to(film: Film, to: Path) -> None:
    """Make a film into a file, verified. Run in a child."""
    make_film(film, to, Tools(ffmpeg=Ffmpeg()))
