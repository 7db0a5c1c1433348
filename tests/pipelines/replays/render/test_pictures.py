from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.pipelines.replays.arenas import crowded_game
from tests.pipelines.replays.readback import Seen, differences, expected_board, read_board

from reelmill.media.encode import encode_held
from reelmill.media.frames import frames, planes
from reelmill.media.geometry import Size
from reelmill.media.profiles import profile
from reelmill.media.raster import Held, rgb_of
from reelmill.pipelines.replays.game import Cell, Game, Move
from reelmill.pipelines.replays.plan import Moment, Timeline, moments, timeline
from reelmill.pipelines.replays.reading.reader import read_game
from reelmill.pipelines.replays.render.pictures import Look, board_cells, pictures, poster_index
from reelmill.pipelines.replays.samples.games import sample_games
from reelmill.pipelines.replays.spec import Theme

SIZES = {
    "720p": Size(1280, 720),
    "1080p": Size(1920, 1080),
    "vertical": Size(1080, 1920),
}
ODD_TEXTS = [
    "",
    " ",
    "\n\n",
    "\x00\x1b[31m",
    "\ud800\udfff",
    "\u202e\u2066abc",
    "e" + "\u0301" * 500,
    "\ufdd0\U0010ffff\ue000",
    "\U0001f3f4" + "\U000e0067" * 50,
    "\ufdfa" * 99,
    "\t" * 5000,
]
BOARDS = [(10, 10, 2), (15, 10, 3), (50, 50, 4)]
ODD_BOARDS = [(4, 4, 2), (4, 50, 1), (50, 7, 2), (12, 12, 4), (7, 5, 3)]


def plan_of(game: Game) -> Timeline:
    return timeline(game, fps=30, seconds_per_round=0.1, title_s=0.1, end_s=0.1)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize(("width", "height", "players"), BOARDS)
def test_every_board_can_be_read_back_from_its_pictures(
    width: int, height: int, players: int, size: Size, theme: Theme
) -> None:
    game = crowded_game(width, height, players)
    look = Look(size=size, theme=theme)
    read_back(game, look)


@pytest.mark.parametrize(("width", "height", "players"), ODD_BOARDS)
def test_odd_boards_can_be_read_back_too(width: int, height: int, players: int) -> None:
    read_back(crowded_game(width, height, players), Look(size=SIZES["720p"], theme="light"))


def read_back(game: Game, look: Look) -> None:
    shown = list(pictures_of_rounds(game, look))
    assert len(shown) == game.rounds + 1
    for moment, seen in shown:
        assert not differences(seen, expected_board(moment, game))


def pictures_of_rounds(game: Game, look: Look) -> Iterator[tuple[Moment, dict[Cell, Seen]]]:
    drawn = pictures(game, plan_of(game), look)
    for moment, held in zip([None, *moments(game)], drawn, strict=False):
        if moment is not None:
            yield moment, read_board(held.picture, game, look)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize(("width", "height"), [(10, 10), (50, 50)])
def test_boards_can_be_read_back_from_decoded_videos(
    tmp_path: Path, name: str, theme: Theme, width: int, height: int
) -> None:
    game = crowded_game(width, height, 4, length=30)
    look, plan = Look(size=SIZES[name], theme=theme), plan_of(game)
    encode_held(pictures(game, plan, look), tmp_path / "video.mp4", profile(name))
    first = [sum(shot.frames for shot in plan.shots[:at]) for at in range(len(plan.shots))]
    decoded = list(enumerate(planes(tmp_path / "video.mp4")))
    assert len(decoded) == plan.frame_count
    for moment, start in zip(moments(game), first[1:], strict=False):
        for at in (start, start + plan.shots[1].frames - 1):
            seen = read_board(decoded[at][1], game, look)
            assert not differences(seen, expected_board(moment, game))


def test_boards_can_be_read_back_from_rgb_frames(tmp_path: Path) -> None:
    game = crowded_game(10, 10, 2)
    look, plan = Look(size=SIZES["720p"], theme="light"), plan_of(game)
    encode_held(pictures(game, plan, look), tmp_path / "video.mp4", profile("720p"))
    for number, frame in enumerate(frames(tmp_path / "video.mp4")):
        if number == plan.shots[0].frames:
            seen = read_board(frame, game, look)
            assert not differences(seen, expected_board(moments(game)[0], game))


