"""The samples are real games by the rules, written as real writers write them."""

import json
from random import Random
from typing import Any

import pytest

from reelmill.pipelines.replays.game import Move, ahead
from reelmill.pipelines.replays.reading.boards import KEPT_RATIONALE
from reelmill.pipelines.replays.reading.reader import diagnose, read_game
from reelmill.pipelines.replays.samples.games import (
    SAMPLES,
    Sample,
    as_agreed,
    played,
    sample_games,
)
from reelmill.pipelines.replays.samples.simulation import LIMIT, Match
from reelmill.pipelines.replays.samples.writers import Label, migrated, native

LABEL = Label(game_id="0a1b", started_at="2025-11-01T12:00:00", ended_at="2025-11-01T12:03:00")

SAMPLE_IDS = [
    f"{sample.write.__name__} {sample.setup.width}x{sample.setup.height} {len(sample.setup.voices)}"
    for sample in SAMPLES
]


@pytest.fixture(params=SAMPLES, ids=SAMPLE_IDS)
def sample(request: pytest.FixtureRequest) -> Sample:
    chosen: Sample = request.param
    return chosen


@pytest.fixture
def match(sample: Sample) -> Match:
    return played(sample.setup, Random("round trip"))


def kept(moves: dict[str, Move]) -> dict[str, tuple[Any, str]]:
    return {sid: (move.direction, move.rationale[:KEPT_RATIONALE]) for sid, move in moves.items()}


def test_what_is_written_reads_back_as_it_was_played(sample: Sample, match: Match) -> None:
    game = read_game(sample.write(match, LABEL))
    fatal_apart = match.states[-1].snakes == match.states[-2].snakes
    unwritten = sample.write is migrated and not match.deaths
    states = match.states[:-1] if fatal_apart or unwritten else match.states
    assert game.states == states
    assert game.ends_in_crash == fatal_apart
    assert [kept(made) for made in game.moves] == [
        kept(made) for made in match.moves[: len(states) - 1]
    ]
    assert kept(game.final_moves) == (kept(match.moves[-1]) if fatal_apart or unwritten else {})
    assert game.repairs == ()


def test_deaths_read_back_with_their_crash_cells(sample: Sample, match: Match) -> None:
    game = read_game(sample.write(match, LABEL))
    assert {death.player_id: (death.reason, death.round - 1) for death in game.deaths} == (
        match.deaths
    )
    for death in game.deaths:
        before = match.states[death.round - 1].snakes[death.player_id]
        fatal = match.moves[death.round - 1][death.player_id].direction
        assert fatal is not None
        assert death.crash_cell == ahead(before[0], fatal)


def test_names_and_results_read_back(sample: Sample, match: Match) -> None:
    game = read_game(sample.write(match, LABEL))
    assert [player.name for player in game.players] == [voice.name for voice in sample.setup.voices]
    assert {player.id: player.result for player in game.players} == match.results
    assert {player.id: player.final_score for player in game.players} == match.states[-1].scores


def test_new_documents_read_back_with_their_costs(match: Match) -> None:
    game = read_game(native(match, LABEL))
    for player in game.players:
        made = [moves[player.id] for moves in match.moves if player.id in moves]
        assert player.cost_usd == sum(move.cost_usd for move in made)
        assert player.output_tokens == sum(move.output_tokens for move in made)
    assert game.total_cost_usd == sum(player.cost_usd for player in game.players)


def test_the_rules_hold_in_every_round(match: Match) -> None:
    for number, made in enumerate(match.moves):
        before, after = match.states[number], match.states[number + 1]
        for sid, move in made.items():
            if not after.alive[sid] or after.snakes == before.snakes:
                continue
            assert move.direction is not None
            head = ahead(before.snakes[sid][0], move.direction)
            assert after.snakes[sid][0] == head
            grown = len(after.snakes[sid]) - len(before.snakes[sid])
            assert grown == after.scores[sid] - before.scores[sid] == (head in before.apples)


def test_no_snake_leaves_the_board_or_lies_on_another(match: Match) -> None:
    for state in match.states:
        cells = [cell for body in state.snakes.values() for cell in body]
        assert len(cells) == len(set(cells))
        assert len(state.apples) == match.setup.num_apples
        for cell in (*cells, *state.apples):
            assert 0 <= cell.x < match.setup.width
            assert 0 <= cell.y < match.setup.height


@pytest.mark.parametrize("seed", range(4))
def test_samples_end_as_agreed_after_some_rounds_worth_watching(seed: int) -> None:
    for number, sample in enumerate(SAMPLES):
        match = played(sample.setup, Random(f"{seed}/{number}"))
        assert as_agreed(match), sample
        assert min(match.setup.doom_round, match.setup.max_rounds) <= len(match.moves) <= 100
        if match.setup.doom_round:
            assert sum(match.states[-1].scores.values()) >= 3, "snakes go for apples"


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert sample_games(3) == sample_games(3)


def test_other_seeds_give_other_games_under_other_names() -> None:
    first, second = dict(sample_games(3)), dict(sample_games(4))
    assert len(first) == len(second) == len(SAMPLES)
    assert not first.keys() & second.keys()


def test_samples_cover_every_variant_number_of_snakes_and_reason() -> None:
    games = [read_game(data) for _, data in sample_games(0)]
    assert {game.schema for game in games} == {"L", "L-rotated", "N1", "N2", "N3"}
    assert {len(game.players) for game in games} == {2, 3, 4}
    reasons = {death.reason for game in games for death in game.deaths}
    assert reasons == {"wall", "body_collision", "head_collision"}
    assert {game.rounds for game in games} >= {1}, "one game lasts a single round"
    assert any(not game.deaths for game in games), "one game hits the round limit"
    assert any(game.width != game.height for game in games)
    assert any(len({player.name for player in game.players}) == 1 for game in games)


def test_samples_speak_many_scripts() -> None:
    texts = "".join(
        move.rationale
        for _, data in sample_games(0)
        for made in read_game(data).moves
        for move in made.values()
    )
    for name, letter in {
        "Chinese": "我",
        "Japanese": "り",
        "Arabic": "ر",
        "Hebrew": "ה",
        "Cyrillic": "я",
        "Greek": "μ",
        "emoji": "🐍",
        "a control character": "\x07",
        "a tab": "\t",
        "a special token": "<|begin_of_box|>",
        "LaTeX": "\\boxed{",
        "an underscore": "snake_case",
        "an endless word": "a" * 3_000,
    }.items():
        assert letter in texts, name


def test_the_doctor_finds_nothing_in_samples_that_show_their_last_state() -> None:
    for sample, (_, data) in zip(SAMPLES, sample_games(0), strict=True):
        if sample.setup.doom != LIMIT:
            assert diagnose(data) == []


def test_line_ends_and_escapes_are_those_of_the_writer() -> None:
    for sample, (_, data) in zip(SAMPLES, sample_games(0), strict=True):
        assert (b"\r\n" in data) == sample.crlf
        assert data.isascii() or sample.raw_unicode
        assert json.loads(data)
