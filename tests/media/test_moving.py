"""Pictures that move beside a track of sound: verified as all that is made here is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reelmill.media.encode import NothingToShow
from reelmill.media.frames import planes
from reelmill.media.moving import encode_moving
from reelmill.media.mux import NotWritten
from reelmill.media.profiles import Profile
from reelmill.media.raster import Held, Yuv420
from reelmill.media.sound import silence, write_aac
from reelmill.media.verify import verify

FRAMES = 70

pytestmark = pytest.mark.ffmpeg


@pytest.fixture
def form(tiny: Profile) -> Profile:
    return replace(tiny, spliceable=False)


@pytest.fixture
def track(tmp_path: Path, form: Profile) -> Path:
    write_aac(silence(form.audio_samples(FRAMES), form.audio), tmp_path / "a.m4a", form.audio)
    return tmp_path / "a.m4a"


def test_every_picture_is_there_once_and_looks_like_itself(
    tmp_path: Path, form: Profile, track: Path, drawn: Callable[..., list[Held]]
) -> None:
    pictures = [held.picture for held in drawn([1] * FRAMES)]
    made = encode_moving(pictures, track, tmp_path / "film.mp4", form, crf=18)
    assert made == FRAMES
    found = verify(tmp_path / "film.mp4", form, frames=FRAMES)
    assert found.key_frames >= 2
    shown = list(planes(tmp_path / "film.mp4"))
    for at in (0, 1, FRAMES - 1):
        error = np.abs(shown[at].y.astype(int) - pictures[at].y.astype(int)).mean()
        assert error < 6


def test_noise_keeps_the_promise_of_the_profile(tmp_path: Path, form: Profile) -> None:
    chance, (width, height) = np.random.default_rng(7), form.size
    noise = [
        Yuv420(
            y=chance.integers(16, 235, (height, width), np.uint8),
            u=chance.integers(16, 240, (height // 2, width // 2), np.uint8),
            v=chance.integers(16, 240, (height // 2, width // 2), np.uint8),
        )
        for _ in range(30)
    ]
    frames, narrow = 90, replace(form, max_bitrate_bps=2_000_000)
    write_aac(silence(form.audio_samples(frames), form.audio), tmp_path / "a.m4a", form.audio)
    pictures = [noise[n % 30] for n in range(frames)]
    encode_moving(pictures, tmp_path / "a.m4a", tmp_path / "film.mp4", narrow, crf=18)
    assert verify(tmp_path / "film.mp4", narrow, frames=frames).bitrate_bps > 1_000_000


def test_a_film_of_nothing_is_none(tmp_path: Path, form: Profile, track: Path) -> None:
    with pytest.raises(NothingToShow):
        encode_moving([], track, tmp_path / "film.mp4", form, crf=18)


def test_a_folder_that_is_not_there_is_told(
    tmp_path: Path, form: Profile, track: Path, drawn: Callable[..., list[Held]]
) -> None:
    pictures = [held.picture for held in drawn([1])]
    with pytest.raises(NotWritten):
        encode_moving(pictures, track, tmp_path / "nowhere/film.mp4", form, crf=18)
