"""Passwords -> hashes by argon2id, and back only to yes or no."""

import threading
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from reelmill.errors import Refused

#: Fewest and most letters of a password.
LEAST_LETTERS: Final = 12
MOST_LETTERS: Final = 1024

#: Hashes made at once: each takes 64 MiB and a core for some 50 ms.
AT_ONCE: Final = 2

_hasher = PasswordHasher()
_turn = threading.BoundedSemaphore(AT_ONCE)


class WeakPassword(Refused):
    """The password is too short or too long."""


def hash_of(password: str) -> str:
    """What is kept of a password.

    Raises:
        WeakPassword: not of a length that is taken.
    """
    if not LEAST_LETTERS <= len(password) <= MOST_LETTERS:
        raise WeakPassword(hint=f"Take one of {LEAST_LETTERS} to {MOST_LETTERS} letters.")
    with _turn:
        return _hasher.hash(password)


def fits(password: str, password_hash: str) -> bool:
    """Whether a password is the one of this hash.

    Takes as long for a hash that is empty, for there is none of a name that does not exist.
    """
    known = bool(password_hash) and len(password) <= MOST_LETTERS
    with _turn:
        try:
            tried = password[:MOST_LETTERS]
            return _hasher.verify(password_hash or _nobodys(), tried) and known
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")
