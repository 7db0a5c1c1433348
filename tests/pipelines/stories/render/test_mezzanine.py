from dataclasses import replace

import pytest
from tests.pipelines.stories.render.cutting_room import FORM, piece_of

from reelmill.media.geometry import Size
from reelmill.pipelines.stories.render.mezzanine import Form, conformed_frames, mezzanine_name
from reelmill.pipelines.stories.spec import Piece


@pytest.mark.parametrize(
    ("frames", "shown", "conformed"),
    [
        pytest.param(300, 300, 300, id="all of a clip that is all shown"),
        pytest.param(900, 2, 900, id="all of a clip of half a minute"),
        pytest.param(100_000, 2, 960, id="half a minute of an hour of which little is shown"),
        pytest.param(100_000, 961, 1920, id="the double where more is shown"),
        pytest.param(100_000, 100_000, 100_000, id="an hour that is all shown"),
        pytest.param(1000, 961, 1000, id="never more than there is"),
    ],
)
def test_no_more_is_conformed_than_twice_what_is_shown(
    frames: int, shown: int, conformed: int
) -> None:
    assert conformed_frames(piece_of(frames, shown), 30) == conformed


@pytest.mark.parametrize(
    ("piece", "form"),
    [
        pytest.param(piece_of(60, name="b"), FORM, id="content"),
        pytest.param(piece_of(61), FORM, id="length"),
        pytest.param(piece_of(60), replace(FORM, size=Size(640, 360)), id="size"),
        pytest.param(piece_of(60), replace(FORM, rate=25), id="rate"),
        pytest.param(piece_of(60), replace(FORM, logo_sha256="00"), id="logo"),
        pytest.param(piece_of(60), replace(FORM, plate_sha256="00"), id="plate"),
        pytest.param(piece_of(60), replace(FORM, encoder="h264_nvenc"), id="encoder"),
    ],
)
def test_another_name_for_another(piece: Piece, form: Form) -> None:
    assert mezzanine_name(piece, form) != mezzanine_name(piece_of(60), FORM)


def test_one_name_however_much_of_a_short_clip_is_shown() -> None:
    assert mezzanine_name(piece_of(60, 5), FORM) == mezzanine_name(piece_of(60), FORM)
