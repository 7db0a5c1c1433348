"""Where global options may stand."""

import pytest

from reelmill.cli.words import hoisted


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param(["jobs", "list"], ["jobs", "list"], id="nothing to move"),
        pytest.param(["jobs", "-v", "list"], ["-v", "jobs", "list"], id="a flag in the middle"),
        pytest.param(["demo", "--home", "a"], ["--home", "a", "demo"], id="an option behind"),
        pytest.param(["demo", "--home=a b"], ["--home=a b", "demo"], id="an option with ="),
        pytest.param(["demo", "--home"], ["--home", "demo"], id="an option without its value"),
        pytest.param(["x", "--", "-v"], ["x", "--", "-v"], id="what follows -- is not touched"),
        pytest.param(
            ["x", "-q", "--debug", "-o", "f"], ["-q", "--debug", "x", "-o", "f"], id="several"
        ),
    ],
)
def test_global_options_may_stand_anywhere(typed: list[str], meant: list[str]) -> None:
    assert hoisted(typed) == meant
