from dataclasses import replace

import numpy as np
import pytest
from tests.pipelines.replays.arenas import crowded_game
from tests.pipelines.replays.render.test_layout import EVERY

from reelmill.media.geometry import Size
from reelmill.media.raster import Yuv420
from reelmill.pipelines.replays.game import Game
from reelmill.pipelines.replays.render.canvas import Canvas
from reelmill.pipelines.replays.render.card_layout import end_layout, title_layout
from reelmill.pipelines.replays.render.cards import day_of, draw_end, draw_title, money
from reelmill.pipelines.replays.render.layout import Look

LOOK = Look(size=Size(1280, 720), theme="light")


def title(game: Game) -> Yuv420:
    canvas = Canvas(LOOK)
    draw_title(canvas, game)
    return canvas.picture


def end(game: Game) -> Yuv420:
    canvas = Canvas(LOOK)
    draw_end(canvas, game)
    return canvas.picture


@pytest.mark.parametrize(("size", "players"), EVERY)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cards_fill_their_boxes_and_nothing_else(size: Size, players: int, theme: str) -> None:
    canvas = Canvas(Look(size=size, theme="light" if theme == "light" else "dark"))
    game = crowded_game(10, 10, players)
    for draw, where in (
        (draw_title, title_layout(size, players)),
        (draw_end, end_layout(size, players)),
    ):
        draw(canvas, game)
        for box in where.texts:
            part = canvas.picture.y[box.y : box.bottom, box.x : box.right]
            assert part.std() > 1, box
        edge = canvas.picture.y[[0, -1]]
        assert (edge == canvas.colors.page.ink.y).all()


def test_the_cards_tell_one_game_from_another() -> None:
    game = crowded_game(10, 10, 2)
    other = replace(game, width=12)
    assert not np.array_equal(title(game).y, title(other).y)
    richer = replace(game, total_cost_usd=3.0)
    assert not np.array_equal(end(game).y, end(richer).y)


def test_a_game_without_facts_has_cards_too() -> None:
    game = crowded_game(10, 10, 2)
    bare = replace(
        game, started_at="", game_type="", num_apples=0, max_rounds=0, total_cost_usd=0.0
    )
    assert title(bare).y.std() > 1
    assert end(bare).y.std() > 1


@pytest.mark.parametrize(
    ("cost_usd", "shown"),
    [
        (0.0, ""),
        (-1.0, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        (0.00001, "under $0.0001"),
        (0.0042, "$0.0042"),
        (1234.5, "$1,234.50"),
    ],
)
def test_money_is_written_as_people_do(cost_usd: float, shown: str) -> None:
    assert money(cost_usd) == shown


@pytest.mark.parametrize("moment", ["", "soon", "2025-13-01", "9" * 400])
def test_what_is_no_day_is_left_out(moment: str) -> None:
    assert day_of(moment) == ""
