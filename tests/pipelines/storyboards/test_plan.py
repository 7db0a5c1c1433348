"""Drafts, prices and frames, decided by rule."""

from decimal import Decimal

import pytest

from reelmill.pipelines.storyboards import plan
from reelmill.pipelines.storyboards.refusals import BadOrder
from reelmill.pipelines.storyboards.settings import ModelPrice, StoryboardsSettings
from reelmill.pipelines.storyboards.spec import GenerationRequest, Transition


def request(**asked: object) -> GenerationRequest:
    return GenerationRequest.model_validate({"prompt": "A walk along the sea", **asked})


@pytest.mark.parametrize(
    ("duration", "scenes"),
    [(5, 3), (15, 3), (19, 3), (20, 4), (30, 6), (49, 9), (50, 10), (300, 10)],
)
def test_a_draft_has_a_scene_for_every_five_seconds_three_to_ten(
    duration: int, scenes: int
) -> None:
    drafted = plan.draft(request(duration=duration))
    assert len(drafted) == scenes
    assert sum(scene.duration for scene in drafted) == duration
    lengths = {scene.duration for scene in drafted}
    assert max(lengths) - min(lengths) <= Decimal("0.01")
    assert [scene.scene_number for scene in drafted] == list(range(1, scenes + 1))


def test_each_scene_has_its_role() -> None:
    drafted = plan.draft(request(duration=20))
    prompt = "A walk along the sea"
    assert [scene.description for scene in drafted] == [
        f"Opening scene: {prompt}",
        f"Context: {prompt}",
        f"Scene 3: {prompt}",
        f"Closing scene: {prompt}",
    ]
    assert {scene.transition for scene in drafted} == {Transition.FADE, Transition.CROSSFADE}


@pytest.mark.parametrize(
    ("style", "ending"),
    [
        (None, "sea, high quality, professional cinematography"),
        ("noir", "sea, noir style, high quality, professional cinematography"),
    ],
)
def test_style_and_finish_are_added_to_the_image_prompt(style: str | None, ending: str) -> None:
    assert all(scene.image_prompt.endswith(ending) for scene in plan.draft(request(style=style)))


def test_the_longest_prompt_fits_into_its_scenes() -> None:
    drafted = plan.draft(request(prompt="word " * 999 + "end", style="x" * 100))
    assert all(len(scene.description) <= 1000 for scene in drafted)
    assert all(1700 < len(scene.image_prompt) <= 2000 for scene in drafted)


def test_each_variation_tells_the_prompt_in_its_own_words() -> None:
    drafts = [plan.draft(request(duration=20), variation) for variation in (1, 2, 3)]
    assert drafts[0] == plan.draft(request(duration=20))
    words = [scene.image_prompt for drafted in drafts for scene in drafted]
    assert len(set(words)) == len(words)
    assert {sum(scene.duration for scene in drafted) for drafted in drafts} == {20}
    assert [drafted[1].transition for drafted in drafts] == [
        Transition.CROSSFADE,
        Transition.CUT,
        Transition.FADE,
    ]


def test_no_two_states_of_variations_ask_for_the_same_take() -> None:
    takes = [plan.take_of(edition, variation) for edition in range(1, 9) for variation in (1, 2, 3)]
    assert len(set(takes)) == len(takes)


def test_the_same_prompt_is_the_same_draft() -> None:
    assert plan.draft(request()) == plan.draft(request())


@pytest.mark.parametrize(
    ("images", "seconds", "usd"), [(10, 20, "2.03"), (2, 7, "0.71"), (3, 5, "0.51"), (0, 0, "0.00")]
)
def test_an_estimate_is_pictures_and_seconds_to_the_cent(
    images: int, seconds: int, usd: str
) -> None:
    prices = StoryboardsSettings().prices
    found = plan.estimate(
        images=images,
        seconds=Decimal(seconds),
        image_model=prices["flux-schnell"],
        video_model=prices["skyreels-2"],
    )
    assert str(found) == usd


@pytest.mark.parametrize(
    ("model", "usd"), [("veo3", "3.00"), ("hailuo", "0.20"), ("skyreels-2", "2.00"), ("local", "0")]
)
def test_other_models_have_other_prices(model: str, usd: str) -> None:
    chosen = StoryboardsSettings().prices[model]
    assert plan.price(chosen, seconds=Decimal(20), runs=1) == Decimal(usd)


def test_an_upscaler_costs_by_the_picture() -> None:
    upscaler = StoryboardsSettings().prices["upscaler"]
    assert plan.price(upscaler, images=10) == Decimal("0.160")


@pytest.mark.parametrize(
    ("actual", "estimated", "over"),
    [("1.20", "1.00", False), ("1.21", "1.00", True), ("0", "0", False), ("0.01", "0", True)],
)
def test_a_warning_is_due_strictly_above_a_fifth_more(
    actual: str, estimated: str, *, over: bool
) -> None:
    assert plan.is_over(Decimal(actual), Decimal(estimated)) is over


@pytest.mark.parametrize(
    "lengths",
    [
        pytest.param(["1.66", "1.67", "1.67"], id="thirds of five seconds"),
        pytest.param(["0.01"] * 5, id="less than a frame each"),
        pytest.param(["0.34"] * 10, id="rounding that would add up"),
    ],
)
def test_scenes_begin_at_the_nearest_frame_and_none_is_without_one(lengths: list[str]) -> None:
    given = [Decimal(length) for length in lengths]
    frames = plan.frames_of(given, 30)
    assert min(frames) >= 1
    ends = [sum(frames[: number + 1]) for number in range(len(frames))]
    wanted = [sum(given[: number + 1]) * 30 for number in range(len(given))]
    if min(given) >= Decimal("0.04"):
        assert all(
            abs(end - want) <= Decimal("0.5") for end, want in zip(ends, wanted, strict=True)
        )


@pytest.mark.parametrize("order", [[], [1], [1, 1, 3], [0, 1, 2], [1, 2, 3, 4]])
def test_an_order_names_each_scene_once(order: list[int]) -> None:
    with pytest.raises(BadOrder):
        plan.reordered(order, 3)


def test_a_price_is_the_sum_of_its_parts() -> None:
    model = ModelPrice.model_validate({"per_image": "1", "per_second": "2", "per_run": "4"})
    assert plan.price(model, images=1, seconds=Decimal(1), runs=1) == 7
