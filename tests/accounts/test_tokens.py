"""Tokens: who they speak for, and every way in which they do not count."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.provider import (
    AUDIENCE,
    ISSUER,
    SECRET,
    SigningKey,
    by_hand,
    claims,
    ec_key,
    publishing,
    rsa_key,
)

from reelmill.accounts.jwks import KeySet
from reelmill.accounts.tokens import MOST_LETTERS, BadToken, Published, Secret, Tokens, user_id_of
from reelmill.config import AccountsSettings

RSA, EC, STRANGER = rsa_key("rsa"), ec_key("ec"), rsa_key("rsa")
PAST = datetime.now(UTC) - timedelta(hours=1)
FUTURE = datetime.now(UTC) + timedelta(hours=1)

#: As `pipelines/shorts/spec.py` wants an owner who names a folder.
OWNER = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,127}$")


@pytest.fixture(scope="module")
def published() -> Iterator[Tokens]:
    """Reads tokens by keys that a real server publishes."""
    with publishing(RSA, EC) as provider:
        chosen = AccountsSettings(
            jwks_url=provider.url, jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwt_leeway_s=5
        )
        yield Tokens(Published(KeySet(provider.url)), chosen)


@pytest.fixture
def shared() -> Tokens:
    """Reads tokens by a shared secret."""
    chosen = AccountsSettings(jwt_secret=SECRET, jwt_issuer=ISSUER, jwt_audience=AUDIENCE)
    return Tokens(Secret(SECRET), chosen)


def signed(secret: str = SECRET, **changes: Any) -> str:
    return jwt.encode(claims(**changes), secret, algorithm="HS256")


@pytest.mark.parametrize("key", [RSA, EC], ids=["RS256", "ES256"])
def test_a_token_of_a_published_key_speaks_for_its_user(published: Tokens, key: SigningKey) -> None:
    caller = published.caller(key.token(name="Ann Smith"))
    assert (caller.user_id, caller.name, caller.is_operator) == ("jwt-ann", "Ann Smith", False)


def test_a_token_of_the_shared_secret_speaks_for_its_user(shared: Tokens) -> None:
    assert shared.caller(signed()).user_id == "jwt-ann"


WRONG = [
    pytest.param({"exp": PAST}, "it has expired", id="over"),
    pytest.param({"nbf": FUTURE}, "it is not valid yet", id="not yet valid"),
    pytest.param({"iat": FUTURE}, "it is not valid yet", id="made in the future"),
    pytest.param({"iss": "https://evil.example"}, "another issuer made it", id="wrong issuer"),
    pytest.param({"iss": None}, "a claim is missing", id="no issuer"),
    pytest.param({"aud": "others"}, "it is for another audience", id="wrong audience"),
    pytest.param({"aud": None}, "a claim is missing", id="no audience"),
    pytest.param({"exp": None}, "a claim is missing", id="for ever"),
    pytest.param({"sub": None}, "a claim is missing", id="no user"),
    pytest.param({"sub": " "}, "it names no user", id="a blank user"),
]


@pytest.mark.parametrize(("changes", "why"), WRONG)
def test_a_token_that_says_the_wrong_thing_does_not_count(
    shared: Tokens, published: Tokens, changes: dict[str, Any], why: str
) -> None:
    for tokens, token in ((shared, signed(**changes)), (published, RSA.token(**changes))):
        with pytest.raises(BadToken) as told:
            tokens.caller(token)
        assert told.value.facts == {"problem": why}


def test_a_user_that_is_no_text_does_not_count(shared: Tokens) -> None:
    payload = claims(sub=7, iat=None, exp=2**40)
    head = by_hand({"alg": "HS256"}, payload).rpartition(".")[0]
    seal = hmac.new(SECRET.encode(), head.encode(), hashlib.sha256).digest()
    with pytest.raises(BadToken):
        shared.caller(by_hand({"alg": "HS256"}, payload, seal))


def test_a_little_lateness_is_forgiven(published: Tokens) -> None:
    late = datetime.now(UTC) - timedelta(seconds=1)
    assert published.caller(EC.token(exp=late)).user_id == "jwt-ann"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_a_token_that_nobody_signed_does_not_count(
    shared: Tokens, published: Tokens, algorithm: str
) -> None:
    payload = claims(iat=None, exp=2**40)
    for tokens in (shared, published):
        for header in ({"alg": algorithm}, {"alg": algorithm, "kid": "rsa"}, {"kid": "rsa"}):
            with pytest.raises(BadToken):
                tokens.caller(by_hand(header, payload))


@pytest.mark.parametrize("key", [RSA, EC], ids=["RS256", "ES256"])
def test_a_public_key_does_not_pass_for_a_secret(published: Tokens, key: SigningKey) -> None:
    header = {"alg": "HS256", "typ": "JWT", "kid": key.kid}
    head = by_hand(header, claims(iat=None, exp=2**40)).rpartition(".")[0]
    seal = hmac.new(key.public_pem, head.encode(), hashlib.sha256).digest()
    with pytest.raises(BadToken) as told:
        published.caller(by_hand(header, claims(iat=None, exp=2**40), seal))
    assert told.value.facts == {"problem": "its algorithm is not accepted"}


def test_one_kind_of_key_does_not_pass_for_another(published: Tokens) -> None:
    swapped = jwt.encode(claims(), RSA.pem, algorithm="RS256", headers={"kid": "ec"})
    with pytest.raises(BadToken):
        published.caller(swapped)


def test_a_token_of_a_published_key_is_nothing_to_a_shared_secret(shared: Tokens) -> None:
    with pytest.raises(BadToken):
        shared.caller(RSA.token())


def test_a_stranger_with_the_right_name_of_a_key_does_not_count(published: Tokens) -> None:
    with pytest.raises(BadToken) as told:
        published.caller(STRANGER.token())
    assert told.value.facts == {"problem": "its signature is wrong"}


def test_a_key_that_the_token_brings_along_is_not_looked_at(published: Tokens) -> None:
    evil = {"kid": "evil", "jwk": STRANGER.published, "jku": "http://127.0.0.1:9/", "x5u": "x"}
    token = jwt.encode(claims(), STRANGER.pem, algorithm="RS256", headers=evil)
    with pytest.raises(BadToken) as told:
        published.caller(token)
    assert told.value.facts == {"problem": "its key is not known"}


def test_a_weak_key_does_not_count_although_it_is_published() -> None:
    weak = rsa_key("weak", bits=1024)
    with publishing(weak) as provider:
        chosen = AccountsSettings(jwks_url=provider.url, jwt_audience=AUDIENCE)
        tokens = Tokens(Published(KeySet(provider.url)), chosen)
        with pytest.warns(jwt.InsecureKeyLengthWarning):
            token = weak.token()
        with pytest.raises(BadToken):
            tokens.caller(token)


def test_an_absurdly_long_token_is_refused_unread(shared: Tokens) -> None:
    token = signed(padding="x" * MOST_LETTERS)
    with pytest.raises(BadToken) as told:
        shared.caller(token)
    assert told.value.facts == {"problem": "it is too long"}


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    chosen = AccountsSettings(jwt_secret=SECRET)
    for token in (text, f"{text}.{text}.{text}", signed() + text.replace("=", "") + "!"):
        with pytest.raises(BadToken):
            Tokens(Secret(SECRET), chosen).caller(token)


def test_another_claim_may_name_the_user() -> None:
    chosen = AccountsSettings(jwt_secret=SECRET, jwt_audience=AUDIENCE, jwt_user_claim="email")
    caller = Tokens(Secret(SECRET), chosen).caller(signed(email="ann@example.org", sub=None))
    assert caller.user_id == "jwt-ann@example.org"


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_users_of_the_provider_are_two_owners_here(one: str, other: str) -> None:
    ids = [user_id_of(one), user_id_of(other)]
    assert (ids[0] == ids[1]) is (one == other)
    for each in ids:
        assert OWNER.fullmatch(each)
        assert not each.startswith(("u-", "local"))


@pytest.mark.parametrize(
    "subject", ["local", "u-0a1b", "../../etc", "a/b", ".", "..", "x" * 5000, "jwt-ann", "\ud800"]
)
def test_no_user_of_the_provider_is_one_of_ours(subject: str) -> None:
    assert re.fullmatch(r"jwt-[A-Za-z0-9_.@-]{1,100}|jwth-[0-9a-f]{64}", user_id_of(subject))


def test_a_hashed_name_cannot_be_chosen() -> None:
    hashed = user_id_of("a/b")
    assert user_id_of(hashed) != hashed
    assert user_id_of(hashed.removeprefix("jwt")) != hashed


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        pytest.param({"jwt_secret": "x" * 31}, "32 bytes", id="a short secret"),
        pytest.param({"jwks_url": "https://id.example/k"}, "jwt_audience", id="no audience"),
        pytest.param(
            {"jwks_url": "http://id.example/k", "jwt_audience": "a"}, "https", id="in the clear"
        ),
        pytest.param({"jwks_url": "file:///etc", "jwt_audience": "a"}, "https", id="no address"),
        pytest.param(
            {"jwks_url": "https://a/k", "jwt_secret": SECRET, "jwt_audience": "a"},
            "not both",
            id="both ways",
        ),
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(
    section: dict[str, str], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem) as told:
        AccountsSettings(**section)
    assert SECRET not in str(told.value)
    assert "x" * 31 not in str(told.value)
