"""What the doctor sees, and what it advises."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from reelmill.cli.doctor import Health, examined
from reelmill.config import BadSettings, Settings

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def checks_of(done: "subprocess.CompletedProcess[str]") -> dict[str, str]:
    return {each["name"]: each["health"] for each in json.loads(done.stdout)["checks"]}


def test_everything_is_well_on_a_fresh_machine(reelmill: Run, tmp_path: Path) -> None:
    done = reelmill("doctor", "--json", "--home", "here")
    assert done.returncode == 0, done.stdout
    found = checks_of(done)
    assert found.keys() >= {"settings", "disk", "database", "clock", "store", "ffmpeg", "encoder"}
    assert found.keys() >= {"frames", "children", "fonts"}
    assert "fail" not in found.values()
    left = [path for path in (tmp_path / "here" / "store").rglob("*") if path.is_file()]
    assert left == [], "the probe is gone from the store"


def test_one_failure_does_not_hide_the_rest(reelmill: Run) -> None:
    done = reelmill(
        "doctor",
        "--json",
        REELMILL_FFMPEG="/nowhere/ffmpeg",
        REELMILL_STORE_URL="ftp://host",
        REELMILL_DATABASE_URL="mysql://host/x",
    )
    assert done.returncode == 1
    found = checks_of(done)
    failing = {name for name, health in found.items() if health == "fail"}
    assert failing == {"ffmpeg", "encoder", "store", "database"}
    assert found["children"] == found["frames"] == "ok"


def test_settings_that_cannot_be_read_are_the_only_check() -> None:
    def broken() -> Settings:
        raise BadSettings(setting="port", hint="Choose a number.")

    (check,) = examined(broken)
    assert (check.name, check.health, check.advice) == (
        "settings",
        Health.FAIL,
        "Choose a number.",
    )
