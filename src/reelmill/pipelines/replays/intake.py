"""A document or an address -> a replay in the store, where every node can reach it."""

import hashlib
import json
from typing import Final

from reelmill.pipelines.replays.spec import ReplaySpec, game_id_of
from reelmill.services import Services
from reelmill.units import StoreKey

#: Largest replay that is taken in, bytes. Real ones have at most 4.2 MB.
MAX_REPLAY_BYTES: Final = 64 * 1024 * 1024

#: Seconds that a fetch may take.
FETCH_LIMIT_S: Final = 60.0

#: Letters of a checksum that tell documents of one game apart, also those that somebody made alike.
DIGEST_LETTERS: Final = 32


def receive(spec: ReplaySpec, here: Services) -> ReplaySpec:
    """Put what the request carries or points at into the store, and name it by its key."""
    if spec.replay is not None:
        return _stored(spec, json.dumps(spec.replay, ensure_ascii=False).encode(), here)
    if spec.replay_url is not None:
        fetched = here.http.read(
            spec.replay_url, max_bytes=MAX_REPLAY_BYTES, timeout_s=FETCH_LIMIT_S
        )
        return _stored(spec, fetched, here)
    return spec


def keep(game_id: str, data: bytes, here: Services) -> StoreKey:
    """Store a replay under a name that its content decides; the same content is stored once."""
    key = input_key(game_id, hashlib.sha256(data).hexdigest())
    if not here.store.exists(key):
        here.store.put_bytes(key, data, content_type="application/json")
    return key


def input_key(game_id: str, sha256: str) -> StoreKey:
    """Where a replay of that content lies.

    >>> input_key("0a1b", "c0ffee" * 10)[:30]
    'replays/inputs/0a1b-c0ffeec0ff'
    """
    return StoreKey(f"replays/inputs/{game_id_of(game_id)}-{sha256[:DIGEST_LETTERS]}.json")


def _stored(spec: ReplaySpec, data: bytes, here: Services) -> ReplaySpec:
    key = keep(spec.game_id, data, here)
    return spec.model_copy(update={"replay_key": key, "replay": None, "replay_url": None})
