import itertools

import pytest
from tests.pipelines.replays.render.test_layout import EVERY, Size, apart, holds

from reelmill.media.raster import Box
from reelmill.pipelines.replays.render.card_layout import end_layout, letters, title_layout


@pytest.mark.parametrize(("size", "players"), EVERY)
def test_nothing_on_the_title_card_is_cut_off(size: Size, players: int) -> None:
    where = title_layout(size, players)
    parts = [where.top, where.bottom, *where.between, *(each.frame for each in where.contenders)]
    assert all(holds(Box(0, 0, *size), box) for box in parts)
    assert all(apart(*pair) for pair in itertools.combinations(parts, 2))
    for each in where.contenders:
        assert holds(each.frame, each.snake)
        assert holds(each.frame, each.name)
        assert apart(each.snake, each.name)
        assert each.name.height >= letters(where.unit, 15, bold=True).line_height_px


@pytest.mark.parametrize(("size", "players"), EVERY)
def test_nothing_on_the_end_card_is_cut_off(size: Size, players: int) -> None:
    where = end_layout(size, players)
    parts = [where.headline, where.facts, *(row.frame for row in where.rows)]
    assert all(holds(Box(0, 0, *size), box) for box in parts)
    assert all(apart(*pair) for pair in itertools.combinations(parts, 2))
    assert where.headline.height >= 2 * letters(where.unit, 28).line_height_px
    for row in where.rows:
        inner = [row.avatar, row.name, row.fate, row.price, row.result, row.apple, row.score]
        assert all(holds(row.frame, box) for box in inner)
        assert all(apart(*pair) for pair in itertools.combinations(inner, 2))
        assert row.fate.height >= letters(where.unit, 14.5).line_height_px
        assert row.price.height >= letters(where.unit, 13.5).line_height_px
        assert row.name.width >= 180 * where.unit
