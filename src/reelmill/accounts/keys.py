"""API keys: `rm_<id>_<secret>`. The id finds the row, and of the secret only a hash is kept.

A plain SHA-256 is enough for it: the secret has 256 random bits, so there is nothing to guess.
"""

import hashlib
import hmac
import re
import secrets
from typing import Final, NamedTuple

#: Bytes of randomness.
ID_BYTES: Final = 6
SECRET_BYTES: Final = 32

_FORM: Final = re.compile(r"rm_([0-9a-f]{12})_([0-9a-f]{64})")


class Parts(NamedTuple):
    """A key, taken apart."""

    id: str
    """Finds it; no secret."""

    secret: str
    """Opens it."""

    @property
    def text(self) -> str:
        """The whole key, as its owner keeps it."""
        return f"rm_{self.id}_{self.secret}"


def new_key() -> Parts:
    """A key that nobody has."""
    return Parts(secrets.token_hex(ID_BYTES), secrets.token_hex(SECRET_BYTES))


def parts_of(text: str) -> Parts | None:
    """A key taken apart, None for what is none.

    >>> parts_of("rm_" + "0a" * 6 + "_" + "1b" * 32).id
    '0a0a0a0a0a0a'
    >>> parts_of("rm_0a_1b")
    """
    found = _FORM.fullmatch(text)
    return Parts(*found.groups()) if found else None


def digest(secret: str) -> str:
    """What is kept of a random secret, in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opens(secret: str, secret_sha256: str) -> bool:
    """Whether a secret is the one of this digest; takes as long for any wrong one."""
    return hmac.compare_digest(digest(secret), secret_sha256)
