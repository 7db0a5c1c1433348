"""Users by command, before any server runs and while one does."""

import json
import subprocess
from collections.abc import Callable

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PASSWORD = "correct horse battery"


def test_a_user_is_added_listed_shut_out_and_let_in(reelmill: Run) -> None:
    empty = reelmill("users", "list")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "one local user" in empty.stderr
    added = reelmill("users", "add", "Ann", "--operator", "--password-stdin", stdin=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    assert added.stdout.startswith("ann u-")
    assert added.stderr == ""
    robot = json.loads(reelmill("users", "add", "robot", "--no-password", "--json").stdout)
    assert (robot["name"], robot["has_password"], robot["is_operator"]) == ("robot", False, False)
    assert reelmill("users", "disable", "robot").returncode == 0
    listed = json.loads(reelmill("users", "list", "--json").stdout)
    assert [(user["name"], bool(user["disabled_at"])) for user in listed] == [
        ("ann", False),
        ("robot", True),
    ]
    assert "argon2" not in str(listed)
    assert json.loads(reelmill("users", "enable", "robot", "--json").stdout)["disabled_at"] is None
    changed = reelmill("users", "password", "ann", "--password-stdin", stdin=PASSWORD + "!\n")
    assert changed.returncode == 0


def test_what_cannot_be_added_is_told_in_one_line(reelmill: Run) -> None:
    weak = reelmill("users", "add", "ann", "--password-stdin", stdin="short\n")
    assert weak.returncode == 1
    assert weak.stderr.startswith("reelmill: The password is too short or too long")
    nobody = reelmill("users", "add", "ann")
    assert nobody.returncode == 2
    assert "give --password-stdin" in nobody.stderr
    missing = reelmill("users", "disable", "bob")
    assert missing.returncode == 1
    assert "There is no such user" in missing.stderr
    for said in (weak, nobody, missing):
        assert len(said.stderr.splitlines()) == 1
    alone = reelmill("users", "add", "robot", "--no-password")
    assert "nobody is an operator yet" in alone.stderr
