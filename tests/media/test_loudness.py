"""Known sounds, measured. Figures of EBU Tech 3341 and ITU-R BS.2217 where they are named."""

from pathlib import Path

import numpy as np
import pytest
from tests.media.sounds import RATE_HZ, Samples, silence, speech, tone, write

from reelmill.media.info import NothingToPlay
from reelmill.media.loudness import FLOOR_DB, SILENCE_LUFS, levels, measure_loudness
from reelmill.media.sound import decoded


def level(decibels: float) -> float:
    return float(10 ** (decibels / 20))


@pytest.mark.parametrize(
    ("sound", "lufs"),
    [
        pytest.param(tone(4, 1000, level(-23)), -23.0, id="3341 case 1: -23 dBFS on both sides"),
        pytest.param(tone(4, 1000, level(-33)), -33.0, id="3341 case 2: -33 dBFS"),
        pytest.param(
            np.concatenate([tone(s, 1000, level(d)) for s, d in ((2, -36), (20, -23), (2, -36))]),
            -23.0,
            id="3341 case 3: what is quiet is passed over",
        ),
        pytest.param(tone(4, 1000, level(-20), channels=1), -23.0, id="one side is half of two"),
        pytest.param(silence(1), SILENCE_LUFS, id="silence"),
        pytest.param(tone(0.1, 1000), SILENCE_LUFS, id="too short to be measured"),
    ],
)
def test_loudness_is_that_of_the_standard(tmp_path: Path, sound: Samples, lufs: float) -> None:
    found = measure_loudness(decoded(write(tmp_path / "a.wav", sound, "-c:a", "pcm_f32le")))
    assert found.integrated_lufs == pytest.approx(lufs, abs=0.1)


def test_true_peaks_lie_between_the_samples(tmp_path: Path) -> None:
    at = np.arange(RATE_HZ)
    wave = 0.5 * np.sin(np.pi / 2 * at + np.pi / 4) * np.minimum(1, at / RATE_HZ * 10)
    sound = np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)
    found = measure_loudness(decoded(write(tmp_path / "a.wav", sound, "-c:a", "pcm_f32le")))
    assert np.abs(wave).max() == pytest.approx(0.3536, abs=1e-3)
    assert found.true_peak_dbtp == pytest.approx(-6.0, abs=0.4)


def test_silence_has_a_peak_that_can_be_told(tmp_path: Path) -> None:
    found = measure_loudness(decoded(write(tmp_path / "a.wav", silence(1))))
    assert found.true_peak_dbtp == FLOOR_DB


def test_an_outline_follows_the_sound(tmp_path: Path) -> None:
    sound = np.concatenate([tone(1, 440, 0.25), silence(0.5), tone(0.55, 440, 0.75)])
    found = measure_loudness(decoded(write(tmp_path / "a.wav", sound, "-c:a", "pcm_f32le")))
    assert found.duration_s == pytest.approx(2.05)
    assert len(found.outline) in (20, 21)
    assert found.outline[[2, 12, 18]] == pytest.approx([0.25, 0.0, 0.75], abs=0.01)


def test_a_sound_without_a_sample_is_none() -> None:
    with pytest.raises(NothingToPlay):
        measure_loudness(iter(()))


def test_levels_tell_each_hundredth(tmp_path: Path) -> None:
    sound = np.concatenate([tone(1, 440, 0.5, channels=1), silence(1.005, channels=1)])
    found = levels(decoded(write(tmp_path / "a.wav", sound, "-c:a", "pcm_f32le")))
    assert len(found) == 201
    assert found[5:95] == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.3)
    assert (found[105:] < -90).all()


def test_levels_are_those_of_the_time(tmp_path: Path) -> None:
    """Also behind the first block that is looked at together."""
    voice = write(tmp_path / "a.wav", speech([(5.0, 5.5)], 6.0))
    found = levels(decoded(voice))
    assert (np.flatnonzero(found > -40)[[0, -1]] / 100) == pytest.approx([5.0, 5.5], abs=0.04)
