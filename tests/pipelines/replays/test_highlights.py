"""The dearest, longest, best and worst of many games."""

import csv
import io
from dataclasses import replace

import pytest

from reelmill.pipelines.replays.highlights import (
    Row,
    as_csv,
    as_markdown,
    row_of,
    sections,
    since,
)
from reelmill.pipelines.replays.reading.reader import read_game

PLAIN = Row(
    game_id="a",
    filename="a.json",
    models="x vs y",
    winner="x",
    rounds=10,
    max_rounds=100,
    max_score=5,
    sum_scores=9,
    total_cost=0.1,
    duration_seconds=60,
    started_at="2025-12-01T10:00:00",
)
DEAR = replace(PLAIN, game_id="dear", total_cost=3.0)
LONG = replace(PLAIN, game_id="long", rounds=99, max_score=1, sum_scores=2)
PRO = replace(PLAIN, game_id="pro", max_score=25, sum_scores=40, duration_seconds=0)
ALL = (PLAIN, DEAR, LONG, PRO)


@pytest.mark.parametrize(
    ("title", "first", "games"),
    [
        pytest.param("Most expensive", "dear", 4, id="by cost"),
        pytest.param("Longest by rounds", "long", 4, id="by rounds"),
        pytest.param("Highest scoring", "pro", 4, id="by all apples"),
        pytest.param("Longest by time", "a", 3, id="by time, where it is known"),
        pytest.param("Pro matches", "pro", 1, id="25 apples or more"),
        pytest.param("Worst matches", "long", 1, id="one apple at most"),
    ],
)
def test_each_list_has_its_order(title: str, first: str, games: int) -> None:
    (section,) = (each for each in sections(ALL, 10) if each.title.startswith(title))
    assert section.rows[0].game_id == first
    assert len(section.rows) == games


def test_a_list_is_as_long_as_asked_for() -> None:
    assert max(len(section.rows) for section in sections(ALL, 2)) == 2


def test_only_games_from_a_day_on() -> None:
    later = replace(PLAIN, started_at="2025-12-02T00:00:00")
    never = replace(PLAIN, started_at="")
    assert since([PLAIN, later, never], "2025-12-02") == [later]
    assert since([PLAIN, later], "2025-12-01") == [PLAIN, later]


def test_a_table_survives_names_with_commas_and_bars() -> None:
    odd = replace(PLAIN, models='a, "b" | c', winner="d|e")
    rows = list(csv.DictReader(io.StringIO(as_csv(sections([odd], 1)))))
    assert rows[0]["models"] == 'a, "b" | c'
    assert rows[0]["total_cost"] == "0.1"
    line = next(line for line in as_markdown(sections([odd], 1)).splitlines() if "| a |" in line)
    assert line.replace(r"\|", "").count("|") == 8


LEGACY = b"""{"metadata": {"game_id": "0a", "start_time": "2025-02-04T20:00:00",
 "end_time": "2025-02-04T20:01:30", "models": {"1": "x", "2": "y"},
 "game_result": {"1": "won", "2": "lost"}, "final_scores": {"1": 2, "2": 0},
 "max_rounds": 100, "actual_rounds": 0, "total_cost": 0.25},
 "rounds": [{"round_number": 0, "snake_positions": {"1": [[1, 1]], "2": [[3, 3]]},
 "alive": {"1": true, "2": true}, "scores": {"1": 2, "2": 0}, "width": 10, "height": 10,
 "apples": [[5, 5]], "move_history": []}]}"""


def test_a_game_is_summed_up() -> None:
    row = row_of(read_game(LEGACY), LEGACY, "0a.json")
    assert (row.game_id, row.models, row.winner) == ("0a", "x vs y", "x")
    assert (row.max_score, row.sum_scores, row.total_cost) == (2, 2, 0.25)
    assert row.duration_seconds == 90


@pytest.mark.parametrize("end", [b"soon", b"2020-01-01T00:00:00", b"2025-02-04T20:01:30+01:00"])
def test_a_time_that_makes_no_sense_is_no_time(end: bytes) -> None:
    document = LEGACY.replace(b"2025-02-04T20:01:30", end)
    assert row_of(read_game(document), document, "0a.json").duration_seconds == 0
