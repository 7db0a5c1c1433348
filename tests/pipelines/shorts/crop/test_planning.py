"""Plans for drawn clips, held against where the subject is known to be, frame by frame."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.pipelines.shorts.crop.drawn import Clip, Where, turned, write

from reelmill.errors import BadMedia
from reelmill.pipelines.shorts.crop import plan_crop
from reelmill.pipelines.shorts.spec import CropPlan, Cut
from reelmill.units import StoreKey

FPS = 25

#: Share of the frames that must show the whole subject. Source: what smart crop must show.
INSIDE = 0.99

#: A hand-held camera: a random walk that comes back.
_shaken = np.cumsum(np.random.default_rng(3).normal(0, 1.5, (150, 2)), axis=0)
SHAKE = _shaken - np.linspace(0, 1, 150)[:, None] * _shaken[-1]


def at(*stops: tuple[int, float]) -> Where:
    """A subject that goes from place to place, straight, at half of the height."""
    frames, places = zip(*stops, strict=True)
    return lambda frame: (float(np.interp(frame, frames, places)), 180.0)


def planned(path: Path, start_s: float, end_s: float) -> CropPlan:
    return plan_crop(path, Cut(source_key=StoreKey("x"), start_s=start_s, end_s=end_s))


def windows(plan: CropPlan, frames: int) -> list[tuple[float, float]]:
    """Left and top of the window in each frame."""
    shown: list[tuple[float, float]] = []
    keys = list(plan.keyframes)
    for frame in range(frames):
        seconds = frame / FPS
        last = max(n for n, key in enumerate(keys) if key.at_s <= seconds + 0.002)
        here, then = keys[last], keys[min(last + 1, len(keys) - 1)]
        share = 0.0
        if then.at_s > here.at_s and not then.jump:
            share = min(1.0, max(0.0, (seconds - here.at_s) / (then.at_s - here.at_s)))
        shown.append((here.x + share * (then.x - here.x), here.y + share * (then.y - here.y)))
    return shown


def share_inside(clip: Clip, plan: CropPlan) -> float:
    size = plan.window_width, plan.window_height
    shown = windows(plan, clip.frames)
    return float(np.mean([clip.inside(n, *where, *size) for n, where in enumerate(shown)]))


def frames_moved(plan: CropPlan, frames: int) -> list[int]:
    """Frames in which the window is elsewhere than in the one before."""
    return [n for n, (a, b) in enumerate(pairwise(windows(plan, frames)), 1) if a != b]


def rests(clip: Clip, frame: int) -> bool:
    now, before = clip.where(frame), clip.where(frame - 1)
    return now is not None and before is not None and math.dist(now, before) < 0.01


STILL = [
    pytest.param(Clip(where=at((0, 480)), frames=75), id="a subject at rest on the right"),
    pytest.param(Clip(where=at((0, 150)), noise=10), id="a subject at rest, in noise"),
    pytest.param(
        Clip(where=at((0, 400)), radius=85, frames=50), id="one that takes 84 % of the window"
    ),
    pytest.param(
        Clip(where=lambda n: (300 + 6 * math.sin(n / 2), 180)), id="a subject that trembles"
    ),
    pytest.param(
        Clip(where=at((0, 130)), bars_px=(100, 0), frames=75),
        id="a subject at rest beside a black bar",
    ),
    pytest.param(
        Clip(where=lambda n: (440 - SHAKE[n, 0], 180 - SHAKE[n, 1]), look=lambda n: (*SHAKE[n],)),
        id="a subject at rest before a shaking camera",
    ),
]

MOVING = [
    pytest.param(Clip(where=at((25, 80), (125, 560))), id="a walk from side to side"),
    pytest.param(Clip(where=at((60, 60), (90, 580))), id="a run"),
    pytest.param(
        Clip(where=at((25, 120), (100, 480)), radius=85, frames=125),
        id="a walk of one that takes 84 % of the window",
    ),
    pytest.param(Clip(where=lambda n: (320 + 220 * math.sin(n / 25 * 1.5), 180)), id="to and fro"),
    pytest.param(
        Clip(where=at((50, 100), (100, 300), (160, 300), (200, 540)), frames=240),
        id="walk, rest, walk",
    ),
    pytest.param(Clip(where=at((50, 200), (150, 1000))), id="a subject that leaves"),
    pytest.param(
        Clip(where=lambda n: (420 + 40 * math.sin(n / 20), 180), look=lambda n: (n - 75, 0)),
        id="a subject that the camera follows",
    ),
    pytest.param(
        Clip(where=lambda n: (450 - n, 180), look=lambda n: (n - 75, 0)),
        id="a subject at rest that the camera pans over",
    ),
    pytest.param(
        Clip(
            where=lambda n: (100 + 3 * n - SHAKE[n, 0], 180 - SHAKE[n, 1]),
            look=lambda n: (*SHAKE[n],),
        ),
        id="a walk before a shaking camera",
    ),
    pytest.param(Clip(where=lambda n: (150 + 2 * n, 180), bars_px=(0, 45)), id="letterboxed"),
    pytest.param(
        Clip(where=lambda n: (80 + 2 * n, 240), width=480, height=480), id="a square picture"
    ),
    pytest.param(
        Clip(where=lambda n: (120, 80 + 3 * n), width=240, height=640),
        id="down a picture narrower than 9:16",
    ),
    pytest.param(
        Clip(
            where=lambda n: (150 + 20 * math.sin(n / 3), 180),
            others=(lambda n: (520 + 20 * math.sin(n / 4), 180),),
        ),
        id="two subjects: the larger one",
    ),
]


@pytest.mark.parametrize("clip", STILL)
def test_the_window_never_moves_for_a_subject_that_rests(clip: Clip, tmp_path: Path) -> None:
    plan = planned(write(tmp_path / "clip.mp4", clip.pictures()), 0, clip.frames / FPS)
    assert share_inside(clip, plan) >= INSIDE
    assert len(plan.keyframes) == 1


@pytest.mark.parametrize(
    ("middle_px", "radius"),
    [
        pytest.param(250, 200, id="twice as wide as the window"),
        pytest.param(340, 269, id="84 % of the picture"),
    ],
)
def test_the_window_rests_on_the_middle_of_one_that_is_wider(
    middle_px: int, radius: int, tmp_path: Path
) -> None:
    clip = Clip(where=at((0, middle_px)), radius=radius, frames=26)
    plan = planned(write(tmp_path / "clip.mp4", clip.pictures()), 0, clip.frames / FPS)
    (key,) = plan.keyframes
    assert abs(key.x + plan.window_width / 2 - middle_px) < 0.1 * plan.window_width


@pytest.mark.parametrize("clip", MOVING)
def test_the_window_follows_and_rests_when_the_subject_does(clip: Clip, tmp_path: Path) -> None:
    plan = planned(write(tmp_path / "clip.mp4", clip.pictures()), 0, clip.frames / FPS)
    assert share_inside(clip, plan) >= INSIDE
    assert all(key.x % 2 == key.y % 2 == 0 for key in plan.keyframes)
    assert plan.window_width % 2 == plan.window_height % 2 == 0
    assert [n for n in frames_moved(plan, clip.frames) if rests(clip, n)] == []


def test_the_window_gathers_speed_and_never_twitches(tmp_path: Path) -> None:
    clip = Clip(where=at((25, 80), (125, 560)))
    plan = planned(write(tmp_path / "clip.mp4", clip.pictures()), 0, clip.frames / FPS)
    steps = np.diff([x for x, _ in windows(plan, clip.frames)])
    assert (steps >= 0).all()
    assert np.abs(np.diff(steps)).max() < 4


@pytest.mark.parametrize("gop", [250, 12], ids=["long", "short"])
def test_the_window_jumps_on_the_first_frame_of_the_next_shot(gop: int, tmp_path: Path) -> None:
    shots = [
        Clip(where=at((0, 120), (43, 160)), frames=43),
        Clip(where=at((0, 500), (58, 470)), frames=58, seed=5),
        Clip(where=at((0, 200), (39, 230)), frames=39, seed=9),
    ]
    pictures = (one for shot in shots for one in shot.pictures())
    plan = planned(write(tmp_path / "clip.mp4", pictures, gop=gop), 0, 140 / FPS)
    assert [round(key.at_s * FPS, 2) for key in plan.keyframes if key.jump] == [43, 101]
    shown, first = windows(plan, 140), 0
    for shot in shots:
        held = [
            shot.inside(n, *shown[first + n], plan.window_width, 360) for n in range(shot.frames)
        ]
        assert np.mean(held) >= INSIDE
        first += shot.frames


def test_a_flash_is_no_cut(tmp_path: Path) -> None:
    pictures = list(Clip(where=at((0, 480)), frames=60).pictures())
    pictures[30] = np.full_like(pictures[30], 250)
    plan = planned(write(tmp_path / "clip.mp4", pictures), 0, 60 / FPS)
    assert [key.jump for key in plan.keyframes] == [False]


@pytest.mark.parametrize("turned_deg", [90, 180, 270])
def test_a_turned_video_is_planned_as_it_is_shown(turned_deg: int, tmp_path: Path) -> None:
    clip = Clip(where=at((0, 480)), frames=50)
    lying = (np.ascontiguousarray(np.rot90(one, turned_deg // 90)) for one in clip.pictures())
    path = turned(write(tmp_path / "lying.mp4", lying), turned_deg)
    plan = planned(path, 0, 2)
    assert (plan.source_width, plan.source_height) == (640, 360)
    assert share_inside(clip, plan) >= INSIDE


def test_times_count_from_the_start_of_the_cut(tmp_path: Path) -> None:
    clip = Clip(where=at((75, 100), (125, 500)), frames=200)
    path = write(tmp_path / "clip.mp4", clip.pictures())
    plan = planned(path, 2.0, 7.0)
    moved = frames_moved(plan, 125)
    assert 20 <= min(moved) <= 40
    assert max(moved) <= 80


def test_where_nothing_is_to_be_seen_the_middle_is_shown(tmp_path: Path) -> None:
    grey = [np.full((360, 640, 3), 90, np.uint8)] * 30
    plan = planned(write(tmp_path / "clip.mp4", grey), 0, 1.2)
    (key,) = plan.keyframes
    assert abs(key.x + plan.window_width / 2 - 320) <= 2
    assert (key.reason, key.confidence < 0.3) == ("center", True)


def test_progress_comes_to_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", Clip(where=at((0, 300)), frames=50).pictures())
    told: list[float] = []
    plan_crop(path, Cut(source_key=StoreKey("x"), start_s=0, end_s=2), on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] > 0.8


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_text("#EXTM3U\nhttp://127.0.0.1/\n")
    with pytest.raises(BadMedia):
        planned(tmp_path / "clip.mp4", 0, 1)
