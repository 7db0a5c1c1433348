"""Keys by command."""

import json
import re
import subprocess
from collections.abc import Callable

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_key_is_printed_once_listed_without_its_secret_and_revoked(reelmill: Run) -> None:
    reelmill("users", "add", "robot", "--no-password")
    made = reelmill("keys", "new", "robot", "--label", "nightly run")
    assert made.returncode == 0, made.stderr
    key = made.stdout.strip()
    assert re.fullmatch(r"rm_[0-9a-f]{12}_[0-9a-f]{64}", key)
    again = json.loads(reelmill("keys", "new", "robot", "--json").stdout)
    assert again["key"].startswith(f"rm_{again['id']}_")
    listed = reelmill("keys", "list", "--user", "robot")
    assert [line.split("\t")[2] for line in listed.stdout.splitlines()] == [
        "made at the machine",
        "nightly run",
    ]
    assert key.rpartition("_")[2] not in listed.stdout
    assert reelmill("keys", "revoke", again["id"]).returncode == 0
    assert reelmill("keys", "revoke", again["id"]).returncode == 1
    left = json.loads(reelmill("keys", "list", "--json").stdout)
    assert [(each["user"], each["label"]) for each in left] == [("robot", "nightly run")]


def test_nobody_gets_a_key_for_somebody_who_is_not_there(reelmill: Run) -> None:
    assert "There is no such user" in reelmill("keys", "new", "ann").stderr
