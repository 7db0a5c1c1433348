"""What the provider's API says, in our words: states, outputs, and what it all costs."""

from decimal import Decimal
from typing import Any

import pytest

from reelmill.pipelines.storyboards.providers.provider import (
    FilmRequest,
    PictureRequest,
    PredictionState,
    Shot,
)
from reelmill.pipelines.storyboards.providers.replicate_api import (
    ERROR_LETTERS,
    Page,
    Told,
    cost_of,
    input_of,
    mark_of,
    place_of,
    prediction_of,
    price_of,
)
from reelmill.pipelines.storyboards.settings import ModelPrice
from reelmill.pipelines.storyboards.spec import AspectRatio, Transition
from reelmill.units import StoreKey

FLUX = ModelPrice(per_image=Decimal("0.003"))
SKYREELS = ModelPrice(per_second=Decimal("0.10"))
HAILUO = ModelPrice(per_run=Decimal("0.20"))


def _told(**more: Any) -> Told:
    return Told.model_validate({"id": "p1", "status": "succeeded", **more})


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("starting", PredictionState.STARTING),
        ("queued", PredictionState.STARTING),
        ("processing", PredictionState.PROCESSING),
        ("succeeded", PredictionState.SUCCEEDED),
        ("failed", PredictionState.FAILED),
        ("canceled", PredictionState.CANCELED),
        ("aborted", PredictionState.CANCELED),
        pytest.param("dreaming", PredictionState.PROCESSING, id="a state that is new to us"),
    ],
)
def test_each_state_has_its_word(status: str, state: PredictionState) -> None:
    assert prediction_of(_told(status=status), FLUX).state is state


@pytest.mark.parametrize(
    ("output", "urls"),
    [
        pytest.param("http://x/a", ("http://x/a",), id="one address"),
        pytest.param(["http://x/a", "http://x/b"], ("http://x/a", "http://x/b"), id="several"),
        pytest.param(None, (), id="nothing"),
        pytest.param([None, 7, ""], (), id="no addresses"),
        pytest.param({"url": "http://x"}, (), id="something else"),
    ],
)
def test_outputs_are_addresses(output: Any, urls: tuple[str, ...]) -> None:
    assert prediction_of(_told(output=output), FLUX).output_urls == urls


def test_what_has_not_succeeded_has_no_outputs() -> None:
    half_way = _told(status="processing", output="http://x/half")
    assert prediction_of(half_way, FLUX).output_urls == ()


@pytest.mark.parametrize(
    ("told", "price", "cost"),
    [
        pytest.param({"metrics": {"image_count": 1}}, FLUX, "0.003", id="a picture"),
        pytest.param({"output": ["a", "b"]}, FLUX, "0.006", id="pictures that nobody counted"),
        pytest.param(
            {"metrics": {"video_output_duration_seconds": 12.5}}, SKYREELS, "1.25", id="a film"
        ),
        pytest.param({"input": {"duration": 20}}, SKYREELS, "2", id="as long as was asked"),
        pytest.param(
            {"status": "failed", "input": {"duration": 20}}, SKYREELS, "0", id="it made nothing"
        ),
        pytest.param(
            {"status": "failed", "metrics": {"video_output_duration_seconds": 3}},
            SKYREELS,
            "0.3",
            id="what it made before it failed",
        ),
        pytest.param({}, HAILUO, "0.20", id="a run"),
        pytest.param(
            {"status": "canceled", "metrics": {"predict_time": 2.0}}, HAILUO, "0.20", id="it ran"
        ),
        pytest.param({"status": "canceled"}, HAILUO, "0", id="it never ran"),
        pytest.param({"metrics": {"image_count": -3}}, FLUX, "0", id="a figure that is none"),
        pytest.param({"metrics": {"image_count": "x"}}, FLUX, "0", id="a word for a figure"),
    ],
)
def test_what_was_made_is_what_it_costs(told: dict[str, Any], price: ModelPrice, cost: str) -> None:
    assert cost_of(_told(**told), price) == Decimal(cost)


def test_an_error_is_one_line_and_not_endless() -> None:
    failed = prediction_of(_told(status="failed", error="CUDA\n out of memory " * 100), FLUX)
    assert failed.error.startswith("CUDA out of memory CUDA")
    assert len(failed.error) == ERROR_LETTERS
    assert prediction_of(_told(status="failed"), FLUX).error == "no reason given"


def test_a_film_is_asked_for_with_the_times_and_transitions_of_its_scenes() -> None:
    shots = tuple(
        Shot(
            picture_key=StoreKey(f"{n}.png"),
            picture_url=f"http://x/{n}.png",
            prompt=f"scene {n}",
            frames=n * 15,
            transition=Transition.CROSSFADE,
        )
        for n in (1, 2)
    )
    film = FilmRequest(prompt="all", shots=shots, aspect_ratio=AspectRatio.TALL)
    asked = input_of(film, 7)
    assert asked["images"] == ["http://x/1.png", "http://x/2.png"]
    assert asked["durations"] == [0.5, 1.0]
    assert (asked["duration"], asked["aspect_ratio"], asked["seed"]) == (1.5, "9:16", 7)
    assert asked["transitions"] == ["crossfade", "crossfade"]
    assert price_of(film, SKYREELS) == Decimal("0.15")


def test_prices_add_up() -> None:
    price = ModelPrice(per_image=Decimal("0.01"), per_run=Decimal("0.5"))
    assert price_of(PictureRequest(prompt="x"), price) == Decimal("0.51")


@pytest.mark.parametrize(
    ("model", "place"),
    [
        ("flux-schnell", ("models/black-forest-labs/flux-schnell/predictions", "")),
        ("somebody/model", ("models/somebody/model/predictions", "")),
        ("somebody/model:abc", ("predictions", "abc")),
    ],
)
def test_a_model_has_its_place(model: str, place: tuple[str, str]) -> None:
    assert place_of(model) == place


def test_marks_differ_and_fit_into_what_every_model_takes() -> None:
    marks = {mark_of(str(number)) for number in range(2000)}
    assert len(marks) == 2000
    assert all(0 <= mark < 2**31 for mark in marks)


def test_fields_that_are_new_to_us_are_passed_over() -> None:
    page = Page.model_validate(
        {"results": [{"id": "a", "status": "succeeded", "deadline": "x"}], "previous": None}
    )
    assert page.results[0].id == "a"


def test_an_id_cannot_lead_elsewhere() -> None:
    with pytest.raises(ValueError, match="pattern"):
        _told(id="../account")
