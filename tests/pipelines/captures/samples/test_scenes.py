"""What fake captures show: games that move, menus that do not, and what goes wrong with both."""

from collections.abc import Callable

import numpy as np
import pytest

from reelmill.media.geometry import Size
from reelmill.media.raster import rgb_of
from reelmill.pipelines.captures.samples import spoiled
from reelmill.pipelines.captures.samples.menus import menu
from reelmill.pipelines.captures.samples.scenes import Scene, gameplay
from reelmill.pipelines.captures.samples.world import make_world, stand_at

SIZE = Size(160, 90)


def seen(scene: Scene, at_s: float) -> np.ndarray:
    return rgb_of(scene(at_s)).astype(np.float32)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_walks_through_walls(seed: int) -> None:
    world = make_world(seed)
    for at_s in range(0, 900, 7):
        stand = stand_at(world, at_s)
        assert world.walls[int(stand.y), int(stand.x)] == 0


@pytest.mark.parametrize("third_person", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_game_is_bright_and_never_looks_the_same(seed: int, *, third_person: bool) -> None:
    scene = gameplay(seed, SIZE, third_person=third_person)
    views = [seen(scene, at_s) for at_s in (0, 3, 6, 9, 30, 60, 63, 90, 120)]
    assert all(30 < view.mean() < 200 for view in views)
    apart = [np.abs(one - other).mean() for at, one in enumerate(views) for other in views[:at]]
    assert min(apart) > 3


def test_the_same_second_of_the_same_seed_looks_the_same() -> None:
    one, other = gameplay(7, SIZE), gameplay(7, SIZE)
    assert np.array_equal(seen(one, 12.5), seen(other, 12.5))
    assert not np.array_equal(seen(one, 12.5), seen(gameplay(8, SIZE), 12.5))


def test_only_the_highlight_of_a_menu_moves() -> None:
    scene = menu(3, SIZE)
    changed = [np.abs(seen(scene, 3 * n) - seen(scene, 3 * n + 3)).max(2) > 8 for n in range(12)]
    assert all(each.mean() < 0.2 for each in changed)
    assert sum(each.any() for each in changed) > 6


def test_a_dark_screen_is_darker_than_what_counts_as_dark_and_a_night_is_not() -> None:
    for seed in range(4):
        scene = gameplay(seed, SIZE)
        assert seen(spoiled.dimmed(scene, 0.06), 3).mean() < 12
        assert seen(spoiled.dimmed(scene, 0.32), 3).mean() > 20


@pytest.mark.parametrize(
    ("spoil", "share", "black"),
    [
        (spoiled.letterboxed, 0.125, (True, False, True, False)),
        (spoiled.pillarboxed, 0.125, (False, True, False, True)),
        (spoiled.cornered, 0.8, (False, True, True, False)),
    ],
    ids=["above and below", "on both sides", "on the right and below"],
)
def test_bars_are_black_where_they_should_be(
    spoil: Callable[[Scene, float], Scene], share: float, black: tuple[bool, ...]
) -> None:
    picture = seen(spoil(gameplay(1, SIZE), share), 6)
    bands = picture[:9], picture[:, -16:], picture[-9:], picture[:, :16]
    assert tuple(bool(band.max() == 0) for band in bands) == black
    assert picture.shape == (90, 160, 3)


def test_a_frozen_picture_moves_until_it_does_not() -> None:
    scene = spoiled.frozen(gameplay(1, SIZE), 4)
    assert not np.array_equal(seen(scene, 1), seen(scene, 3))
    assert np.array_equal(seen(scene, 5), seen(scene, 300))
