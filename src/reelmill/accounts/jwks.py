"""The address of an identity provider -> its public keys, fetched seldom and kept for a while."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import jwt
import structlog

from reelmill.errors import ReelmillError, Unavailable
from reelmill.http import Fetcher

log = structlog.get_logger()

#: Seconds after which the keys are asked for again.
FRESH_S: Final = 600.0

#: Seconds for which keys are used on when the provider does not answer.
STALE_S: Final = 86_400.0

#: Least seconds between two requests, whatever tokens come.
LEAST_WAIT_S: Final = 30.0

#: Seconds and bytes that an answer may take.
FETCH_LIMIT_S: Final = 5.0
MAX_BYTES: Final = 512 * 1024

#: The address is the operator's own, so it may lie in a private network.
EVERY_NETWORK: Final = ("0.0.0.0/0", "::/0")

#: Keys for anything else are passed over.
ALGORITHMS: Final = frozenset({"RS256", "ES256"})


class KeysUnavailable(Unavailable):
    """The keys of the identity provider cannot be had."""


class KeySet:
    """The public keys of a provider. Threads may share it.

    Args:
        url: Where they are published.
        clock: Seconds that only grow.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._fetching = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._asked_at: float | None = None

    def find(self, kid: object) -> jwt.PyJWK | None:
        """The key of this id; without an id the only key, if there is but one.

        An id that is not known may be new: the keys are fetched once more, though not often.
        Who has a key does not wait for a provider that is slow.

        Raises:
            KeysUnavailable: there are none to look through.
        """
        found = self._look_up(kid)
        if found is None or not self._newer_than(FRESH_S):
            self._refresh(wait_s=FETCH_LIMIT_S if found is None else 0)
            found = self._look_up(kid)
        if not self._newer_than(STALE_S):
            raise KeysUnavailable(hint="See that jwks_url answers; `reelmill doctor` asks it.")
        return found

    def _look_up(self, kid: object) -> jwt.PyJWK | None:
        keys = self._keys
        if kid is None and len(keys) == 1:
            return next(iter(keys.values()))
        return keys.get(kid) if isinstance(kid, str) else None

    def _newer_than(self, age_s: float) -> bool:
        return self._fetched_at is not None and self._clock() - self._fetched_at <= age_s

    def _refresh(self, *, wait_s: float) -> None:
        """Fetch the keys, or wait so long for whoever does it already."""
        if not self._fetching.acquire(timeout=wait_s):
            return
        try:
            now = self._clock()
            if self._asked_at is None or now - self._asked_at >= LEAST_WAIT_S:
                self._asked_at = now
                self._keys = fetch(self._url)
                self._fetched_at = now
        except ReelmillError as error:
            log.warning("keys of the identity provider cannot be fetched", error=error.message)
        finally:
            self._fetching.release()


def fetch(url: str) -> dict[str, jwt.PyJWK]:
    """The usable keys that are published at an address, by their id.

    Raises:
        KeysUnavailable: what is there is no key set.
        ReelmillError: whatever else the fetcher meets.
    """
    with closing(Fetcher(EVERY_NETWORK, stall_s=FETCH_LIMIT_S)) as http:
        return keys_in(http.read(url, max_bytes=MAX_BYTES, timeout_s=FETCH_LIMIT_S))


def keys_in(document: bytes) -> dict[str, jwt.PyJWK]:
    """The usable keys of a JSON Web Key Set, by their id.

    Raises:
        KeysUnavailable: the document is none.
    """
    try:
        listed = list(json.loads(document)["keys"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeysUnavailable(problem="the answer is no key set") from error
    return dict(filter(None, map(_usable, listed)))


def _usable(listed: Any) -> tuple[str, jwt.PyJWK] | None:
    """A key and its id, None for what is none of ours to use."""
    if not isinstance(listed, dict) or listed.get("use", "sig") != "sig":
        return None
    kid = listed.get("kid", "")
    try:
        key = jwt.PyJWK(listed)
    except jwt.PyJWTError:
        return None
    return (kid, key) if isinstance(kid, str) and key.algorithm_name in ALGORITHMS else None
