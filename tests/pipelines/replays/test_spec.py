"""A request names one game, one source, one look; together they make the key."""

import pickle
from typing import Any

import pytest
from pydantic import ValidationError
from tests.pipelines.replays.documents import legacy, n1

from reelmill.pipelines.replays.spec import BrokenReplay, NotAReplay, ReplaySpec, game_id_of


@pytest.mark.parametrize(
    ("look", "key"),
    [
        pytest.param({}, "0a1b", id="the default look has no variant"),
        pytest.param({"theme": "dark"}, "0a1b.dark", id="a theme"),
        pytest.param({"profile": "1080p"}, "0a1b.1080p", id="a profile"),
        pytest.param(
            {"profile": "vertical", "theme": "dark"}, "0a1b.vertical-dark", id="profile and theme"
        ),
        pytest.param({"fps": 60}, "0a1b.60fps", id="a frame rate"),
        pytest.param({"seconds_per_round": 0.25}, "0a1b.250ms", id="a pace"),
        pytest.param(
            {"profile": "720p", "theme": "light", "fps": 30, "seconds_per_round": 0.5},
            "0a1b",
            id="the default look spelled out",
        ),
    ],
)
def test_the_key_tells_what_differs_from_the_default(look: dict[str, Any], key: str) -> None:
    assert ReplaySpec(game_id="0a1b", replay_key="a.json", **look).key == key


@pytest.mark.parametrize(
    ("asked", "game_id"),
    [
        pytest.param({"replay": n1()}, "0a1b", id="from a new document"),
        pytest.param({"replay": legacy()}, "0a1b", id="from an old document"),
        pytest.param({"replay_key": "in/snake_game_7c.json"}, "7c", id="from the key"),
        pytest.param({"replay_url": "https://x.org/a/7c.json?v=2"}, "7c", id="from the address"),
        pytest.param({"replay_key": "a.json", "game_id": "mine"}, "mine", id="from the request"),
    ],
)
def test_the_game_is_named(asked: dict[str, Any], game_id: str) -> None:
    assert ReplaySpec(**asked).game_id == game_id


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"game_id": "a"}, id="no source"),
        pytest.param({"replay_key": "a.json", "replay": {}}, id="two sources"),
        pytest.param({"replay": {}}, id="a document without an id"),
        pytest.param({"replay_key": "a.json", "game_id": "../a"}, id="a path for an id"),
        pytest.param({"replay_key": "a.json", "game_id": "a.dark"}, id="an id like a variant"),
        pytest.param({"replay_key": "a.json", "game_id": "a\n"}, id="an id with a line break"),
        pytest.param({"replay_url": "file:///etc/passwd"}, id="an address of a file"),
        pytest.param({"replay_key": "a.json", "fps": 9}, id="too few frames"),
        pytest.param({"replay_key": "a.json", "fps": 61}, id="too many frames"),
        pytest.param({"replay_key": "a.json", "fps": 29.97}, id="a fraction of a frame"),
        pytest.param({"replay_key": "a.json", "seconds_per_round": 0.05}, id="too fast"),
        pytest.param({"replay_key": "a.json", "seconds_per_round": 11}, id="too slow"),
        pytest.param({"replay_key": "a.json", "seconds_per_round": float("nan")}, id="no pace"),
        pytest.param({"replay_key": "a.json", "profile": "4k"}, id="an unknown profile"),
        pytest.param({"replay_key": "a.json", "theme": "pink"}, id="an unknown theme"),
        pytest.param({"replay_key": "a.json", "frames": 3}, id="an unknown wish"),
    ],
)
def test_what_cannot_be_done_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReplaySpec(**asked)


@pytest.mark.parametrize(
    ("file_name", "game_id"),
    [
        pytest.param("snake_game_97c1dad4-3905.json", "97c1dad4-3905", id="as replays are named"),
        pytest.param("97c1dad4_replay.json", "97c1dad4", id="as videos were named"),
        pytest.param("C:\\games\\snake_game_a1.JSON", "a1", id="on Windows"),
        pytest.param("a b/игра 1.json", "1", id="in another script"),
        pytest.param("..", "", id="nothing to take"),
        pytest.param("x" * 200, "x" * 128, id="a long one is cut"),
    ],
)
def test_a_file_name_gives_an_id(file_name: str, game_id: str) -> None:
    assert game_id_of(file_name) == game_id


def test_an_error_is_one_line_with_the_place_and_the_file() -> None:
    error = BrokenReplay(where="frames[3]", problem="expected an\nobject", file="a.json")
    assert error.message == "The replay cannot be shown: frames[3]: expected an object [a.json]"
    assert str(NotAReplay(problem="a list")) == "This is not a game replay: a list"


def test_an_error_crosses_a_process_boundary_whole() -> None:
    error = BrokenReplay(where="frames[3]", problem="x", file="a.json")
    assert pickle.loads(pickle.dumps(error)).message == error.message
