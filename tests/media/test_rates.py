from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.media.rates import USUAL, nominal_rate

NTSC = Fraction(30_000, 1001)


def even(rate: Fraction, count: int = 60, digits: int = 6) -> list[float]:
    return [round(float(n / rate), digits) for n in range(count)]


@pytest.mark.parametrize(
    ("times_s", "told", "rate"),
    [
        pytest.param(even(NTSC, digits=3), [NTSC], NTSC, id="a clock of milliseconds"),
        pytest.param(even(NTSC, digits=3), [None], NTSC, id="of which nothing is told"),
        pytest.param(even(Fraction(25, 2)), [Fraction(25, 2)], Fraction(25, 2), id="odd, told"),
        pytest.param(even(Fraction(7)), [None], Fraction(7), id="odd, not told"),
        pytest.param(even(Fraction(25)), [Fraction(50)], Fraction(25), id="told wrong"),
        pytest.param(even(Fraction(120)), [None], Fraction(60), id="every second frame of 120"),
        pytest.param(even(Fraction(144)), [None], Fraction(48), id="every third of 144"),
        pytest.param(
            [n / 30 for n in range(60) if n % 7], [Fraction(26)], Fraction(30), id="frames missing"
        ),
        pytest.param([0.0, 5.0, 10.0], [None], Fraction(1), id="slides: at least one a second"),
        pytest.param([3.0], [Fraction(24)], Fraction(24), id="a still, told"),
        pytest.param([], [None], Fraction(30), id="nothing known"),
    ],
)
def test_the_rate_is_the_sources_own(
    times_s: list[float], told: list[Fraction | None], rate: Fraction
) -> None:
    assert nominal_rate(times_s, told) == rate


@given(rate=st.sampled_from(USUAL), count=st.integers(10, 300), start_s=st.floats(0, 1000))
def test_usual_rates_are_known_again(rate: Fraction, count: int, start_s: float) -> None:
    times_s = [start_s + float(n / rate) for n in range(count)]
    assert nominal_rate(times_s, [None]) == rate
