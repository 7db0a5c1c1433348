"""What games are called: also hostile ones, and two that share an id."""

import pytest
from pydantic import TypeAdapter

from reelmill.pipelines.replays.batch.names import Names, own_id
from reelmill.pipelines.replays.spec import GameId


@pytest.mark.parametrize(
    ("document", "name", "game_id"),
    [
        pytest.param(b'{"game": {"id": "0a1b"}}', "x.json", "0a1b", id="native"),
        pytest.param(
            b'{"metadata": {"game_id": "0a1b"}, "rounds": []}', "x.json", "0a1b", id="legacy"
        ),
        pytest.param(b'\xef\xbb\xbf {"game":\r\n{"id":"0a1b"}}', "x.json", "0a1b", id="a BOM"),
        pytest.param(b'{"a": 1}', "snake_game_0a1b.json", "0a1b", id="the name of the file"),
        pytest.param(b"", "a/b/0a1b_replay.json", "0a1b", id="an empty file in a folder"),
        pytest.param(b"[]", "\xdf\u4e2d.json", "replay", id="nothing to go by"),
        pytest.param(
            b'[{"game": {"id": "0a1b"}}]', "index.json", "index", id="a list is no replay"
        ),
        pytest.param(
            b'{"game": {"id": "../../etc/passwd"}}', "x.json", "passwd", id="a path is no id"
        ),
        pytest.param(b'{"game": {"id": "--x y"}}', "n.json", "x-y", id="an option is no id"),
        pytest.param(
            b'{"rationale": "\\"game\\": {\\"id\\": \\"evil\\"}", "game": {"id": "ok"}}',
            "x.json",
            "ok",
            id="a thought that quotes JSON",
        ),
    ],
)
def test_the_id_of_a_game(document: bytes, name: str, game_id: str) -> None:
    assert own_id(document, name) == game_id


@pytest.mark.parametrize("wild", ["x" * 5000, "\u202e\u0000", "...", "a/b\\c", "%s" * 50, ""])
def test_every_id_names_a_job(wild: str) -> None:
    found = own_id(f'{{"game": {{"id": "{wild[:190]}"}}}}'.encode(), f"{wild}.json")
    TypeAdapter(GameId).validate_python(f"{found}-12345678")


def test_the_first_of_two_games_keeps_the_id() -> None:
    names = Names()
    assert names.give("0a", "1111aaaa00", "a.json").game_id == "0a"
    second = names.give("0a", "2222bbbb00", "b.json")
    assert second == ("0a-2222bbbb", "0a", "a.json")
    assert names.give("0a", "1111aaaa00", "c.json").game_id == "0a"


def test_the_same_content_is_known_by_its_first_file() -> None:
    names = Names()
    assert names.twin("1111", "a.json") == ""
    assert names.twin("2222", "b.json") == ""
    assert names.twin("1111", "c.json") == "a.json"
