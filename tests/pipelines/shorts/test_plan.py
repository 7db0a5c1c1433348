from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.media.geometry import Size
from reelmill.pipelines.shorts.plan import (
    FASTEST_BPS,
    FORMS,
    IN_HAND_S,
    admit,
    followed,
    frames_of,
    in_reel,
    picture_filter,
    reel_size,
    video_budget_bps,
    window_of,
)
from reelmill.pipelines.shorts.spec import (
    CropKeyframe,
    CropPlan,
    Cut,
    OutsideVideo,
    Quality,
    SceneTooLong,
    SceneTooShort,
    Strategy,
)
from reelmill.units import StoreKey

sides = st.integers(16, 4096)
sizes = st.builds(Size, sides, sides)


def cut(start_s: float, end_s: float) -> Cut:
    return Cut(source_key=StoreKey("a"), start_s=start_s, end_s=end_s)


@pytest.mark.parametrize(
    ("start_s", "end_s", "error"),
    [
        pytest.param(0, 180.0, None, id="180 s pass"),
        pytest.param(20.1, 200.1, None, id="180 s and what floating point adds"),
        pytest.param(0, 180.01, SceneTooLong, id="above 180 s"),
        pytest.param(0, 0.1, None, id="a tenth passes"),
        pytest.param(1, 1.05, SceneTooShort, id="a twentieth"),
        pytest.param(2, 1, SceneTooShort, id="backwards"),
        pytest.param(250, 300, None, id="to the end"),
        pytest.param(250, 300.1, None, id="an end that was rounded up"),
        pytest.param(250, 300.2, OutsideVideo, id="past the end"),
        pytest.param(300, 300.1, OutsideVideo, id="behind the end"),
    ],
)
def test_cuts_are_admitted(start_s: float, end_s: float, error: type[Exception] | None) -> None:
    if error is None:
        admit(cut(start_s, end_s), 300.0)
        return
    with pytest.raises(error):
        admit(cut(start_s, end_s), 300.0)


@given(source=sizes)
def test_the_window_is_even_upright_and_as_large_as_can_be(source: Size) -> None:
    window = window_of(source)
    assert window.width % 2 == window.height % 2 == 0
    assert window.width <= source.width
    assert window.height <= source.height
    assert source.width - window.width < 2 or source.height - window.height < 2
    assert abs(window.width - window.height * 9 / 16) <= 2


@pytest.mark.parametrize(
    ("strategy", "shown", "text"),
    [
        pytest.param(
            Strategy.CENTER_CROP,
            Size(360, 1280),
            "crop=360:640:0:320,",
            id="narrow: above and below",
        ),
        pytest.param(Strategy.LETTERBOX, Size(640, 640), "zscale=1080:1080:", id="letterbox"),
        pytest.param(Strategy.BLUR_FILL, Size(640, 640), "split", id="blurred"),
        pytest.param(Strategy.BLUR_FILL, Size(720, 1280), "zscale=1080:1920:", id="fills: no blur"),
        pytest.param(Strategy.LETTERBOX, Size(720, 1280), "zscale=1080:1920:", id="fills: no bars"),
    ],
)
def test_filters_fit_the_shape(strategy: Strategy, shown: Size, text: str) -> None:
    assert picture_filter(strategy, shown).startswith(text)


@given(duration_s=st.floats(0.1, 180), quality=st.sampled_from(Quality))
def test_what_a_budget_allows_fits_into_the_file(duration_s: float, quality: Quality) -> None:
    form = FORMS[quality]
    video_bits = video_budget_bps(form, duration_s) * (duration_s + IN_HAND_S)
    assert (video_bits + form.audio_bps * duration_s) / 8 < form.max_bytes
    assert 1_000_000 < video_budget_bps(form, duration_s) <= FASTEST_BPS
    assert video_budget_bps(form, duration_s, 0.5) <= video_budget_bps(form, duration_s)


@given(st.lists(st.floats(0.1, 180), min_size=1, max_size=50))
def test_parts_of_a_reel_add_up(durations_s: list[float]) -> None:
    counts = frames_of(durations_s, Fraction(30))
    assert sum(counts) / 30 == pytest.approx(sum(durations_s), abs=1 / 60 + 1e-6)
    assert all(
        abs(frames / 30 - length_s) <= 1 / 30 + 1e-6
        for frames, length_s in zip(counts, durations_s, strict=True)
    )


@pytest.mark.parametrize(
    ("height", "size"), [(360, Size(640, 360)), (720, Size(1280, 720)), (1080, Size(1920, 1080))]
)
def test_a_reel_is_wide(height: int, size: Size) -> None:
    assert reel_size(height) == size
    assert f"pad={size.width}:{size.height}:" in in_reel(Size(640, 480), size)


def test_moments_of_a_plan_count_from_the_first_frame_that_is_shown() -> None:
    keys = (CropKeyframe(at_s=0, x=0), CropKeyframe(at_s=1, x=200, jump=True))
    plan = CropPlan(
        source_width=640, source_height=360, window_width=202, window_height=360, keyframes=keys
    )
    assert "lt(t,0.998)" in followed(plan, 0.0)
    assert "lt(t,1.018)" in followed(plan, 0.02)
