import numpy as np
import pytest

from reelmill.media.shapes import capsule, disc, oval, rounded_box


@pytest.mark.parametrize("radius", [3.0, 7.5, 12.0])
def test_a_disc_covers_its_area(radius: float) -> None:
    assert disc((40, 40), (20, 20), radius).sum() == pytest.approx(np.pi * radius**2, rel=0.02)


def test_an_oval_covers_its_area_however_it_is_turned() -> None:
    for tilt in (0.0, 0.7):
        area = oval((60, 60), (30, 30), (16, 8), tilt).sum()
        assert area == pytest.approx(np.pi * 16 * 8, rel=0.04)


def test_a_capsule_grows_thinner_on_its_way() -> None:
    mask = capsule((40, 60), (10, 20), (50, 20), 8, 3)
    assert mask[:, 15].sum() > mask[:, 45].sum() > 5
    assert capsule((40, 40), (20, 20), (20, 20), 5).sum() == pytest.approx(np.pi * 25, rel=0.03)


def test_a_box_loses_only_its_corners() -> None:
    mask = rounded_box((30, 50), radius=10)
    assert mask[0, 0] == 0
    assert mask[0, 25] == mask[15, 0] == 1
    assert mask.sum() == pytest.approx(30 * 50 - (4 - np.pi) * 100, rel=0.01)
