"""Where captures belong, by what was played with and what was played."""

from pathlib import Path

import pytest

from reelmill.pipelines.captures.checks.games import game_of
from reelmill.pipelines.captures.tools.organise import Genre, copied, genre_of, sorted_out
from reelmill.storage.folder import SourceFolder
from reelmill.storage.memory import MemoryStore

pytestmark = pytest.mark.ffmpeg


def test_captures_are_copied_to_where_they_belong(shelf: dict[str, Path]) -> None:
    source, target = SourceFolder(shelf["obs"].parent), MemoryStore()
    keys = {kind: path.name for kind, path in shelf.items()}
    found = list(copied(sorted_out(source, list(keys.values())), source, target))
    places = {one.key: one.place for one in found}
    assert places[keys["keyboard"]] == f"kbm/fps/{keys['keyboard']}"
    assert places[keys["controller"]] == f"controller/other/{keys['controller']}"
    # The recorders in Python did not say which game it was, the first not what was done.
    assert places[keys["obs"]] == f"kbm/other/{keys['obs']}"
    assert places[keys["python-lists"]] == f"kbm/other/{keys['python-lists']}"
    assert places[keys["bundle"]] == f"kbm/other/{keys['bundle']}"
    assert places[keys["traps"]] is None
    assert [one.why.code for one in found if one.why] == ["refused_member"]
    for key, place in places.items():
        if place is not None:
            assert target.read(place) == (shelf["obs"].parent / key).read_bytes()
    assert len(list(target.list())) == len(shelf) - 1


@pytest.mark.parametrize(
    ("exe", "genre"),
    [
        ("cs2.exe", Genre.FPS),
        ("FortniteClient-Win64-Shipping.exe", Genre.TPS),
        ("portal2.exe", Genre.OTHER),
        ("eldenring.exe", Genre.OTHER),
        ("nobody-knows.exe", Genre.OTHER),
        (None, Genre.OTHER),
    ],
)
def test_games_have_a_genre(exe: str | None, genre: Genre) -> None:
    assert genre_of(game_of(exe)) is genre
