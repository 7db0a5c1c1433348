"""One game, written in every variant, reads the same; each oddity is survived."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.pipelines.replays.documents import (
    AFTER_1,
    FATAL_MOVES,
    MOVES_1,
    START,
    VARIANTS,
    Json,
    frame,
    legacy,
    moves,
    n1,
    n2,
    new,
    player,
    record,
    state,
    written,
)

from reelmill.pipelines.replays.game import Cell, Direction, Game, Outcome
from reelmill.pipelines.replays.reading.faults import Severity
from reelmill.pipelines.replays.reading.reader import diagnose, read_game, repair
from reelmill.pipelines.replays.spec import BrokenReplay, NotAReplay


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS.keys())
def game(request: pytest.FixtureRequest) -> Game:
    return read_game(written(request.param()))


def directions(made: dict[str, Any]) -> dict[str, str]:
    return {sid: move.direction for sid, move in made.items()}


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_variant_is_recognised(variant: str) -> None:
    assert read_game(written(VARIANTS[variant]())).schema == variant


def test_the_states_are_the_start_and_what_every_round_led_to(game: Game) -> None:
    assert [dict(each.snakes) for each in game.states] == [
        {"0": (Cell(4, 8),), "1": (Cell(7, 2),)},
        {"0": (Cell(4, 9),), "1": (Cell(6, 2),)},
    ]
    assert [each.round for each in game.states] == [0, 1]


def test_a_move_leads_from_its_state_to_the_next(game: Game) -> None:
    assert [directions(made) for made in game.moves] == [{"0": "UP", "1": "LEFT"}]


def test_the_fatal_round_has_its_moves(game: Game) -> None:
    assert directions(game.final_moves) == {"0": "UP", "1": "DOWN"}
    assert game.final_moves["0"].rationale == "I go UP"


def test_the_crash_cell_is_where_the_head_went(game: Game) -> None:
    (death,) = game.deaths
    assert (death.player_id, death.reason, death.round) == ("0", "wall", 2)
    assert (death.fatal_move, death.crash_cell) == (Direction.UP, Cell(4, 10))
    assert death.state_index == len(game.states)


def test_the_fatal_round_counts_as_shown_whatever_the_document_counts(game: Game) -> None:
    assert game.ends_in_crash
    assert game.rounds == 2


def test_players_have_names_results_and_scores(game: Game) -> None:
    assert [(each.id, each.name, each.result) for each in game.players] == [
        ("0", "left", Outcome.LOST),
        ("1", "right", Outcome.WON),
    ]


def test_nothing_is_wrong_with_it(game: Game) -> None:
    assert game.repairs == ()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_doctor_finds_nothing(variant: str) -> None:
    assert diagnose(written(VARIANTS[variant]())) == []


def test_a_copy_of_the_old_block_does_not_make_a_new_document_old() -> None:
    assert "metadata" in n1()
    assert read_game(written(n1())).schema == "N1"


def test_figures_of_a_new_document_come_from_its_totals() -> None:
    game = read_game(written(n1()))
    assert [(p.input_tokens, p.output_tokens, p.cost_usd) for p in game.players] == [
        (20, 2, 1.0),
        (20, 2, 1.0),
    ]
    assert game.total_cost_usd == 2.0


def test_figures_of_an_old_document_are_added_up_from_its_moves() -> None:
    game = read_game(written(legacy()))
    assert [(p.input_tokens, p.output_tokens, p.cost_usd) for p in game.players] == [
        (20, 2, 1.0),
        (20, 2, 1.0),
    ]
    assert game.total_cost_usd == 2.0


def test_later_old_documents_bring_costs_of_their_own() -> None:
    document = legacy()
    document["metadata"] |= {"total_cost": 7.5, "player_costs": {"0": 3.0, "1": 4.5}}
    game = read_game(written(document))
    assert [p.cost_usd for p in game.players] == [3.0, 4.5]
    assert game.total_cost_usd == 7.5


def test_a_one_frame_game_has_its_start_and_its_crash() -> None:
    end = state(START["snakes"], dead="1")
    document = new([frame(0, end, moves(s0="UP", s1="DOWN"), dies="1")], rounds_played=1)
    document["players"]["0"]["death"] = None
    game = read_game(written(document))
    assert (len(game.states), game.rounds, game.ends_in_crash) == (1, 1, True)
    assert game.schema == "N1"
    assert game.deaths[0].crash_cell == Cell(7, 1)


def test_a_game_without_frames_shows_its_start() -> None:
    document = new([], rounds_played=0)
    document["players"]["0"]["death"] = None
    game = read_game(written(document))
    assert (len(game.states), game.moves, game.rounds) == (1, (), 0)


def test_an_early_file_without_a_start_apart_begins_with_its_first_frame() -> None:
    document = n2()
    del document["initial_state"]
    game = read_game(written(document))
    assert game.states[0].snakes["0"] == (Cell(4, 8),)
    assert directions(game.moves[0]) == {"0": "UP", "1": "LEFT"}


def test_a_game_that_hit_the_round_limit_ends_without_a_crash() -> None:
    document = new([frame(0, AFTER_1, MOVES_1)], rounds_played=1)
    document["players"]["0"]["death"] = None
    game = read_game(written(document))
    assert (game.rounds, game.ends_in_crash, game.deaths) == (1, False, ())
    assert game.final_moves == {}


def test_a_migrated_game_at_the_round_limit_keeps_the_thoughts_of_its_last_state() -> None:
    document = new([frame(0, START, MOVES_1), frame(1, AFTER_1, FATAL_MOVES)], rounds_played=2)
    document["players"]["0"]["death"] = None
    game = read_game(written(document))
    assert (game.schema, game.rounds, game.ends_in_crash) == ("N2", 1, False)
    assert directions(game.final_moves) == {"0": "UP", "1": "DOWN"}


def test_a_last_record_that_changes_nothing_is_left_out() -> None:
    document = n2()
    document["players"]["0"]["death"] = None
    document["frames"][2]["state"] = AFTER_1
    game = read_game(written(document))
    assert (len(game.states), game.ends_in_crash, game.deaths) == (2, False, ())


def test_a_death_that_no_state_shows_becomes_the_fatal_round() -> None:
    document = n2()
    document["frames"] = document["frames"][:2]
    game = read_game(written(document))
    assert (game.ends_in_crash, game.rounds) == (True, 2)
    assert game.deaths[0].crash_cell == Cell(4, 10)


def three_snakes() -> Json:
    """Snake 2 dies in round 1 and lies there; snake 1 dies in round 2, while 0 moves on."""
    ids = ("0", "1", "2")
    boards = [
        state({"0": [[1, 1]], "1": [[0, 5]], "2": [[9, 9]]}),
        state({"0": [[2, 1]], "1": [[0, 4]], "2": [[9, 9]]}, dead="2"),
        state({"0": [[3, 1]], "1": [[0, 4]], "2": [[9, 9]]}, dead="12"),
    ]
    first = moves(s0="RIGHT", s1="DOWN", s2="UP")
    second: Json = moves(s0="RIGHT", s1="LEFT") | {"2": None}
    document = legacy()
    document["rounds"] = [
        record(0, boards[0], []),
        record(1, boards[1], [first]),
        record(2, boards[2], [first, second]),
    ]
    document["metadata"] |= {
        "models": dict.fromkeys(ids, "same name"),
        "game_result": {"0": "won", "1": "lost", "2": "lost"},
        "final_scores": dict.fromkeys(ids, 0),
        "death_info": {
            "1": {"reason": "wall", "round": 1},
            "2": {"reason": "wall", "round": 0},
        },
        "actual_rounds": 2,
    }
    return document


def test_a_snake_may_die_in_the_middle_of_a_game() -> None:
    game = read_game(written(three_snakes()))
    assert [(d.player_id, d.state_index, d.crash_cell) for d in game.deaths] == [
        ("2", 1, Cell(9, 10)),
        ("1", 2, Cell(-1, 4)),
    ]


def test_the_last_state_of_three_snakes_is_kept_because_the_survivor_moved() -> None:
    game = read_game(written(three_snakes()))
    assert (len(game.states), game.rounds, game.ends_in_crash) == (3, 2, False)


def test_the_null_move_of_a_dead_snake_is_no_move() -> None:
    game = read_game(written(three_snakes()))
    assert directions(game.moves[1]) == {"0": "RIGHT", "1": "LEFT"}


def test_players_of_the_same_name_stay_apart() -> None:
    game = read_game(written(three_snakes()))
    assert {p.name for p in game.players} == {"same name"}
    assert [p.id for p in game.players] == ["0", "1", "2"]


def test_a_snake_that_is_left_out_after_its_death_has_no_cells() -> None:
    document = three_snakes()
    for name in ("snake_positions", "alive", "scores"):
        del document["rounds"][2][name]["2"]
    game = read_game(written(document))
    assert game.states[2].snakes["2"] == ()
    assert game.states[2].alive == {"0": True, "1": False, "2": False}


def test_the_reason_of_a_death_may_stand_in_the_events_alone() -> None:
    document = n1()
    document["players"]["0"]["death"] = None
    assert read_game(written(document)).deaths[0].reason == "wall"


@pytest.mark.parametrize(
    ("width", "height"),
    [
        pytest.param(4, 50, id="the narrowest and highest"),
        pytest.param(50, 4, id="the widest and lowest"),
        pytest.param(15, 10, id="wider than high"),
    ],
)
def test_boards_need_not_be_square(width: int, height: int) -> None:
    corner = [width - 1, height - 1]
    start = state({"0": [corner], "1": [[0, 0]]}, apples=[])
    document = new([frame(0, start, {})], rounds_played=1, initial=start)
    document["game"]["board"] |= {"width": width, "height": height}
    game = read_game(written(document))
    assert (game.width, game.height) == (width, height)
    assert game.states[0].snakes["0"] == (Cell(*corner),)


def test_four_snakes_may_play() -> None:
    snakes = {str(number): [[number * 2, 0]] for number in range(4)}
    document = new([], rounds_played=0, initial=state(snakes))
    document["players"] = {sid: player(f"model {sid}", "tied") for sid in snakes}
    game = read_game(written(document))
    assert [p.name for p in game.players] == ["model 0", "model 1", "model 2", "model 3"]


@pytest.mark.parametrize(
    ("encode", "repairs"),
    [
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), 0, id="CRLF"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), 1, id="a byte order mark"),
        pytest.param(lambda text: (text + "\n\n").encode(), 0, id="blank lines behind"),
        pytest.param(lambda text: text.encode() + b"\0" * 512, 1, id="zero bytes behind"),
        pytest.param(lambda text: (text + text).encode(), 1, id="written twice"),
        pytest.param(lambda text: (text + "\n" + text).encode(), 1, id="twice, a line between"),
        pytest.param(lambda text: (text + text[:99]).encode(), 1, id="the start of a second copy"),
    ],
)
def test_the_file_may_be(encode: Callable[[str], bytes], repairs: int) -> None:
    text = json.dumps(n1(), indent=2)
    data = encode(text)
    game = read_game(data)
    assert len(game.repairs) == repairs
    assert game.states == read_game(text.encode()).states
    repaired = repair(data)
    assert (repaired is not None) == bool(repairs)
    assert repaired is None or (diagnose(repaired) == [] and json.loads(repaired) == n1())


def test_letters_of_all_scripts_survive_escaped_or_not() -> None:
    thought = "苹果 🍎 яблоко تفاحة \x07 e\u0301"
    document = n1()
    document["frames"][0]["moves"]["0"]["rationale"] = thought
    document["players"]["0"]["name"] = thought
    for ascii_only in (True, False):
        game = read_game(json.dumps(document, ensure_ascii=ascii_only).encode())
        assert game.moves[0]["0"].rationale == thought
        assert game.players[0].name == thought


def test_a_thought_of_344000_characters_is_cut_to_what_can_be_shown() -> None:
    document = n1()
    document["frames"][0]["moves"]["0"]["rationale"] = "x" * 344_056
    assert len(read_game(written(document)).moves[0]["0"].rationale) == 4_000


def test_half_a_surrogate_pair_is_replaced() -> None:
    document = n1()
    document["frames"][0]["moves"]["0"]["rationale"] = "a\ud83d"
    assert read_game(written(document)).moves[0]["0"].rationale == "a\ufffd"


@pytest.mark.parametrize(
    ("document_id", "name", "game_id"),
    [
        pytest.param("0a1b", "snake_game_other.json", "0a1b", id="the document's own"),
        pytest.param("", "in/snake_game_7c7c.json", "7c7c", id="else from the name of the file"),
        pytest.param("../../etc/passwd", "", "passwd", id="never a path"),
        pytest.param("///", "", "game", id="a word where there is nothing else"),
    ],
)
def test_the_game_id_is(document_id: str, name: str, game_id: str) -> None:
    document = n1()
    document["game"]["id"] = document_id
    assert read_game(written(document), name=name).game_id == game_id


def change(path: str, value: object) -> bytes:
    """The N1 game with one value put in place of another."""
    document = n1()
    at: Any = document
    *way, last = path.split("/")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return written(document)


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        pytest.param(
            "frames/1/state/snakes/0/0",
            "a",
            'frames[1].state.snakes["0"][0]: expected [x, y], found "a"',
            id="a word for a cell",
        ),
        pytest.param(
            "frames/1/state/snakes/0/0",
            [10, 3],
            'frames[1].state.snakes["0"][0]: [10, 3] is off the 10x10 board',
            id="a cell off the board",
        ),
        pytest.param(
            "frames/0/state/apples",
            [[True, 3]],
            "frames[0].state.apples[0]: expected [x, y], found [true, 3]",
            id="true for a number",
        ),
        pytest.param(
            "frames/0/state/apples",
            {},
            "frames[0].state.apples: expected a list of [x, y], found an object of 0",
            id="an object for a list of cells",
        ),
        pytest.param(
            "frames/0/state/apples",
            [[1, 1]] * 101,
            "frames[0].state.apples: 101 cells on a board of 100",
            id="more cells than there are",
        ),
        pytest.param(
            "frames/0/state",
            7,
            "frames[0].state: expected an object, found 7",
            id="a number for a state",
        ),
        pytest.param("frames/0", None, "frames[0]: expected an object, found null", id="no frame"),
        pytest.param("frames", "x", 'frames: expected a list, found "x"', id="no frames"),
        pytest.param(
            "game/board/width",
            1e308,
            "game.board.width: expected 4 to 50 cells, found 1e+308",
            id="a huge board",
        ),
        pytest.param(
            "game/board/height",
            10**30,
            "game.board.height: expected 4 to 50 cells, found a number of more than 15 digits",
            id="a very huge board",
        ),
        pytest.param(
            "initial_state/snakes",
            {"0": [[1, 1]]},
            "initial_state.snakes: expected 2 to 4 snakes",
            id="one snake alone",
        ),
        pytest.param(
            "frames/0/state/snakes/9",
            [[1, 1]],
            'frames[0].state.snakes["9"]: this snake is not there at the start',
            id="a snake from nowhere",
        ),
        pytest.param(
            "frames",
            [{}] * 2001,
            "frames: 2,001 entries, at most 2,000 are shown",
            id="too many rounds",
        ),
    ],
)
def test_a_broken_replay_names_the_place(path: str, value: object, line: str) -> None:
    with pytest.raises(BrokenReplay) as refused:
        read_game(change(path, value), name="x.json")
    assert refused.value.message == f"The replay cannot be shown: {line} [x.json]"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        pytest.param(
            "frames/0/moves/0/cost",
            float("nan"),
            'frames[0].moves["0"].cost: expected a price, found NaN',
            id="NaN for a cost",
        ),
        pytest.param(
            "frames/0/moves/0/cost",
            -916.0,
            'frames[0].moves["0"].cost: expected a price, found -916.0',
            id="a negative cost",
        ),
        pytest.param(
            "frames/0/moves/0/input_tokens",
            10**40,
            'frames[0].moves["0"].input_tokens: expected a whole number, '
            "found a number of more than 15 digits",
            id="more tokens than there are",
        ),
        pytest.param(
            "frames/0/moves/0/move",
            "JUMP",
            'frames[0].moves["0"].move: expected UP, DOWN, LEFT or RIGHT, found "JUMP"',
            id="an unknown direction",
        ),
        pytest.param(
            "frames/0/moves/0/rationale",
            ["a"],
            'frames[0].moves["0"].rationale: expected a text, found ["a"]',
            id="a list for a thought",
        ),
        pytest.param(
            "frames/0/moves",
            "UP",
            'frames[0].moves: expected an object of moves, found "UP"',
            id="a word for all moves",
        ),
        pytest.param(
            "frames/0/state/alive/0",
            1,
            'frames[0].state.alive["0"]: expected true or false, found 1',
            id="a number for being alive",
        ),
        pytest.param(
            "frames/0/state/scores/0",
            None,
            'frames[0].state.scores["0"]: expected a whole number, found null',
            id="no score",
        ),
        pytest.param(
            "players/0/name", "", 'players["0"].name: no name, shown as Snake 0', id="no name"
        ),
        pytest.param(
            "players/0/death",
            4,
            'players["0"].death: expected an object, found 4',
            id="no death",
        ),
        pytest.param(
            "game/max_rounds",
            float("inf"),
            "game.max_rounds: expected a whole number, found an infinite number",
            id="rounds without end",
        ),
    ],
)
def test_a_lesser_fault_is_mended_and_told(path: str, value: object, sentence: str) -> None:
    game = read_game(change(path, value))
    assert game.repairs == (sentence,)
    assert len(game.states) == 2


def test_many_stand_ins_are_told_by_their_number() -> None:
    document = n1()
    document["frames"] = [frame(0, AFTER_1, {"0": 1, "1": 2})] * 20
    repairs = read_game(written(document)).repairs
    assert len(repairs) == 11
    assert repairs[-1] == "and 30 more"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(b" \n\0\0", "the file is empty", id="nothing but padding"),
        pytest.param(b"<html>", "not a JSON object", id="another format"),
        pytest.param(b"[{}, {}]", "a list of 2, not a game", id="a list"),
        pytest.param(b"12", "12, not a game", id="a number"),
        pytest.param(
            b"{}",
            'an object with nothing, but neither "frames" and "game" nor "rounds"',
            id="an empty object",
        ),
        pytest.param(
            b'{"gpt": 1}',
            'an object with "gpt", but neither "frames" and "game" nor "rounds"',
            id="another object",
        ),
    ],
)
def test_something_else_is_no_replay(data: bytes, line: str) -> None:
    with pytest.raises(NotAReplay) as refused:
        read_game(data)
    assert refused.value.message == f"This is not a game replay: {line}"


TEXT = json.dumps(n1(), indent=2)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param(TEXT[:-9].encode(), "the document breaks off in line ", id="cut at the end"),
        pytest.param(TEXT[:300].encode(), "the document breaks off in line ", id="cut early"),
        pytest.param(b'{"frames": [}', "not JSON at line 1, column 13", id="not JSON"),
        pytest.param(b'{"frames": "\xff"}', "not UTF-8 at byte 12", id="bad UTF-8"),
        pytest.param(b'{"a":' * 100_000, "nested too deeply", id="nested too deeply"),
        pytest.param(b'{"a": ' + b"9" * 5000, "holds a number of thousands", id="a huge number"),
        pytest.param(
            TEXT.encode() + b"{}",
            "something else follows the document in line",
            id="two documents",
        ),
        pytest.param(b" " * (2**26 + 1), "has 67,108,865 bytes, at most", id="too many bytes"),
        pytest.param(b"[" * (5 * 2**20), "holds more than 5,000,000 values", id="too many values"),
    ],
)
def test_a_damaged_file_is_refused(data: bytes, line: str) -> None:
    with pytest.raises(BrokenReplay) as refused:
        read_game(data)
    assert refused.value.message.startswith(f"The replay cannot be shown: {line}")
    assert repair(data) is None


def test_an_old_document_without_rounds_is_broken() -> None:
    document = legacy()
    document["rounds"] = []
    with pytest.raises(BrokenReplay, match="rounds: empty, there is nothing to show"):
        read_game(written(document))


def test_the_doctor_does_not_stop_at_the_first_fault() -> None:
    document = n1()
    document["frames"][0]["state"]["snakes"]["0"] = [["a"], [99, 0]]
    document["frames"][1]["state"]["apples"] = 3
    document["frames"][1]["moves"]["1"]["cost"] = "free"
    document["game"]["board"]["num_apples"] = -1
    found = [(each.where, each.severity) for each in diagnose(written(document))]
    assert found == [
        ('frames[0].state.snakes["0"][0]', Severity.FATAL),
        ('frames[0].state.snakes["0"][1]', Severity.FATAL),
        ("frames[1].state.apples", Severity.FATAL),
        ('frames[1].moves["1"].cost', Severity.MENDED),
        ("game.board.num_apples", Severity.MENDED),
    ]


def test_the_doctor_gives_up_after_a_hundred_faults() -> None:
    document = n1()
    document["frames"] = [None] * 500
    assert len(diagnose(written(document))) == 100


def test_a_key_written_twice_is_named_and_the_last_one_counts() -> None:
    data = written(n1()).replace(b'"version": 1,', b'"version": 0, "version": 1,', 1)
    assert read_game(data).rounds == 2
    (fault,) = diagnose(data)
    assert (fault.code, fault.severity) == ("duplicate_key", Severity.NOTE)
    assert fault.message == '"version" occurs twice in one object'


def test_a_doubled_document_that_is_no_replay_is_not_repaired() -> None:
    assert repair(b'{"a": 1}{"a": 1}') is None


def test_a_sound_document_needs_no_repair() -> None:
    assert repair(written(n1())) is None
