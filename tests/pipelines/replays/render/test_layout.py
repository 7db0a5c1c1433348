import itertools

import pytest

from reelmill.media.geometry import Size
from reelmill.media.raster import Box
from reelmill.pipelines.replays.game import Cell
from reelmill.pipelines.replays.render.layout import MARGIN, grid, layout

SIZES = [Size(1280, 720), Size(1920, 1080), Size(1080, 1920)]
EVERY = list(itertools.product(SIZES, [1, 2, 3, 4]))


def holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def apart(one: Box, other: Box) -> bool:
    return (
        one.right <= other.x
        or other.right <= one.x
        or one.bottom <= other.y
        or other.bottom <= one.y
    )


@pytest.mark.parametrize(("size", "players"), EVERY)
def test_nothing_is_cut_off_and_nothing_overlaps(size: Size, players: int) -> None:
    where = layout(size, players)
    frame = Box(0, 0, *size)
    assert len(where.panels) == players
    parts = [where.zone, where.round, where.progress, *(panel.frame for panel in where.panels)]
    for box in parts:
        assert holds(frame, box)
    for one, other in itertools.combinations(parts, 2):
        assert apart(one, other)


@pytest.mark.parametrize(("size", "players"), EVERY)
def test_the_facts_of_a_player_lie_in_the_panel_side_by_side(size: Size, players: int) -> None:
    for panel in layout(size, players).panels:
        boxes = [panel.avatar, panel.apple, panel.arrow, panel.bar, *panel.texts]
        for box in boxes:
            assert holds(panel.frame, box)
        for one, other in itertools.combinations(boxes, 2):
            assert apart(one, other)


@pytest.mark.parametrize(("size", "players"), EVERY)
def test_every_text_has_room_for_a_line_and_thoughts_for_four(size: Size, players: int) -> None:
    where = layout(size, players)
    line = where.style(15).line_height_px
    for panel in where.panels:
        assert panel.thoughts.height >= 4 * line
        assert panel.thoughts.width >= 200 * where.unit
        assert panel.name.height >= 3 * where.style(12).line_height_px
        assert panel.state.height >= where.style(12).line_height_px
        assert panel.length.height >= where.style(12.5).line_height_px
        assert panel.score.height >= where.style(22).line_height_px
    assert where.round.height >= where.style(16).line_height_px


@pytest.mark.parametrize(("size", "players"), EVERY)
def test_all_boxes_are_even(size: Size, players: int) -> None:
    where = layout(size, players)
    boxes = [where.zone, where.round, where.progress]
    for panel in where.panels:
        boxes += [panel.frame, panel.avatar, panel.apple, panel.arrow, panel.bar, panel.state]
    assert all(number % 2 == 0 for box in boxes for number in box)


@pytest.mark.parametrize(("size", "players"), EVERY)
@pytest.mark.parametrize("board", [(4, 4), (10, 10), (15, 10), (50, 50), (50, 4), (4, 50), (7, 9)])
def test_boards_are_as_large_as_the_zone_and_in_its_middle(
    size: Size, players: int, board: tuple[int, int]
) -> None:
    where = layout(size, players)
    cells = grid(where, *board)
    inner = where.zone.inset(where.px(MARGIN))
    assert holds(inner, cells.box)
    larger = [(cells.side_px + 2) * count for count in board]
    assert larger[0] > inner.width or larger[1] > inner.height
    assert abs((cells.box.x - inner.x) - (inner.right - cells.box.right)) <= 2
    assert abs((cells.box.y - inner.y) - (inner.bottom - cells.box.bottom)) <= 2
    last = cells.cell(Cell(board[0] - 1, 0))
    assert (last.right, last.bottom) == (cells.box.right, cells.box.bottom)
