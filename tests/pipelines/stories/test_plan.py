"""What is shown and heard: clips dealt like cards, to the frame, the same on every node."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reelmill.pipelines.stories.plan import (
    Clip,
    choose_frame,
    choose_music,
    choose_pieces,
    frames_of_voice,
    seed_of,
)
from reelmill.pipelines.stories.spec import NoClips, NoMusic, Part, Piece, Sound

RATE = 30

SEEDS = some.integers(min_value=0, max_value=2**32 - 1)


def clip(name: str, frames: int, part: Part = Part.CLIP) -> Clip:
    return Clip(key=name, sha256=f"{part}-{name}", duration_s=frames / RATE, part=part)


def sound(name: str) -> Sound:
    return Sound(key=name, sha256=name, duration_s=10.0, loudness_lufs=-20.0)


#: Clips of one frame to three seconds.
POOLS = some.lists(some.integers(min_value=1, max_value=90), min_size=1, max_size=8).map(
    lambda sizes: [clip(str(number), frames) for number, frames in enumerate(sizes)]
)

#: As many frames as a voice of up to a minute has.
FRAMES = some.integers(min_value=1, max_value=1800)


@given(pool=POOLS, frames=FRAMES, seed=SEEDS)
def test_frames_add_up_and_only_the_last_clip_is_cut(
    pool: list[Clip], frames: int, seed: int
) -> None:
    pieces = choose_pieces(pool, frames, seed, RATE)
    assert sum(piece.shown_frames for piece in pieces) == frames
    assert all(piece.shown_frames == piece.frames for piece in pieces[:-1])
    assert 1 <= pieces[-1].shown_frames <= pieces[-1].frames


@given(pool=POOLS, frames=FRAMES, seed=SEEDS)
def test_clips_are_dealt_like_cards(pool: list[Clip], frames: int, seed: int) -> None:
    keys = [piece.key for piece in choose_pieces(pool, frames, seed, RATE)]
    deals = [keys[at : at + len(pool)] for at in range(0, len(keys), len(pool))]
    for deal in deals:
        assert len(set(deal)) == len(deal), "none again before all were shown"
    if len(pool) > 1:
        assert all(one != other for one, other in pairwise(keys)), "none twice in a row"


@given(pool=POOLS, frames=FRAMES, seed=SEEDS, shuffle=some.randoms(use_true_random=False))
def test_the_seed_decides_and_the_order_of_the_pool_does_not(
    pool: list[Clip], frames: int, seed: int, shuffle: random.Random
) -> None:
    pool = [
        *pool,
        *(clip(name, 5, part) for part in (Part.INTRO, Part.OUTRO, Part.PLATE) for name in "ab"),
    ]
    shuffled = shuffle.sample(pool, len(pool))
    assert choose_pieces(pool, frames, seed, RATE) == choose_pieces(shuffled, frames, seed, RATE)
    for part in Part:
        assert choose_frame(pool, part, seed) == choose_frame(shuffled, part, seed)


def test_seeds_differ_in_what_they_choose() -> None:
    pool = [clip(str(number), 30) for number in range(6)]
    orders = {tuple(p.key for p in choose_pieces(pool, 180, seed, RATE)) for seed in range(40)}
    assert len(orders) > 30
    songs = [sound(name) for name in "abcd"]
    assert {choose_music(songs, seed, needed=True) for seed in range(60)} == set(songs)


def shown(pieces: tuple[Piece, ...]) -> list[tuple[Part, int]]:
    return [(piece.part, piece.shown_frames) for piece in pieces]


INTRO, OUTRO = clip("i", 20, Part.INTRO), clip("o", 30, Part.OUTRO)


@pytest.mark.parametrize(
    ("ends", "frames", "pieces"),
    [
        pytest.param(
            [INTRO, OUTRO],
            51,
            [(Part.INTRO, 20), (Part.CLIP, 1), (Part.OUTRO, 30)],
            id="one frame between them",
        ),
        pytest.param([INTRO, OUTRO], 50, [(Part.CLIP, 50)], id="no room for a clip: neither"),
        pytest.param([INTRO], 21, [(Part.INTRO, 20), (Part.CLIP, 1)], id="an intro alone"),
        pytest.param([OUTRO], 40, [(Part.CLIP, 10), (Part.OUTRO, 30)], id="an outro alone"),
        pytest.param([INTRO], 20, [(Part.CLIP, 20)], id="an intro as long as the voice"),
        pytest.param([clip("p", 9, Part.PLATE)], 30, [(Part.CLIP, 30)], id="a plate is no clip"),
    ],
)
def test_what_opens_and_ends_a_story(
    ends: list[Clip], frames: int, pieces: list[tuple[Part, int]]
) -> None:
    assert shown(choose_pieces([clip("c", 100), *ends], frames, 7, RATE)) == pieces


def test_one_clip_alone_is_shown_again_and_again() -> None:
    pieces = choose_pieces([clip("c", 40)], 100, 7, RATE)
    assert [piece.shown_frames for piece in pieces] == [40, 40, 20]


def test_a_category_without_clips_or_needed_music_makes_the_voice_wait() -> None:
    with pytest.raises(NoClips):
        choose_pieces([INTRO, OUTRO], 100, 7, RATE)
    with pytest.raises(NoMusic):
        choose_music([], 7, needed=True)
    assert choose_music([], 7, needed=False) is None


@pytest.mark.parametrize(
    ("duration_s", "frames"),
    [(125.7, 3771), (1 / 3, 10), (0.001, 1), (10.016, 300), (10.017, 301), (14400.0, 432_000)],
)
def test_a_voice_is_as_long_as_its_frames_to_the_nearest(duration_s: float, frames: int) -> None:
    assert frames_of_voice(duration_s, RATE) == frames


@given(some.integers(min_value=1, max_value=500_000), some.sampled_from([24, 25, 30, 60]))
def test_a_clip_of_whole_frames_keeps_them_all(frames: int, rate: int) -> None:
    assert Clip(key="a", sha256="", duration_s=frames / rate).whole(rate) == frames


def test_a_task_has_one_seed_and_another_task_another() -> None:
    seeds = {seed_of(f"t{number}") for number in range(100)}
    assert len(seeds) == 100
    assert all(0 <= seed < 2**32 for seed in seeds)
