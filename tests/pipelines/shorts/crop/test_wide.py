"""Subjects nearly as wide as the window: all ways that they may go. Most is a campaign."""

from pathlib import Path

import numpy as np
import pytest
from tests.pipelines.shorts.crop.drawn import Clip, write
from tests.pipelines.shorts.crop.test_planning import (
    FPS,
    INSIDE,
    at,
    frames_moved,
    planned,
    rests,
    share_inside,
)
from tests.pipelines.shorts.crop.things import WINDOW_PX, Thing, drawn_by_lot

#: Shares of the window, and pixels a frame.
WIDTHS, SPEEDS = (0.60, 0.70, 0.80, 0.84, 0.90), (2, 5, 9, 12)

#: Frames in which the window may move before or after the subject does: where the window leaves
#: ten pixels to either side, and in a frame a subject goes twelve, the moment must be known to one.
LATE = 1

#: Those of every day.
EVERYDAY = {(0.84, 5, "rest"), (0.84, 5, "edge"), (0.90, 9, "left"), (0.90, 12, "turn")}

WAYS = ("right", "left", "turn", "rest", "edge")

#: Of things drawn by lot, so many, and the share of them that must be wholly inside.
LOTS, FOLLOWED = 60, 0.93


def drawn(width: float, speed_px: int, way: str) -> Clip:
    radius = round(WINDOW_PX * width / 2)
    low, high = radius + 8, 632 - radius
    frames = round((high - low) / speed_px)
    half = frames // 2
    stops = {
        "right": ((25, low), (25 + frames, high)),
        "left": ((25, high), (25 + frames, low)),
        "turn": ((20, low), (20 + frames, high), (20 + 2 * frames, low)),
        "rest": ((20, low), (20 + half, 320), (50 + half, 320), (50 + frames, high)),
        "edge": ((20, 640 - radius), (20 + frames, radius)),
    }[way]
    return Clip(where=at(*stops), radius=radius, frames=stops[-1][0] + 25)


def told(clip: Clip | Thing, folder: Path) -> tuple[float, int, float]:
    """How much of the time a subject is inside, moves while it rests, how far the window went."""
    plan = planned(write(folder / "clip.mp4", clip.pictures()), 0, clip.frames / FPS)
    at_rest = [n for n in frames_moved(plan, clip.frames) if rests(clip, n)]
    return share_inside(clip, plan), len(at_rest), float(np.ptp([key.x for key in plan.keyframes]))


@pytest.mark.parametrize(
    ("width", "speed_px", "way"),
    [
        pytest.param(
            *case,
            id="{:.0%} of the window, {} pixels a frame, {}".format(*case),
            marks=() if case in EVERYDAY else pytest.mark.campaign,
        )
        for case in ((width, speed, way) for width in WIDTHS for speed in SPEEDS for way in WAYS)
    ],
)
def test_a_wide_plain_subject_is_wholly_inside(
    width: float, speed_px: int, way: str, tmp_path: Path
) -> None:
    inside, at_rest, travel_px = told(drawn(width, speed_px, way), tmp_path)
    assert inside >= INSIDE
    assert at_rest <= LATE
    assert travel_px > 0


@pytest.mark.parametrize(
    "thing",
    [
        pytest.param(
            Thing(shape="person", width=0.85, colour="green", ground="white", way="pauses"),
            id="a person before a white wall, with a pause",
        ),
        pytest.param(
            Thing(shape="square", width=0.9, texture="stripes", colour="pale", ground="plain"),
            id="stripes that lie along the way, before a plain ground",
        ),
        pytest.param(
            Thing(shape="ellipse", width=0.8, texture="cloth", ground="trees", noise=4, way="turn"),
            id="cloth before trees, in noise, and back",
        ),
        pytest.param(
            Thing(shape="square", width=0.85, texture="shaded", speed_px=4, way="two speeds"),
            id="what is lit from one side, slow and then fast",
        ),
    ],
)
def test_any_wide_subject_is_wholly_inside(thing: Thing, tmp_path: Path) -> None:
    inside, at_rest, _ = told(thing, tmp_path)
    assert inside >= INSIDE
    assert at_rest <= LATE


@pytest.mark.campaign
def test_most_of_what_is_drawn_by_lot_is_wholly_inside(tmp_path: Path) -> None:
    found = [told(thing, tmp_path) for thing in drawn_by_lot(LOTS, seed=71)]
    assert np.mean([inside >= INSIDE for inside, *_ in found]) >= FOLLOWED
    assert np.mean([at_rest <= LATE for _, at_rest, _ in found]) >= FOLLOWED
