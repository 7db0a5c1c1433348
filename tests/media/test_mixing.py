"""A voice over music: how loud each is, at which time."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.media.sounds import (
    RATE_HZ,
    Samples,
    rms_db,
    silence,
    speech,
    strength_db,
    tone,
    write,
)

from reelmill.media.info import NothingToPlay
from reelmill.media.mixing import Mixture, looped, mixed
from reelmill.media.profiles import AudioSpec
from reelmill.media.sound import decoded

#: When the voice of these tests speaks, in seconds; it lasts four.
SPOKEN = ((0.0, 1.0), (2.0, 3.0))

MUSIC_HZ = 6000.0


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = speech(SPOKEN, 4.0, level=0.12)
    return write(tmp_path_factory.mktemp("voice") / "voice.wav", sound, "-c:a", "pcm_f32le")


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("music") / "music.mp3", tone(0.75, MUSIC_HZ, 0.1))


def mixture(**change: Any) -> Mixture:
    usual: dict[str, Any] = {
        "samples": 4 * RATE_HZ,
        "voice_db": 0.0,
        "music_db": 0.0,
        "ducking": True,
        "ceiling_db": -1.0,
        "fade_samples": RATE_HZ // 2,
        "form": AudioSpec(),
    }
    return Mixture(**{**usual, **change})


def heard(voice: Path, music: Path | None, how: Mixture) -> Samples:
    return np.concatenate([frame.to_ndarray().T for frame in mixed(voice, music, how)])


def test_music_gives_way_to_speech_and_comes_back(voice: Path, music: Path) -> None:
    sound = heard(voice, music, mixture())
    spoken = strength_db(sound, MUSIC_HZ, 0.5, 0.95)
    pause = strength_db(sound, MUSIC_HZ, 1.6, 1.95)
    assert pause == pytest.approx(-20, abs=1.0)
    assert -16 < spoken - pause < -4


def test_music_stays_when_ducking_is_off(voice: Path, music: Path) -> None:
    sound = heard(voice, music, mixture(ducking=False))
    spoken = strength_db(sound, MUSIC_HZ, 0.5, 0.95)
    assert spoken == pytest.approx(strength_db(sound, MUSIC_HZ, 1.6, 1.95), abs=1.0)


@pytest.mark.parametrize("ducking", [True, False])
def test_the_voice_is_as_loud_as_without_music(voice: Path, music: Path, *, ducking: bool) -> None:
    alone = heard(voice, None, mixture())
    both = heard(voice, music, mixture(ducking=ducking, music_db=-20.0))
    assert rms_db(both, 0.2, 0.9) == pytest.approx(rms_db(alone, 0.2, 0.9), abs=0.3)


def test_gains_are_decibels(voice: Path, music: Path) -> None:
    plain = heard(voice, music, mixture(ducking=False))
    turned = heard(voice, music, mixture(ducking=False, voice_db=-6.0, music_db=-12.0))
    assert rms_db(turned, 0.1, 0.9) - rms_db(plain, 0.1, 0.9) == pytest.approx(-6.5, abs=1.0)
    music_db = (strength_db(one, MUSIC_HZ, 1.2, 1.9) for one in (turned, plain))
    assert next(music_db) - next(music_db) == pytest.approx(-12, abs=0.3)


def test_music_is_looped_and_faded_out(voice: Path, music: Path) -> None:
    sound = heard(voice, music, mixture(ducking=False))
    for start_s in (1.1, 1.4, 1.7, 3.1):
        level = strength_db(sound, MUSIC_HZ, start_s, start_s + 0.2)
        assert level == pytest.approx(-20, abs=1.5)
    assert strength_db(sound, MUSIC_HZ, 3.85, 4.0) < -26


@pytest.mark.parametrize("music_s", [0.03, 0.2, 9.0])
def test_music_of_any_length_fills_the_time(tmp_path: Path, voice: Path, music_s: float) -> None:
    music = write(tmp_path / "m.wav", tone(music_s, MUSIC_HZ, 0.1))
    sound = heard(voice, music, mixture(ducking=False))
    assert strength_db(sound, MUSIC_HZ, 3.0, 3.4) == pytest.approx(-20, abs=1.5)


@pytest.mark.parametrize("samples", [2, 1_601, 90_000, 4 * RATE_HZ, 5 * RATE_HZ + 7])
@pytest.mark.parametrize("with_music", [True, False])
def test_it_lasts_as_long_as_it_was_told(
    voice: Path, music: Path, samples: int, *, with_music: bool
) -> None:
    fade = min(RATE_HZ // 2, samples // 2)
    sound = heard(voice, music if with_music else None, mixture(samples=samples, fade_samples=fade))
    assert sound.shape == (samples, 2)


def test_what_comes_behind_a_voice_is_silence(voice: Path) -> None:
    sound = heard(voice, None, mixture(samples=5 * RATE_HZ))
    assert np.abs(sound[4 * RATE_HZ + 2000 :]).max() < 1e-6


def test_no_sample_is_above_the_ceiling(voice: Path, music: Path) -> None:
    sound = heard(voice, music, mixture(voice_db=20.0, ceiling_db=-6.0))
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(-6.0, abs=0.1)


def test_the_limiter_delays_nothing(tmp_path: Path) -> None:
    click = silence(1.0, channels=1)
    click[RATE_HZ // 2] = 0.5
    voice = write(tmp_path / "v.wav", click, "-c:a", "pcm_f32le")
    sound = heard(voice, None, mixture(samples=RATE_HZ))
    assert int(np.abs(sound[:, 0]).argmax()) == RATE_HZ // 2


def test_a_rate_of_its_own_is_brought_to_that_of_the_result(tmp_path: Path, music: Path) -> None:
    voice = write(tmp_path / "v.mp3", tone(2, 300, 0.1, channels=1), "-ar", "22050")
    sound = heard(voice, music, mixture(samples=2 * RATE_HZ, ducking=False))
    # One side of two carries what came from one of one, 3 dB lower.
    assert strength_db(sound, 300, 0.3, 1.2) == pytest.approx(-23, abs=1.0)


def test_the_same_is_the_same(voice: Path, music: Path) -> None:
    first, second = (heard(voice, music, mixture()) for _ in range(2))
    assert np.array_equal(first, second)


def test_music_without_a_sample_is_refused(tmp_path: Path, voice: Path) -> None:
    empty = write(tmp_path / "m.wav", silence(0))
    with pytest.raises(NothingToPlay):
        heard(voice, empty, mixture())


def test_a_loop_has_no_gap(tmp_path: Path) -> None:
    """Ten periods, so that one round follows on the other without a step."""
    path = write(tmp_path / "m.wav", tone(0.1, 100, 0.5), "-c:a", "pcm_f32le")
    sound = np.concatenate(list(_first(looped(path), RATE_HZ // 2)))
    assert np.abs(np.diff(sound)).max() < 0.5 * 2 * np.pi * 100 / RATE_HZ * 1.1


def test_long_music_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "m.wav", tone(61, 100, 0.5, channels=1), "-ar", "8000")
    count = sum(frame.samples for frame in decoded(path))
    sound = np.concatenate(list(_first(looped(path), 2 * count)))
    assert np.array_equal(sound[:count], sound[count : 2 * count])


def _first(frames: Iterator[Any], samples: int) -> Iterator[Samples]:
    taken = 0
    for frame in islice(frames, 100_000):
        form = frame.to_ndarray()
        yield form.reshape(-1, len(frame.layout.channels))[:, 0]
        taken += frame.samples
        if taken >= samples:
            return
