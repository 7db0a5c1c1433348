from fractions import Fraction

import pytest

from reelmill.media.geometry import Size
from reelmill.media.profiles import PROFILES, BadRate, UnknownProfile, profile


@pytest.mark.parametrize(
    ("name", "size"),
    [("720p", Size(1280, 720)), ("1080p", Size(1920, 1080)), ("vertical", Size(1080, 1920))],
)
def test_a_name_gives_a_size_at_thirty_frames(name: str, size: Size) -> None:
    found = profile(name)
    assert (found.size, found.rate, found.gop_frames) == (size, Fraction(30), 60)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(UnknownProfile) as caught:
        profile("4k")
    assert all(name in caught.value.hint for name in PROFILES)


@pytest.mark.parametrize("fps", [0, -1, 61, Fraction(1, 2)])
def test_a_rate_out_of_range_is_refused(fps: Fraction) -> None:
    with pytest.raises(BadRate):
        profile("720p").with_rate(fps)


def test_key_frames_are_never_further_apart_than_two_seconds() -> None:
    for fps in (1, 7, 24, Fraction(30000, 1001), 60):
        at = profile("720p").with_rate(Fraction(fps))
        assert at.gop_frames / at.rate <= 2
