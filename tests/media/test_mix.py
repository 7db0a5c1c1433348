"""The sound of a story, held against what was asked by decoding it with another program."""

import hashlib
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from structlog.testing import capture_logs
from tests.media.sounds import (
    RATE_HZ,
    Samples,
    packets_s,
    read,
    rms_db,
    silence,
    speech,
    tone,
    write,
)

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.loudness import SILENCE_LUFS, measure_loudness
from reelmill.media.mix import MixAsked, Mixed, mix
from reelmill.media.sound import decoded
from reelmill.media.tools import Tools

JFK = Path(__file__).parents[3] / "shared/media/jfk.flac"

SPOKEN = ((0.3, 1.6), (2.1, 3.4), (3.9, 5.0))

VOICE_S = 5.4


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voice")
    return write(folder / "voice.mp3", speech(SPOKEN, VOICE_S, level=0.05), "-b:a", "128k")


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chord = tone(0.8, 220, 0.2) + tone(0.8, 277, 0.2) + tone(0.8, 330, 0.2)
    return write(tmp_path_factory.mktemp("music") / "music.mp3", chord)


def asked(voice: Path, music: Path | None, **change: Any) -> MixAsked:
    told = measure_loudness(decoded(voice))
    usual = MixAsked(
        frames=round(told.duration_s * 30),
        rate=30,
        voice_lufs=told.integrated_lufs,
        music_lufs=measure_loudness(decoded(music)).integrated_lufs if music else None,
    )
    return replace(usual, **change)


def tools() -> Tools:
    return Tools(ffmpeg=Ffmpeg(), tell=lambda *_: None)


def told_by_ffmpeg(path: Path) -> tuple[float, float]:
    """Loudness and true peak, as the meter of the command line sums them up."""
    meter = "ebur128=framelog=quiet:peak=true"
    command = [str(Ffmpeg().path), "-hide_banner", "-nostats", "-i", str(path), "-af", meter]
    said = subprocess.run([*command, "-f", "null", "-"], capture_output=True, check=True).stderr
    loudness = re.search(rb"I: +(-?[\d.]+) LUFS", said)
    peak = re.search(rb"Peak: +(-?[\d.]+|-inf) dBFS", said)
    assert loudness
    assert peak
    return float(loudness[1]), float(peak[1])


def check(path: Path, wanted: MixAsked, found: Mixed) -> None:
    loudness, peak = told_by_ffmpeg(path)
    assert loudness == pytest.approx(wanted.loudness_lufs, abs=0.5)
    assert peak <= wanted.true_peak_dbtp + 0.05
    assert found.loudness_lufs == pytest.approx(loudness, abs=0.15)
    assert found.true_peak_dbtp == pytest.approx(peak, abs=0.15)
    assert found.samples == wanted.frames * RATE_HZ // wanted.rate
    assert packets_s(path) == pytest.approx(found.samples / RATE_HZ)
    assert len(read(path)) == found.samples


def quiet() -> Samples:
    return speech(SPOKEN, VOICE_S, level=0.002)


def clipped() -> Samples:
    return np.clip(speech(SPOKEN, VOICE_S, level=0.6), -1, 1)


def with_clicks() -> Samples:
    """Quiet speech, and clicks that are louder by far."""
    sound = speech(SPOKEN, VOICE_S, level=0.01)
    sound[:: RATE_HZ // 4] = 0.9
    return sound


def with_long_pauses() -> Samples:
    return speech(((0.5, 1.5), (7.5, 8.2)), 9.0)


@pytest.mark.parametrize("sound", [quiet, clipped, with_clicks, with_long_pauses])
def test_every_voice_comes_out_as_loud(tmp_path: Path, music: Path, sound: Any) -> None:
    voice = write(tmp_path / "voice.wav", sound(), "-c:a", "pcm_f32le")
    wanted = asked(voice, music)
    check(tmp_path / "a.m4a", wanted, mix(voice, music, tmp_path / "a.m4a", wanted, tools()))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({}, id="as usual"),
        pytest.param({"ducking": False}, id="without ducking"),
        pytest.param({"loudness_lufs": -14.0, "true_peak_dbtp": -1.0}, id="loud"),
        pytest.param({"loudness_lufs": -23.0, "true_peak_dbtp": -3.0}, id="as on television"),
        pytest.param({"voice_lufs": -20.0, "music_lufs": -31.0}, id="measured wrong"),
        pytest.param({"frames": 97, "rate": 24}, id="at another rate"),
    ],
)
def test_it_is_what_was_asked(
    tmp_path: Path, voice: Path, music: Path, change: dict[str, Any]
) -> None:
    wanted = asked(voice, music, **change)
    check(tmp_path / "a.m4a", wanted, mix(voice, music, tmp_path / "a.m4a", wanted, tools()))