def test_every_picture_of_every_sample_shows_its_state() -> None:
    look = Look(size=SIZES["720p"], theme="light")
    for name, data in sample_games(seed=3):
        game = read_game(data, name=name)
        for moment, seen in pictures_of_rounds(game, look):
            assert not differences(seen, expected_board(moment, game)), (name, moment.position)


def test_painting_over_leaves_nothing_behind() -> None:
    game = crowded_game(10, 10, 3)
    look = Look(size=SIZES["720p"], theme="dark")
    plan = plan_of(game)
    fresh = [planes_copied(held) for held in pictures(game, plan, look)]
    again = [planes_copied(held) for held in pictures(game, plan, look)]
    for one, other in zip(fresh, again, strict=True):
        for plane, twin in zip(one, other, strict=True):
            assert np.array_equal(plane, twin)
    for number, shot in enumerate(plan.shots):
        (alone,) = pictures(game, replace(plan, shots=(shot,)), look)
        for plane, twin in zip(fresh[number], planes_copied(alone), strict=True):
            assert np.array_equal(plane, twin)


def test_the_poster_shows_the_last_moment_at_which_all_live() -> None:
    game = crowded_game(10, 10, 3)
    shown = moments(game)
    chosen = shown[poster_index(game)]
    later = shown[chosen.position + 1 :]
    assert not chosen.dead
    assert later
    assert all(moment.dead or moment.terminal for moment in later)


def planes_copied(held: Held) -> tuple[NDArray[np.uint8], ...]:
    picture = held.picture
    return picture.y.copy(), picture.u.copy(), picture.v.copy()


def test_there_is_a_picture_for_each_shot_held_as_long_as_planned() -> None:
    game = crowded_game(6, 6, 2)
    plan = plan_of(game)
    held = [held.frames for held in pictures(game, plan, Look(size=SIZES["720p"], theme="light"))]
    assert held == [shot.frames for shot in plan.shots]


def test_row_zero_is_at_the_bottom() -> None:
    cells = board_cells(crowded_game(5, 4, 2), Look(size=SIZES["720p"], theme="light"))
    assert cells[0, 0].y > cells[0, 3].y
    assert cells[0, 0].x < cells[4, 0].x


def test_a_wall_crash_is_marked_beside_the_board_and_goes_away() -> None:
    game = crowded_game(10, 10, 3)
    look = Look(size=SIZES["720p"], theme="light")
    cells = board_cells(game, look)
    edge = cells[0, game.states[-1].snakes["0"][0].y]
    shown = [
        rgb_of(held.picture)[edge.y : edge.bottom, edge.x - 28 : edge.x - 4].astype(int)
        for held in pictures(game, plan_of(game), look)
    ]
    yellow = [((area[..., 0] > 200) & (area[..., 2] < 120)).sum() for area in shown]
    assert yellow[2] == 0
    assert yellow[3] > 30


def test_texts_of_any_kind_are_drawn_without_complaint() -> None:
    look = Look(size=SIZES["720p"], theme="dark")
    game = crowded_game(6, 6, 2)
    for text in ODD_TEXTS:
        said = dict.fromkeys(("0", "1"), Move(direction=None, rationale=text))
        odd = replace(game, moves=(said,), final_moves=said)
        assert len(list(pictures(odd, plan_of(odd), look))) == game.rounds + 3


ODD_BODIES = [
    (),
    (Cell(0, 0),),
    (Cell(0, 0), Cell(0, 0), Cell(0, 0)),
    (Cell(-1, 3), Cell(0, 3)),
    (Cell(10**18, -(10**18)), Cell(5, 5)),
    (Cell(2, 2), Cell(5, 5), Cell(2, 2)),
]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_whatever_a_document_claims_is_drawn(size: Size) -> None:
    game = crowded_game(6, 6, 2)
    first = game.states[0]
    states = tuple(
        replace(first, snakes={"0": body}, alive={}, scores={"0": 10**40}, apples=body)
        for body in ODD_BODIES
    )
    deaths = tuple(
        replace(game.deaths[0], crash_cell=cell, state_index=1, reason="x" * 999)
        for cell in (Cell(10**18, 2), Cell(-3, -3))
    )
    players = tuple(
        replace(player, name=name, final_score=-(10**30), cost_usd=float("inf"))
        for player, name in zip(game.players, ("", "\u202e\x00" + "W" * 9_999), strict=True)
    )
    odd = replace(game, states=states, moves=({},) * 5, deaths=deaths, players=players)
    assert len(list(pictures(odd, plan_of(odd), Look(size=size, theme="dark")))) == 9
    assert 0 <= poster_index(odd) < len(moments(odd))
