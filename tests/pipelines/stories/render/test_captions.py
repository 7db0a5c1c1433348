"""Voices whose pauses are known."""

from pathlib import Path

import numpy as np
import pytest
from tests.media.sounds import speech, tone, write

from reelmill.pipelines.stories.render.captions import captions_of, pauses_in, pauses_of

SPOKEN = ((0.3, 1.6), (2.1, 3.4), (3.9, 5.0))

VOICE_S = 5.4


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("voice.wav",), id="as it is"),
        pytest.param(("voice.mp3", "-b:a", "64k"), id="as MP3"),
        pytest.param(("voice.mp3", "-ar", "22050", "-b:a", "32k"), id="as poor MP3"),
    ],
)
def test_pauses_are_found(tmp_path: Path, options: tuple[str, ...]) -> None:
    name, *form = options
    voice = write(tmp_path / name, speech(SPOKEN, VOICE_S, level=0.05), *form)
    found = np.array(pauses_of(voice))
    wanted = np.array([(0, 0.3), (1.6, 2.1), (3.4, 3.9), (5.0, VOICE_S)])
    assert found == pytest.approx(wanted, abs=0.08)


@pytest.mark.parametrize("noise_db", [-45.0, -35.0])
def test_pauses_are_found_in_noise(tmp_path: Path, noise_db: float) -> None:
    dice = np.random.default_rng(3)
    sound = speech(SPOKEN, VOICE_S, level=0.15)
    sound += (10 ** (noise_db / 20) * dice.standard_normal(sound.shape)).astype(np.float32)
    found = pauses_of(write(tmp_path / "voice.wav", sound))
    assert len(found) == 4


def test_a_click_does_not_end_a_pause() -> None:
    heard = np.full(300, -20, np.float32)
    heard[100:180] = -70
    heard[140:143] = -15
    assert pauses_in(heard) == (pytest.approx((1.0, 1.8)),)


def test_a_consonant_is_no_pause() -> None:
    heard = np.full(300, -20, np.float32)
    heard[100:112] = -70
    heard[200:260] = -70
    assert pauses_in(heard) == (pytest.approx((2.0, 2.6)),)


def test_what_never_pauses_has_no_pauses(tmp_path: Path) -> None:
    assert pauses_of(write(tmp_path / "voice.wav", tone(2.0))) == ()


def test_nothing_has_no_pauses() -> None:
    assert pauses_in(np.zeros(0, np.float32)) == ()


def test_captions_begin_when_they_are_said(tmp_path: Path) -> None:
    voice = write(tmp_path / "voice.mp3", speech(SPOKEN, VOICE_S, level=0.05))
    texts = ("Once there was a shepherd.", "He saw a large dragon.\n\nNobody was hurt.")
    found = captions_of(texts, voice, VOICE_S)
    assert found is not None
    assert [cue.text for cue in found] == [
        "Once there was a shepherd.",
        "He saw a large dragon.",
        "Nobody was hurt.",
    ]
    starts = [cue.start_s for cue in found]
    assert starts == pytest.approx([start_s for start_s, _ in SPOKEN], abs=0.08)


@pytest.mark.parametrize("texts", [(), ("  \n",), ("Far too many words. " * 20,)])
def test_a_text_that_is_not_said_has_no_captions(tmp_path: Path, texts: tuple[str, ...]) -> None:
    voice = write(tmp_path / "voice.mp3", speech(SPOKEN, VOICE_S))
    assert captions_of(texts, voice, VOICE_S) is None