def test_what_cannot_be_made_as_loud_is_taken_as_it_is_and_told(tmp_path: Path) -> None:
    clicks = silence(2.0)
    clicks[:: RATE_HZ // 4] = 0.9
    voice = write(tmp_path / "voice.wav", clicks, "-c:a", "pcm_f32le")
    with capture_logs() as told:
        found = mix(voice, None, tmp_path / "a.m4a", asked(voice, None), tools())
    assert found.true_peak_dbtp <= -1.5
    assert found.loudness_lufs < -20.0
    assert [(each["log_level"], each["loudness_lufs"], each["asked_lufs"]) for each in told] == [
        ("warning", round(found.loudness_lufs, 1), -16.0)
    ]


def test_a_voice_without_music(tmp_path: Path, voice: Path) -> None:
    wanted = asked(voice, None)
    check(tmp_path / "a.m4a", wanted, mix(voice, None, tmp_path / "a.m4a", wanted, tools()))


def test_the_same_is_the_same_file(tmp_path: Path, voice: Path, music: Path) -> None:
    wanted, made = asked(voice, music), set()
    for name in ("a.m4a", "b.m4a"):
        mix(voice, music, tmp_path / name, wanted, tools())
        made.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(made) == 1


def test_there_is_no_silence_where_speech_is(tmp_path: Path, voice: Path, music: Path) -> None:
    mix(voice, music, tmp_path / "a.m4a", asked(voice, music), tools())
    sound = read(tmp_path / "a.m4a")
    for start_s, end_s in SPOKEN:
        part = sound[int(start_s * RATE_HZ) : int(end_s * RATE_HZ), 0]
        tenths = part[: len(part) // 4800 * 4800].reshape(-1, 4800)
        assert (np.sqrt(np.mean(tenths**2, axis=1)) > 0.01).all()


def test_silence_stays_silence(tmp_path: Path) -> None:
    voice = write(tmp_path / "voice.wav", silence(1.0))
    found = mix(voice, None, tmp_path / "a.m4a", asked(voice, None), tools())
    assert found.loudness_lufs == SILENCE_LUFS
    assert not np.abs(read(tmp_path / "a.m4a")).any()


def test_music_under_a_voice_that_is_silent_is_no_louder_than_asked(
    tmp_path: Path, music: Path
) -> None:
    voice = write(tmp_path / "voice.wav", silence(3.0))
    wanted = asked(voice, music)
    found = mix(voice, music, tmp_path / "a.m4a", wanted, tools())
    assert found.loudness_lufs == pytest.approx(-16.0, abs=0.5)
    assert found.true_peak_dbtp <= -1.5


@pytest.mark.skipif(not JFK.exists(), reason="the real voice lies beside the project only")
def test_a_real_voice(tmp_path: Path, music: Path) -> None:
    wanted = asked(JFK, music)
    check(tmp_path / "a.m4a", wanted, mix(JFK, music, tmp_path / "a.m4a", wanted, tools()))


@pytest.mark.parametrize(
    ("with_music", "loudness_lufs"),
    [
        pytest.param(True, -16.0, id="music alone is as loud as a voice would be"),
        pytest.param(False, SILENCE_LUFS, id="nothing is nothing to hear"),
    ],
)
def test_a_track_needs_no_voice(
    tmp_path: Path, music: Path, *, with_music: bool, loudness_lufs: float
) -> None:
    played = music if with_music else None
    lufs = measure_loudness(decoded(music)).integrated_lufs if with_music else None
    wanted = MixAsked(frames=150, rate=30, music_lufs=lufs)
    made = mix(None, played, tmp_path / "track.m4a", wanted, tools())
    assert made.samples == 5 * RATE_HZ
    found = measure_loudness(decoded(tmp_path / "track.m4a"))
    assert found.integrated_lufs == pytest.approx(loudness_lufs, abs=0.4)
    assert found.duration_s == pytest.approx(5.0, abs=0.025)


def test_all_of_a_track_comes_out_of_silence_and_goes_into_it(
    tmp_path: Path, voice: Path, music: Path
) -> None:
    plain = asked(voice, music, frames=150)
    faded = replace(plain, fade_in_frames=30, fade_out_frames=60)
    sounds = []
    for name, wanted in (("plain", plain), ("faded", faded)):
        made = mix(voice, music, tmp_path / f"{name}.m4a", wanted, tools())
        assert made.samples == 5 * RATE_HZ
        sounds.append(read(tmp_path / f"{name}.m4a"))
    # Where both are heard in full they differ by what the whole was turned up: a decibel or so.
    turned_up = rms_db(sounds[1], 1.2, 2.8) - rms_db(sounds[0], 1.2, 2.8)
    assert abs(turned_up) < 3

    def lost_db(start_s: float, end_s: float) -> float:
        before, after = (rms_db(sound, start_s, end_s) for sound in sounds)
        return before + turned_up - after

    assert lost_db(0.2, 0.3) == pytest.approx(12, abs=2)
    assert lost_db(3.9, 4.1) == pytest.approx(6, abs=2)
    assert lost_db(4.75, 4.85) > 15
    assert rms_db(sounds[1], 4.97, 5.0) < -45
