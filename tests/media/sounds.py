"""Sounds that tests draw, and what they read back, without the code that they test."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from reelmill.media.ffmpeg import Ffmpeg

RATE_HZ = 48_000

#: `(samples, channels)`, full scale is 1.
Samples = NDArray[np.float32]


def tone(
    seconds: float, pitch_hz: float = 440.0, level: float = 0.5, *, channels: int = 2
) -> Samples:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = level * np.sin(2 * np.pi * pitch_hz * at)
    return np.repeat(wave.astype(np.float32)[:, None], channels, axis=1)


def silence(seconds: float, *, channels: int = 2) -> Samples:
    return np.zeros((round(seconds * RATE_HZ), channels), np.float32)


def speech(
    spoken: Sequence[tuple[float, float]], seconds: float, *, level: float = 0.1, seed: int = 1
) -> Samples:
    """Mono: syllables of noise in the band of voices at the given moments, and hiss all over."""
    dice = np.random.default_rng(seed)
    count = round(seconds * RATE_HZ)
    at = np.arange(count) / RATE_HZ
    spectrum = np.fft.rfft(dice.standard_normal(count))
    pitch_hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum[(pitch_hz < 120) | (pitch_hz > 4000)] = 0
    spectrum /= np.maximum(pitch_hz, 120) / 120
    voice = np.fft.irfft(spectrum, count)
    voice *= level / np.sqrt(np.mean(voice**2))
    syllables = 0.35 + np.abs(np.sin(np.pi * 4 * at))
    said = np.zeros(count)
    for start_s, end_s in spoken:
        said[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = 1
    whole = voice * syllables * said + 1e-4 * dice.standard_normal(count)
    return whole.astype(np.float32)[:, None]


def write(path: Path, sound: Samples, *options: str) -> Path:
    """Write a sound in the form that the name of the file asks for."""
    form = ["-f", "f32le", "-ar", str(RATE_HZ), "-ac", str(sound.shape[1]), "-i", "pipe:0"]
    command = [str(Ffmpeg().path), "-v", "error", "-y", *form, *options, str(path)]
    subprocess.run(command, input=sound.tobytes(), check=True)
    return path


def read(path: Path) -> Samples:
    """All samples as players hear them: lead in and padding left out."""
    command = [str(Ffmpeg().path), "-v", "error", "-i", str(path)]
    command += ["-f", "f32le", "-ar", str(RATE_HZ), "-ac", "2", "pipe:1"]
    heard = subprocess.run(command, capture_output=True, check=True)
    assert not heard.stderr, heard.stderr
    return np.frombuffer(heard.stdout, np.float32).reshape(-1, 2)


def packets_s(path: Path) -> float:
    """Seconds that the track of a file lasts, as its index tells."""
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        return float((stream.duration or 0) * (stream.time_base or 0))


def strength_db(sound: Samples, pitch_hz: float, start_s: float, end_s: float) -> float:
    """How strong one pitch is in a part of a sound, as the level of a tone in decibels."""
    part = sound[round(start_s * RATE_HZ) : round(end_s * RATE_HZ), 0].astype(np.float64)
    window = np.hanning(len(part))
    turning = np.exp(-2j * np.pi * pitch_hz * np.arange(len(part)) / RATE_HZ)
    found = 2 * abs(np.sum(part * window * turning)) / window.sum()
    return float(20 * np.log10(max(found, 1e-9)))


def rms_db(sound: Samples, start_s: float, end_s: float) -> float:
    """Root mean square of a part, in decibels of full scale."""
    part = sound[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)].astype(np.float64)
    return float(10 * np.log10(max(np.mean(part**2), 1e-18)))
