"""Documents -> the names of their videos, told apart where two games share an id. Pure."""

import re
from typing import Final, NamedTuple

from reelmill.pipelines.replays.spec import game_id_of

#: Letters of a checksum that people are shown, to tell the few documents of one game apart.
SHOWN_LETTERS: Final = 8

#: Longest id that still takes a checksum behind it.
_MAX_ID = 118

_OBJECT = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{")
_IDS = (
    re.compile(rb'"game"\s*:\s*\{[^{}]*?"id"\s*:\s*"([^"\\]{1,200})"'),
    re.compile(rb'"metadata"\s*:\s*\{[^{}]*?"game_id"\s*:\s*"([^"\\]{1,200})"'),
)


class Named(NamedTuple):
    """What a file is called in this batch."""

    game_id: str
    """Names the job and the video."""

    base_id: str
    """The id as the document has it; the same as `game_id` unless another game took it first."""

    other: str = ""
    """The file that took the id first."""


def own_id(data: bytes, name: str) -> str:
    r"""The id in the document, else the one in the name of the file; safe in a path.

    The document is not parsed: this runs for every file of every batch, also for huge ones.

    >>> own_id(b'{"version": 1, "game": {"id": "0a1b"}}', "copy.json")
    '0a1b'
    >>> own_id(b"[]", "snake_game_2c3d.json")
    '2c3d'
    """
    found = ""
    if _OBJECT.match(data):
        matches = (pattern.search(data) for pattern in _IDS)
        found = next((match[1].decode("utf-8", "replace") for match in matches if match), "")
    safe = game_id_of(f"{found}.json") if found else ""
    return (safe or game_id_of(name) or "replay").lstrip("_-")[:_MAX_ID]


class Names:
    """The names given out in one batch. Files must come in the same order in every batch."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, str]] = {}
        self._seen: dict[str, str] = {}

    def twin(self, sha256: str, name: str) -> str:
        """The file that came before with the same content, empty when this is the first.

        >>> names = Names()
        >>> names.twin("c0ffee", "a.json"), names.twin("c0ffee", "b.json")
        ('', 'a.json')
        """
        first = self._seen.setdefault(sha256, name)
        return "" if first == name else first

    def give(self, game_id: str, sha256: str, name: str) -> Named:
        """Name a game: the first file of an id has it plain, another one with its checksum.

        >>> names = Names()
        >>> names.give("0a1b", "11112222ff", "a.json").game_id
        '0a1b'
        >>> names.give("0a1b", "33334444ff", "b.json")
        Named(game_id='0a1b-33334444', base_id='0a1b', other='a.json')
        """
        digest, first = self._first.setdefault(game_id, (sha256, name))
        if digest == sha256:
            return Named(game_id, game_id)
        return Named(told_apart(game_id, sha256), game_id, first)


def told_apart(game_id: str, sha256: str) -> str:
    """The name of a second document with the id of another.

    >>> told_apart("0a1b", "33334444ff")
    '0a1b-33334444'
    """
    return f"{game_id}-{sha256[:SHOWN_LETTERS]}"
