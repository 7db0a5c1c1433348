"""Menus are told from gameplay by their lettering, or by whoever else is asked."""

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.pipelines.captures.checks.sights import display, menu, record, series, tall, world

from reelmill.pipelines.captures.checks.menu import (
    MENU,
    Kind,
    NobodyAnswers,
    by_lettering,
    menu_check,
)


@pytest.mark.parametrize("kind", ["plain", "dim", "blurred", "over"])
def test_menus_of_every_kind_are_found(kind: str) -> None:
    frames = np.stack([menu(kind, frame) for frame in world(5)])
    assert by_lettering(frames) == (Kind.MENU,) * 5


def test_a_world_is_no_menu() -> None:
    assert set(by_lettering(tall(world(15)))) == {Kind.GAMEPLAY}


def test_the_display_of_a_game_is_no_menu() -> None:
    assert set(by_lettering(display(world(15)))) == {Kind.GAMEPLAY}


@pytest.mark.parametrize("bar_px", [7, 30, 45, 53])
def test_the_end_of_a_bar_is_no_lettering(bar_px: int) -> None:
    frames = world(6)
    frames[:, :, :bar_px] = frames[:, :, -bar_px:] = 0
    frames[:, :, :, -2 * bar_px :] = 0
    assert set(by_lettering(frames)) == {Kind.GAMEPLAY}


def test_a_menu_between_gameplay_is_found_although_the_game_has_a_display() -> None:
    frames = display(world(15))
    frames[4:6] = np.stack([menu("dim", frame) for frame in frames[4:6]])
    kinds = by_lettering(frames)
    assert [place for place, kind in enumerate(kinds) if kind is Kind.MENU] == [4, 5]


@pytest.mark.parametrize("side", [1, 8, 60])
def test_pictures_that_are_too_small_for_letters_are_gameplay(side: int) -> None:
    assert by_lettering(np.full((2, 3, side, side), 7, np.uint8)) == (Kind.GAMEPLAY,) * 2


@pytest.mark.parametrize(
    ("menus", "mostly", "consecutive"),
    [
        pytest.param([], False, False, id="none"),
        pytest.param([3], False, False, id="one of fifteen is fewer than a tenth"),
        pytest.param([3, 9], True, False, id="two apart are more than a tenth"),
        pytest.param([3, 4], True, True, id="two side by side"),
    ],
)
def test_share_and_runs_are_held_against_their_limits(
    menus: list[int], *, mostly: bool, consecutive: bool
) -> None:
    frames = tall(world(15))
    for place in menus:
        frames[place] = menu("dim", frames[place])
    figures = MENU.measure(record(series(frames)))
    assert figures.video_menu_percent == pytest.approx(len(menus) / 15)
    assert figures.menu_frame == (f"stride-3_chw[{menus[0]}]" if menus else None)
    verdict = MENU.judge(figures, MENU.limits)
    assert verdict == (mostly, 0.1, consecutive)


def test_a_moment_that_is_in_several_series_counts_once() -> None:
    frames = tall(world(15))
    frames[9] = menu("plain", frames[9])
    figures = MENU.measure(record(series(frames)))
    assert figures.menu_stride_30 == ("menu",)
    assert figures.video_menu_percent == pytest.approx(1 / 15)


def test_frames_that_nobody_can_judge_are_left_out_of_the_share() -> None:
    def torn(frames: NDArray[np.uint8]) -> tuple[Kind, ...]:
        kinds = (Kind.ERROR, Kind.MENU, *[Kind.GAMEPLAY] * len(frames))
        return kinds[: len(frames)]

    check = menu_check(torn, "test")
    figures = check.measure(record({"stride-3_chw": world(5)}))
    assert (figures.video_menu_percent, figures.menu_error_frames) == (0.25, 1)
    assert check.id == "menu@test"


def test_that_nobody_answers_is_no_figure() -> None:
    check = menu_check(lambda frames: (Kind.ERROR,) * len(frames), "test")
    with pytest.raises(NobodyAnswers):
        check.measure(record())
    assert check.measure(record(series(world(0)))).video_menu_percent is None


def test_the_figure_and_the_limit_are_compared_as_numbers() -> None:
    figures = MENU.measure(record(series(np.zeros((0, 3, 0, 0), np.uint8))))
    assert figures.video_menu_percent is None
    assert MENU.judge(figures, MENU.limits).is_video_mostly_menu is None
