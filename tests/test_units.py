import pytest

from reelmill.units import even


@pytest.mark.parametrize(
    ("given", "expected"), [(0, 0), (1, 0), (2.9, 2), (607.5, 606), (608, 608)]
)
def test_even_never_grows(given: float, expected: int) -> None:
    assert even(given) == expected
