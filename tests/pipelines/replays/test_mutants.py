"""Whatever is done to a replay, it is read or refused with one clear line, fast and small."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pipelines.replays.documents import VARIANTS, n1, written
from tests.pipelines.replays.mutants import DAMAGES, mutants

from reelmill.errors import ReelmillError
from reelmill.pipelines.replays.game import Game
from reelmill.pipelines.replays.plan import moments, timeline, verdict
from reelmill.pipelines.replays.reading.faults import Severity
from reelmill.pipelines.replays.reading.reader import diagnose, read_game, repair
from reelmill.pipelines.replays.spec import BrokenReplay, NotAReplay

MUTANTS = 400

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.integers(-1, 12), min_size=2, max_size=2),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def read_or_refused(data: bytes, name: str = "") -> Game | None:
    """The game, planned; or None after checking that the refusal is one clear line."""
    fatal = any(fault.severity is Severity.FATAL for fault in diagnose(data))
    game, refused = attempt(data, name)
    assert fatal == (refused is not None), "the doctor and the reader agree"
    if refused is not None:
        assert refused.facts["problem"]
        assert refused.message.isprintable()
        assert len(refused.message) < 400
        assert repair(data) is None
    if game is not None:
        check(game)
    return game


def attempt(data: bytes, name: str) -> tuple[Game | None, ReelmillError | None]:
    try:
        return read_game(data, name=name), None
    except (BrokenReplay, NotAReplay) as refused:
        return None, refused


def check(game: Game) -> None:
    """What everybody downstream relies on."""
    ids = [player.id for player in game.players]
    assert 2 <= len(ids) <= 4
    assert len(game.states) == len(game.moves) + 1 >= 1
    for state in game.states:
        assert list(state.snakes) == list(state.alive) == list(state.scores) == ids
        for cell in (*state.apples, *(cell for body in state.snakes.values() for cell in body)):
            assert 0 <= cell.x < game.width <= 50
            assert 0 <= cell.y < game.height <= 50
    for made in (*game.moves, game.final_moves):
        assert set(made) <= set(ids)
        assert all(len(move.rationale) <= 4_000 for move in made.values())
    shown = moments(game)
    assert len(shown) == game.rounds + 1
    assert timeline(game, fps=30, seconds_per_round=0.5).frame_count == 120 + 15 * len(shown)
    told = json.dumps([str(verdict(game)), game.game_id, game.repairs])
    told.encode()
    assert game.game_id.replace("-", "").replace("_", "").isalnum()


@pytest.fixture(scope="module")
def damaged() -> list[tuple[str, bytes]]:
    return list(mutants(1, MUTANTS))


def test_each_mutant_is_read_or_refused(damaged: list[tuple[str, bytes]]) -> None:
    read = sum(read_or_refused(data, name) is not None for name, data in damaged)
    assert MUTANTS * 0.2 < read < MUTANTS * 0.8, "damage that never matters proves nothing"


def test_every_kind_of_damage_occurs(damaged: list[tuple[str, bytes]]) -> None:
    assert {name.split("-")[1] for name, _ in damaged} == {each.__name__ for each in DAMAGES}


def test_mutants_are_the_same_for_the_same_seed(damaged: list[tuple[str, bytes]]) -> None:
    assert list(mutants(1, 30)) == damaged[:30]
    assert list(mutants(2, 30)) != damaged[:30]


@given(value=JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    read_or_refused(json.dumps(value).encode())


@given(data=st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert read_or_refused(data) is None


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(variant=st.sampled_from(list(VARIANTS)), value=JSON, draw=st.data())
def test_any_value_in_any_place_is_read_or_refused(
    variant: str, value: Any, draw: st.DataObject
) -> None:
    document = VARIANTS[variant]()
    at: Any = document
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw.draw(st.sampled_from(keys))
        if not isinstance(at[key], dict | list) or not at[key] or draw.draw(st.booleans()):
            break
        at = at[key]
    at[key] = value
    read_or_refused(json.dumps(document).encode())


@pytest.mark.parametrize(
    "bulk",
    [
        pytest.param("[]," * 200_000, id="empty lists"),
        pytest.param('{"a":0},' * 100_000, id="small objects"),
        pytest.param('"%s",' % ("🐍" * 500_000), id="a text of four-byte letters"),
        pytest.param("1.5," * 200_000, id="numbers"),
    ],
)
def test_memory_grows_with_the_file_and_no_faster(bulk: str) -> None:
    data = b'{"bulk": [' + bulk.encode() + b"0], " + written(n1())[1:]
    tracemalloc.start()
    try:
        assert attempt(data, "")[0] is not None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 * len(data) + 2**20
