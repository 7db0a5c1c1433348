"""Players are those whose snakes are there at the start."""

import pytest
from tests.pipelines.replays.documents import legacy, n1

from reelmill.pipelines.replays.game import Cell, State
from reelmill.pipelines.replays.reading.faults import Findings
from reelmill.pipelines.replays.reading.fields import Part
from reelmill.pipelines.replays.reading.roles import (
    cast,
    is_player_id,
    legacy_roles,
    new_roles,
    with_cast,
)


def board(*ids: str) -> State:
    return State(
        round=0,
        snakes={sid: (Cell(number, 0),) for number, sid in enumerate(ids)},
        alive=dict.fromkeys(ids, True),
        scores=dict.fromkeys(ids, 2),
        apples=(),
    )


def test_players_come_in_the_order_in_which_they_are_named() -> None:
    named = Part({"1": "b", "7": "nobody", "0": "a"}, (), Findings())
    assert cast(board("0", "1", "2"), named, ()) == ("1", "0", "2")


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_game_has_two_to_four_snakes(count: int) -> None:
    named = Part({}, (), Findings())
    cast(board(*(str(number) for number in range(count))), named, ("initial_state",))
    (fault,) = named.findings.faults
    assert (fault.code, fault.where) == ("wrong_cast", "initial_state")


@pytest.mark.parametrize("sid", ["", "a\nb", "\ud800", "x" * 65, "\x00"])
def test_an_id_that_cannot_be_shown_is_refused(sid: str) -> None:
    assert not is_player_id(sid)
    named = Part({}, (), Findings())
    cast(board("0", sid), named, ())
    assert named.findings.fatal is not None


def test_a_snake_that_is_gone_is_dead_and_has_no_cells() -> None:
    findings = Findings()
    state = with_cast(board("0"), ("0", "1"), (), findings)
    assert (state.snakes["1"], state.alive["1"], state.scores["1"]) == ((), False, 0)
    assert findings.faults == []


def test_states_list_their_snakes_in_one_order() -> None:
    state = with_cast(board("1", "0"), ("0", "1"), (), Findings())
    assert list(state.snakes) == list(state.alive) == list(state.scores) == ["0", "1"]


def test_both_schemas_tell_the_same_of_a_player() -> None:
    findings = Findings()
    new = new_roles(Part(n1(), (), findings), ("0", "1"))
    old = legacy_roles(Part(legacy(), (), findings), ("0", "1"))
    for sid in ("0", "1"):
        assert new[sid].name == old[sid].name
        assert new[sid].result == old[sid].result
        assert (new[sid].dead, new[sid].death_reason) == (old[sid].dead, old[sid].death_reason)
    assert findings.faults == []


def test_a_player_without_a_name_is_named_for_its_snake() -> None:
    findings = Findings()
    roles = new_roles(Part({}, (), findings), ("0", "1"))
    assert [role.name for role in roles.values()] == ["Snake 0", "Snake 1"]
    assert len(findings.faults) == 2
