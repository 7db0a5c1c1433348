"""Which pictures a game has, what each shows, and how many frames it is held."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipelines.replays.documents import AFTER_1, MOVES_1, VARIANTS, frame, n1, new, written
from tests.pipelines.replays.reading.test_reader import three_snakes

from reelmill.pipelines.replays.game import Cell, Direction, Game, Outcome
from reelmill.pipelines.replays.plan import ShotKind, frames_in, moments, timeline, verdict
from reelmill.pipelines.replays.reading.reader import read_game


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS.keys())
def game(request: pytest.FixtureRequest) -> Game:
    return read_game(written(request.param()))


def survivors() -> Game:
    """One round, then the limit; nobody dies."""
    document = new([frame(0, AFTER_1, MOVES_1)], rounds_played=1)
    document["game"]["max_rounds"] = 1
    document["players"]["0"] |= {"death": None, "result": "tied"}
    document["players"]["1"]["result"] = "tied"
    return read_game(written(document))


def test_a_game_of_k_rounds_has_k_and_one_moments(game: Game) -> None:
    shown = moments(game)
    assert len(shown) == game.rounds + 1 == 3
    assert [each.round_label for each in shown] == [0, 1, 2]
    assert [each.position for each in shown] == [0, 1, 2]
    assert [each.terminal for each in shown] == [False, False, True]


def test_each_thought_stands_beside_the_board_it_was_formed_on(game: Game) -> None:
    thoughts = [
        {sid: move and move.direction for sid, move in each.thoughts.items()}
        for each in moments(game)
    ]
    assert thoughts[0] == {"0": Direction.UP, "1": Direction.LEFT}
    assert thoughts[1] == {"0": Direction.UP, "1": Direction.DOWN}
    assert thoughts[2] == thoughts[1]


def test_the_terminal_picture_shows_the_crash_on_the_last_board(game: Game) -> None:
    *_, before, terminal = moments(game)
    assert terminal.crashed == {"0": Cell(4, 10)}
    assert terminal.state.snakes == before.state.snakes
    assert (before.state.alive["0"], terminal.state.alive["0"]) == (True, False)
    assert (before.dead, list(terminal.dead)) == ({}, ["0"])
    assert terminal.state.round == 2


def test_a_crash_is_marked_once_and_the_dead_think_no_more() -> None:
    shown = moments(read_game(written(three_snakes())))
    assert [each.crashed for each in shown] == [{}, {"2": Cell(9, 10)}, {"1": Cell(-1, 4)}]
    assert [sorted(each.dead) for each in shown] == [[], ["2"], ["1", "2"]]
    assert shown[1].thoughts["2"] is not None, "the fatal thought stays while the crash is shown"
    assert shown[2].thoughts["2"] is None


def test_without_a_crash_the_last_state_ends_the_game() -> None:
    shown = moments(survivors())
    assert [each.terminal for each in shown] == [False, True]
    assert shown[-1].crashed == {}
    assert shown[-1].thoughts == {"0": None, "1": None}


def test_a_timeline_is_a_title_the_rounds_and_an_end(game: Game) -> None:
    plan = timeline(game, fps=30, seconds_per_round=0.5)
    assert [(shot.kind, shot.moment_index, shot.frames) for shot in plan.shots] == [
        (ShotKind.TITLE, None, 45),
        (ShotKind.ROUND, 0, 15),
        (ShotKind.ROUND, 1, 15),
        (ShotKind.ROUND, 2, 15),
        (ShotKind.END, None, 75),
    ]
    assert plan.frame_count == 45 + (game.rounds + 1) * 15 + 75
    assert plan.fps == Fraction(30)


def test_cards_can_be_left_out(game: Game) -> None:
    plan = timeline(game, fps=30, seconds_per_round=0.5, title_s=0, end_s=0)
    assert {shot.kind for shot in plan.shots} == {ShotKind.ROUND}


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"),
    [
        pytest.param(0.5, 30, 15, id="exact"),
        pytest.param(0.5, 25, 13, id="half a frame is rounded up"),
        pytest.param(0.1, 24, 2, id="less is rounded down"),
        pytest.param(0.35, 30, 11, id="decimal seconds are taken as written, not as floats"),
        pytest.param(0.5, Fraction(30000, 1001), 15, id="a broadcast rate"),
        pytest.param(0, 30, 0, id="no time"),
    ],
)
def test_seconds_become_whole_frames(seconds: float, fps: int, frames: int) -> None:
    assert frames_in(seconds, Fraction(fps)) == frames


@given(fps=st.integers(10, 60), ms=st.integers(100, 10_000), rounds=st.integers(0, 200))
def test_the_frame_count_follows_the_formula(fps: int, ms: int, rounds: int) -> None:
    base = survivors()
    game = replace(base, states=base.states[:1] * (rounds + 1), moves=({},) * rounds)
    plan = timeline(game, fps=fps, seconds_per_round=ms / 1000)
    held = max(1, (fps * ms + 500) // 1000)
    cards = (fps * 1500 + 500) // 1000 + (fps * 2500 + 500) // 1000
    assert plan.frame_count == cards + (rounds + 1) * held
    assert all(shot.frames >= 1 for shot in plan.shots)


def test_the_verdict_tells_who_won_and_how_the_other_died() -> None:
    told = verdict(read_game(written(n1())))
    assert told.headline == "right wins"
    assert told.winners == ("1",)
    assert [each.fate for each in told.standings] == ["Hit the wall in round 2", "Survived"]
    assert [each.tokens for each in told.standings] == [22, 22]
    assert (told.reason, told.rounds, told.max_rounds, told.cost_usd) == ("Crash", 2, 150, 2.0)


def test_a_tie_at_the_round_limit_has_no_winner() -> None:
    told = verdict(survivors())
    assert (told.headline, told.winners, told.reason) == ("Tie", (), "Round limit")


@pytest.mark.parametrize(
    ("results", "headline"),
    [
        pytest.param((Outcome.WON, Outcome.WON), "Shared win", id="two winners"),
        pytest.param((Outcome.UNKNOWN, Outcome.LOST), "No winner", id="nobody"),
    ],
)
def test_odd_results_have_a_headline_too(results: tuple[Outcome, ...], headline: str) -> None:
    base = survivors()
    players = tuple(
        replace(player, result=result) for player, result in zip(base.players, results, strict=True)
    )
    assert verdict(replace(base, players=players)).headline == headline


def test_reaching_the_target_ends_a_game() -> None:
    base = survivors()
    players = (replace(base.players[0], final_score=30), base.players[1])
    assert verdict(replace(base, players=players)).reason == "30 apples"


def test_a_game_that_just_stops_says_so() -> None:
    assert verdict(replace(survivors(), max_rounds=0)).reason == "Ended"


def test_an_unknown_cause_of_death_is_told_as_written() -> None:
    base = read_game(written(n1()))
    death = replace(base.deaths[0], reason="power_cut")
    assert verdict(replace(base, deaths=(death,))).standings[0].fate == (
        "Died of power cut in round 2"
    )
