"""A token of the outside identity provider -> who it speaks for, or why it does not count.

The algorithm is never the token's choice: with a secret it is HS256 alone, with published keys
it is what the key is made for. So a public key can never pass for a secret.
"""

import hashlib
import re
from typing import Any, Final, NoReturn, Protocol

import jwt

from reelmill.accounts.caller import Caller
from reelmill.accounts.jwks import KeySet
from reelmill.config import AccountsSettings
from reelmill.errors import Refused

#: Longest token that is looked at. Real ones have 1 to 3 kB; headers end at 64 kB anyway.
MOST_LETTERS: Final = 8192

#: Longest name that is shown.
MOST_NAME: Final = 80

#: User ids of the provider that may stand in a store key as they are.
_SAFE: Final = re.compile(r"[A-Za-z0-9_.@-]{1,100}")

_SAID: Final[tuple[tuple[type[jwt.PyJWTError], str], ...]] = (
    (jwt.ExpiredSignatureError, "it has expired"),
    (jwt.ImmatureSignatureError, "it is not valid yet"),
    (jwt.InvalidIssuerError, "another issuer made it"),
    (jwt.InvalidAudienceError, "it is for another audience"),
    (jwt.MissingRequiredClaimError, "a claim is missing"),
    (jwt.InvalidAlgorithmError, "its algorithm is not accepted"),
    (jwt.InvalidSignatureError, "its signature is wrong"),
)


class BadToken(Refused):
    """The token does not count."""

    code = "invalid_token"


class Opener(Protocol):
    """Finds what a token has to be checked with."""

    def key_for(self, header: dict[str, Any]) -> tuple[Any, str]:
        """The key and the one algorithm that it may be used with."""


class Secret:
    """One secret that the provider shares with us.

    Args:
        secret: At least 32 bytes of text.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def key_for(self, _header: dict[str, Any]) -> tuple[Any, str]:
        """The secret, whatever the token says."""
        return self._secret, "HS256"


class Published:
    """Keys that the provider publishes.

    Args:
        keys: The set, by key id.
    """

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    def key_for(self, header: dict[str, Any]) -> tuple[Any, str]:
        """The key that the token names; without a name, the only one there is."""
        key = self._keys.find(header.get("kid"))
        if key is None:
            _refuse("its key is not known")
        return key, key.algorithm_name


class Tokens:
    """Reads tokens of one provider.

    Args:
        opener: Finds the key.
        chosen: What a token must say.
    """

    def __init__(self, opener: Opener, chosen: AccountsSettings) -> None:
        self._opener = opener
        self._chosen = chosen

    def caller(self, token: str) -> Caller:
        """Who a token speaks for.

        Raises:
            BadToken: it is forged, over, for somebody else, or none at all.
            KeysUnavailable: the provider's keys cannot be had.
        """
        claims = self._claims(token)
        subject = claims.get(self._chosen.jwt_user_claim)
        if not isinstance(subject, str) or not subject.strip():
            _refuse("it names no user")
        shown = next(
            (
                claims[claim]
                for claim in ("name", "preferred_username", "email")
                if isinstance(claims.get(claim), str) and claims[claim].strip()
            ),
            subject,
        )
        return Caller(user_id=user_id_of(subject), name=" ".join(shown.split())[:MOST_NAME])

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > MOST_LETTERS:
            _refuse("it is too long")
        chosen = self._chosen
        try:
            key, algorithm = self._opener.key_for(jwt.get_unverified_header(token))
            return jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=chosen.jwt_issuer or None,
                audience=chosen.jwt_audience or None,
                leeway=chosen.jwt_leeway_s,
                options={
                    "require": ["exp", chosen.jwt_user_claim],
                    "verify_iss": bool(chosen.jwt_issuer),
                    "verify_sub": chosen.jwt_user_claim == "sub",
                    "enforce_minimum_key_length": True,
                },
            )
        except jwt.PyJWTError as error:
            said = next((words for kind, words in _SAID if isinstance(error, kind)), "no token")
            raise BadToken(problem=said) from None


def user_id_of(subject: str) -> str:
    """The provider's name for a user as an owner, safe to be a part of a store key.

    The prefixes keep apart what was taken over, what had to be hashed, and accounts of our own.

    >>> user_id_of("0a1b-2c3d")
    'jwt-0a1b-2c3d'
    >>> user_id_of("auth0|../x")[:12]
    'jwth-6b162e7'
    """
    if _SAFE.fullmatch(subject):
        return f"jwt-{subject}"
    return f"jwth-{hashlib.sha256(subject.encode(errors='surrogatepass')).hexdigest()}"


def _refuse(problem: str) -> NoReturn:
    raise BadToken(problem=problem)
