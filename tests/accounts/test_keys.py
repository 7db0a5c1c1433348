"""Keys: found by one part, opened by the other."""

import re

import pytest

from reelmill.accounts.keys import Parts, digest, new_key, opens, parts_of


def test_a_new_key_has_256_random_bits_and_can_be_told_from_other_text() -> None:
    key = new_key()
    assert re.fullmatch(r"rm_[0-9a-f]{12}_[0-9a-f]{64}", key.text)
    assert len({new_key().secret for _ in range(100)}) == 100


def test_a_key_is_taken_apart_as_it_was_put_together() -> None:
    key = new_key()
    assert parts_of(key.text) == key


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("rm_", id="only the mark"),
        pytest.param("rm_0a0a0a0a0a0a_" + "1b" * 31, id="a secret that is too short"),
        pytest.param("rm_0a0a0a0a0a0a_" + "1b" * 33, id="a secret that is too long"),
        pytest.param("RM_0A0A0A0A0A0A_" + "1B" * 32, id="other letters"),
        pytest.param("rm_0a0a0a0a0a0a_" + "1b" * 32 + "\n", id="a line end behind it"),
        pytest.param("rm_" + "x" * 1_000_000, id="a million letters"),
    ],
)
def test_anything_else_is_no_key(text: str) -> None:
    assert parts_of(text) is None


def test_only_the_secret_opens_and_only_its_digest_is_kept() -> None:
    key = Parts("0a" * 6, "1b" * 32)
    kept = digest(key.secret)
    assert key.secret not in kept
    assert opens(key.secret, kept)
    assert not opens("1c" * 32, kept)
    assert not opens("", kept)
