"""What Replicate's HTTP API says and hears, as values. Pure.

Source: the OpenAPI document of api.replicate.com/v1, June 2026. What matters of it here:

- A request has `input`, `webhook` and `webhook_events_filter`, and nothing else: there is no
  idempotency key and no metadata. A list gives back `input`, but not the address of the webhook.
  So what tells a purchase again is the seed that each model takes: a number drawn from the key.
- Input and output are removed an hour after the end (`data_removed`). From then on nobody can tell
  what was asked.
- `metrics` tells what was made: `image_count`, `video_output_duration_seconds`, `predict_time`.
  A price is never told; it is the model's, of what was made.
"""

import hashlib
import math
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from reelmill.pipelines.storyboards.providers.provider import (
    FILM_RATE,
    PictureRequest,
    Prediction,
    PredictionId,
    PredictionState,
    ProviderRequest,
)
from reelmill.pipelines.storyboards.settings import ModelPrice

#: Where the models of the price list are found there, by the names that they have in it.
PLACES: Final = {
    "flux-schnell": "black-forest-labs/flux-schnell",
    "skyreels-2": "skyreels/skyreels-2",
    "veo3": "google/veo-3",
    "hailuo": "minimax/hailuo-02",
}

#: Letters of an error that are kept. Source: `StoryboardEntry.error`.
ERROR_LETTERS: Final = 500

#: Cents are told to the millionth of a dollar.
FINEST: Final = Decimal("0.000001")

#: States that say the same as one of ours; all others are ours by name.
_LIKE: Final = {"aborted": PredictionState.CANCELED, "queued": PredictionState.STARTING}


class Told(BaseModel):
    """A prediction, as the API tells of it; fields that are not needed are not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")
    status: str
    model: str = ""
    input: dict[str, Any] | None = None
    output: Any = None
    error: Any = None
    metrics: dict[str, Any] | None = None
    created_at: str = ""
    data_removed: bool = False


class Page(BaseModel):
    """A page of predictions, the newest first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    results: tuple[Told, ...]
    next: str | None = None


def mark_of(idempotency_key: str) -> int:
    """The seed by which a purchase is known again: 31 bits, which every model takes.

    >>> mark_of("board/1") == mark_of("board/1") != mark_of("board/2")
    True
    """
    return int.from_bytes(hashlib.sha256(idempotency_key.encode()).digest()[:4]) & 0x7FFF_FFFF


def place_of(model: str) -> tuple[str, str]:
    """Where a model is asked, and the version that the body must name.

    >>> place_of("flux-schnell")
    ('models/black-forest-labs/flux-schnell/predictions', '')
    >>> place_of("somebody/model:5c7d5dc6")
    ('predictions', '5c7d5dc6')
    """
    _, _, version = PLACES.get(model, model).partition(":")
    path = path_of(model)
    return ("predictions", version) if version else (f"models/{path}/predictions", "")


def path_of(model: str) -> str:
    """Owner and name of a model, as a prediction tells whose it is.

    >>> path_of("flux-schnell"), path_of("somebody/model:5c7d5dc6")
    ('black-forest-labs/flux-schnell', 'somebody/model')
    """
    return PLACES.get(model, model).partition(":")[0]


def input_of(request: ProviderRequest, mark: int) -> dict[str, Any]:
    """A request in the words that models have in common.

    >>> input_of(PictureRequest(prompt="A lake"), 7)["seed"]
    7
    """
    if isinstance(request, PictureRequest):
        return {
            "prompt": request.prompt,
            "aspect_ratio": request.aspect_ratio.value,
            "num_outputs": 1,
            "output_format": "png",
            "seed": mark,
        }
    lasts = [shot.last_picture_url or None for shot in request.shots]
    return {
        "prompt": request.prompt,
        "images": [shot.picture_url for shot in request.shots],
        **({"last_images": lasts} if any(lasts) else {}),
        "prompts": [shot.prompt for shot in request.shots],
        "durations": [shot.frames / FILM_RATE for shot in request.shots],
        "transitions": [shot.transition.value for shot in request.shots],
        "duration": request.frames / FILM_RATE,
        "fps": FILM_RATE,
        "aspect_ratio": request.aspect_ratio.value,
        "seed": mark,
    }


def price_of(request: ProviderRequest, price: ModelPrice) -> Decimal:
    """Dollars that a request costs when it succeeds.

    >>> price_of(PictureRequest(prompt="A lake"), ModelPrice(per_image=Decimal("0.003")))
    Decimal('0.003000')
    """
    made = price.per_run
    if isinstance(request, PictureRequest):
        made += price.per_image
    else:
        made += price.per_second * request.frames / FILM_RATE
    return made.quantize(FINEST)


def prediction_of(told: Told, price: ModelPrice) -> Prediction:
    """What the API says of a prediction, in the words of the port."""
    state = _state(told.status)
    return Prediction(
        id=PredictionId(told.id),
        state=state,
        output_urls=_urls(told.output) if state is PredictionState.SUCCEEDED else (),
        cost=cost_of(told, price),
        error=_words(told.error) if state is PredictionState.FAILED else "",
    )


def cost_of(told: Told, price: ModelPrice) -> Decimal:
    """Dollars for what was made until now; that of one which failed or was stopped is paid too."""
    metrics = told.metrics or {}
    pictures = _number(metrics.get("image_count", len(_urls(told.output))))
    seconds = _number(metrics.get("video_output_duration_seconds", _asked_s(told)))
    ran = told.status == "succeeded" or _number(metrics.get("predict_time", 0)) > 0
    made = price.per_image * pictures + price.per_second * seconds + price.per_run * ran
    return made.quantize(FINEST)


def _state(status: str) -> PredictionState:
    """A state that is new to us is one that has not ended.

    >>> _state("aborted").value, _state("warming").value
    ('canceled', 'processing')
    """
    if status in _LIKE:
        return _LIKE[status]
    try:
        return PredictionState(status)
    except ValueError:
        return PredictionState.PROCESSING


def _asked_s(told: Told) -> object:
    """Seconds that were asked for, of one that succeeded and does not tell what it made."""
    return (told.input or {}).get("duration", 0) if told.status == "succeeded" else 0


def _urls(output: object) -> tuple[str, ...]:
    """Models answer with one address, or with several."""
    several = output if isinstance(output, list) else [output]
    return tuple(one for one in several if isinstance(one, str) and one)


def _words(error: object) -> str:
    return " ".join(str(error or "no reason given").split())[:ERROR_LETTERS]


def _number(value: object) -> Decimal:
    """A figure of somebody else's; 0 where it is none.

    >>> _number(2.5), _number(-1), _number("x"), _number(True)
    (Decimal('2.5'), Decimal('0'), Decimal('0'), Decimal('0'))
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return Decimal(0)
    return max(Decimal(0), Decimal(str(value)))
