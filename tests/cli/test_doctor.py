"""What the doctor sees, and what it advises."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.accounts.provider import publishing, rsa_key

from reelmill.app import build
from reelmill.cli.doctor import Check, Health, _accounts, examined
from reelmill.config import BadSettings, Settings
from reelmill.http import FetchFailed

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def checks_of(done: "subprocess.CompletedProcess[str]") -> dict[str, str]:
    return {each["name"]: each["health"] for each in json.loads(done.stdout)["checks"]}


def test_everything_is_well_on_a_fresh_machine(reelmill: Run, tmp_path: Path) -> None:
    done = reelmill("doctor", "--json", "--home", "here")
    assert done.returncode == 0, done.stdout
    found = checks_of(done)
    assert found.keys() >= {"settings", "disk", "database", "clock", "store", "ffmpeg", "encoder"}
    assert found.keys() >= {"frames", "children", "fonts", "accounts"}
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


def about_accounts(settings: Settings) -> list[Check]:
    """What the doctor says about accounts, in a home whose tables are there."""
    with build(settings):
        return list(_accounts(settings))


def test_a_house_without_accounts_is_well_as_long_as_it_listens_here(tmp_path: Path) -> None:
    (here,) = about_accounts(Settings(home=tmp_path))
    assert here.health is Health.OK
    assert here.found.startswith("not set up: one local user")
    (far,) = about_accounts(Settings(home=tmp_path, host="0.0.0.0"))
    assert far.health is Health.FAIL
    assert "reelmill users add NAME --operator" in far.advice


def test_a_house_with_accounts_says_how_many(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, host="0.0.0.0")
    with build(settings) as app:
        app.accounts.add_user("ann")
        app.accounts.add_user("bob")
        app.accounts.disable("bob")
    (check,) = about_accounts(settings)
    assert (check.health, check.found) == (Health.OK, "set up: 1 enabled users")


def test_a_provider_is_asked_for_its_keys(tmp_path: Path) -> None:
    with publishing(rsa_key("a")) as provider:
        section = {"jwks_url": provider.url, "jwt_audience": "x"}
        settings = Settings(home=tmp_path, accounts=section)
        found = about_accounts(settings)
        assert [check.name for check in found] == ["accounts", "jwks_url"]
        assert found[1].found == f"1 keys at {provider.url}"
        provider.status = 500
        with pytest.raises(FetchFailed):
            list(_accounts(settings))
