"""A folder, a prefix of a store or an address -> the replay files in it, one by one, unread."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from reelmill.errors import BadMedia, NotFound
from reelmill.http import Fetcher
from reelmill.pipelines.replays.intake import FETCH_LIMIT_S, MAX_REPLAY_BYTES
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: JSON that lies beside replays and is something else. Source: the game's own repository.
_SIBLING = re.compile(r"^(game_index|stats.*)\.json$")


class NothingThere(NotFound):
    """There is no such folder or file."""


class BadIndex(BadMedia):
    """The list of games cannot be read."""


class Unreadable(BadMedia):
    """The file cannot be read."""


class Found(NamedTuple):
    """One file that ought to be a replay."""

    name: str
    """Path below the folder, key or address; unique within one run."""

    read: Callable[[], bytes]
    """Brings the bytes, not before they are needed; `ReelmillError` when it cannot."""


class Finds(NamedTuple):
    """What a place holds."""

    files: list[Found]
    """In natural order of their names."""

    siblings: tuple[str, ...] = ()
    """Names of JSON files that were passed over: known to lie beside replays, and to be none."""


def is_sibling(name: str) -> bool:
    """Whether a JSON file is one of those that lie beside replays.

    >>> is_sibling("games/stats_simple.json"), is_sibling("games/snake_game_0a.json")
    (True, False)
    """
    return _SIBLING.match(PurePosixPath(name).name) is not None


def natural(name: str) -> list[tuple[bool, int, str]]:
    """Sorts `game_10` behind `game_9`.

    >>> sorted(["g10.json", "g9.json"], key=natural)
    ['g9.json', 'g10.json']
    """
    parts = re.split(r"(\d{1,18})", name)
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def find(where: str, *, open_store: Callable[[str], Store], http: Fetcher) -> Finds:
    """All files that ought to be replays.

    Args:
        where: A folder or file, `s3://bucket/prefix`, or an http address of a replay or an index.
        open_store: Opens a store that is not ours.
        http: Fetches from addresses.

    Raises:
        NothingThere: no such folder or file.
        BadIndex: the address holds a list without file names.
    """
    scheme = urlsplit(where).scheme
    if scheme in {"http", "https"}:
        return _at_address(where, http)
    if "://" in where:
        return _in_store(open_store(where))
    return files_below(Path(where))


def files_below(folder: Path) -> Finds:
    """All files of a folder that ought to be replays, or the one file.

    Raises:
        NothingThere: no such folder or file.
    """
    if folder.is_file():
        return Finds([_on_disk(folder, folder.name)])
    if not folder.is_dir():
        raise NothingThere(path=str(folder))
    names = sorted(_json_below(folder), key=natural)
    files = [_on_disk(folder / name, name) for name in names if not is_sibling(name)]
    return Finds(files, tuple(filter(is_sibling, names)))


def _json_below(folder: Path) -> Iterator[str]:
    """Paths below the folder. Links are not followed, for they may run in circles."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(".json") and not name.startswith("."):
                yield (Path(place) / name).relative_to(folder).as_posix()


def _on_disk(path: Path, name: str) -> Found:
    def read() -> bytes:
        try:
            with path.open("rb") as file:
                return _within_limit(file.read(MAX_REPLAY_BYTES + 1), name)
        except OSError as error:
            raise Unreadable(file=name, problem=error.strerror or str(error)) from error

    return Found(name, read)


def _within_limit(data: bytes, name: str) -> bytes:
    if len(data) > MAX_REPLAY_BYTES:
        raise Unreadable(file=name, problem="larger than any replay", limit_bytes=MAX_REPLAY_BYTES)
    return data


def _in_store(store: Store) -> Finds:
    keys = sorted((stat.key for stat in store.list("")), key=natural)
    named = [key for key in keys if key.lower().endswith(".json")]
    files = [_in_object(store, key) for key in named if not is_sibling(key)]
    return Finds(files, tuple(filter(is_sibling, named)))


def _in_object(store: Store, key: StoreKey) -> Found:
    return Found(key, lambda: store.read(key, max_bytes=MAX_REPLAY_BYTES))


def _at_address(url: str, http: Fetcher) -> Finds:
    data = http.read(url, max_bytes=MAX_REPLAY_BYTES, timeout_s=FETCH_LIMIT_S)
    names = listed_files(data)
    if names is None:
        return Finds([Found(url, lambda: data)])
    if not names:
        raise BadIndex(url=url, problem="no entry names a file")
    return Finds([_at(urljoin(url, name), http) for name in names])


def _at(url: str, http: Fetcher) -> Found:
    return Found(url, lambda: http.read(url, max_bytes=MAX_REPLAY_BYTES, timeout_s=FETCH_LIMIT_S))


def listed_files(data: bytes) -> list[str] | None:
    """The file names of an index, in its order; None when the document is no list.

    >>> listed_files(b'[{"game_id": "0a", "filename": "snake_game_0a.json"}, {"game_id": "1b"}]')
    ['snake_game_0a.json', 'snake_game_1b.json']
    >>> listed_files(b'{"game": {}}')
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, list):
        return None
    names = (_file_of(entry) for entry in document if isinstance(entry, dict))
    return list(dict.fromkeys(name for name in names if name))


def _file_of(entry: dict[str, Any]) -> str:
    named, game_id = entry.get("filename"), entry.get("game_id")
    if isinstance(named, str) and named:
        return named
    return f"snake_game_{game_id}.json" if isinstance(game_id, str) and game_id else ""
