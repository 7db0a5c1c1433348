"""Published keys: fetched over real HTTP, seldom, and kept for a while."""

import json
from collections.abc import Iterator

import pytest
from tests.accounts.provider import Provider, SigningKey, ec_key, publishing, rsa_key

from reelmill.accounts.jwks import FRESH_S, LEAST_WAIT_S, STALE_S, KeySet, KeysUnavailable, keys_in

FIRST, SECOND = ec_key("first"), ec_key("second")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with publishing(FIRST) as provider:
        yield provider


@pytest.fixture
def keys(provider: Provider, clock: Clock) -> KeySet:
    return KeySet(provider.url, clock)


def test_keys_are_fetched_once_for_many_tokens(provider: Provider, keys: KeySet) -> None:
    found = [keys.find("first") for _ in range(10)]
    assert all(key is not None and key.algorithm_name == "ES256" for key in found)
    assert provider.asked == 1


def test_keys_are_asked_for_again_after_a_while(
    provider: Provider, keys: KeySet, clock: Clock
) -> None:
    keys.find("first")
    provider.publish(SECOND)
    clock.now += FRESH_S + 1
    assert keys.find("first") is None, "a key that is no longer published does not count"
    assert keys.find("second") is not None
    assert provider.asked == 2


def test_an_unknown_key_is_looked_for_once_more_but_not_often(
    provider: Provider, keys: KeySet, clock: Clock
) -> None:
    keys.find("first")
    provider.publish(FIRST, SECOND)
    clock.now += LEAST_WAIT_S
    assert keys.find("second") is not None
    assert provider.asked == 2
    for number in range(50):
        assert keys.find(f"forged-{number}") is None
    assert provider.asked == 2
    clock.now += LEAST_WAIT_S
    assert keys.find("forged") is None
    assert provider.asked == 3


def test_a_provider_that_is_away_does_not_shut_everybody_out_at_once(
    provider: Provider, keys: KeySet, clock: Clock
) -> None:
    keys.find("first")
    provider.status = 500
    clock.now += FRESH_S + 1
    assert keys.find("first") is not None
    clock.now += STALE_S
    with pytest.raises(KeysUnavailable):
        keys.find("first")
    provider.status = 200
    clock.now += LEAST_WAIT_S
    assert keys.find("first") is not None


def test_without_any_key_nobody_asks_all_the_time(
    provider: Provider, keys: KeySet, clock: Clock
) -> None:
    provider.status = 404
    for _ in range(5):
        with pytest.raises(KeysUnavailable):
            keys.find("first")
    assert provider.asked == 1
    provider.status = 200
    clock.now += LEAST_WAIT_S
    assert keys.find("first") is not None


def test_a_token_without_a_key_id_takes_the_only_key(
    provider: Provider, keys: KeySet, clock: Clock
) -> None:
    assert keys.find(None) is not None
    provider.publish(FIRST, SECOND)
    clock.now += FRESH_S + 1
    keys.find("first")
    assert keys.find(None) is None


@pytest.mark.parametrize("kid", [1, ["first"], {"a": 1}, True, ""])
def test_an_odd_key_id_finds_nothing(keys: KeySet, kid: object) -> None:
    assert keys.find(kid) is None


@pytest.mark.parametrize(
    "document",
    [b"", b"<html>", b"[]", b"{}", b'{"keys": 1}', b"[" * 100_000],
)
def test_what_is_no_key_set_is_not_taken_for_one(document: bytes) -> None:
    with pytest.raises(KeysUnavailable):
        keys_in(document)


def listed(*changes: tuple[SigningKey, dict[str, object]]) -> bytes:
    return json.dumps({"keys": [{**key.published, **change} for key, change in changes]}).encode()


def test_keys_for_other_uses_are_passed_over() -> None:
    document = listed(
        (FIRST, {}),
        (SECOND, {"use": "enc"}),
        (rsa_key("third"), {"alg": "PS512"}),
        (ec_key("fourth"), {"crv": "P-999"}),
        (ec_key("odd"), {"kid": ["odd"]}),
        (ec_key("torn"), {"x": 7}),
        (ec_key("fifth"), {"kty": "oct", "k": "AAAA", "alg": "HS256"}),
    )
    assert set(keys_in(document)) == {"first"}


@pytest.mark.parametrize("entry", [b"1", b"null", b"[]", b"{}", b'{"kty": 1}', b'{"kty": "EC"}'])
def test_what_is_no_key_is_passed_over(entry: bytes) -> None:
    assert keys_in(b'{"keys": [' + entry + b"]}") == {}
