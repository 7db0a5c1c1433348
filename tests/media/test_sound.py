"""Sounds of all kinds, decoded, filtered and encoded."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.media.coded import draw
from tests.media.sounds import RATE_HZ, packets_s, read, silence, speech, tone, write

from reelmill.errors import BadMedia
from reelmill.media.info import NothingToPlay, TooLarge
from reelmill.media.mux import NotWritten
from reelmill.media.profiles import AudioSpec
from reelmill.media.sound import (
    DamagedSound,
    Filter,
    UnevenSound,
    decoded,
    filtered,
    write_aac,
)

SPEC = AudioSpec(bitrate_bps=192_000)

AS_SPEC = (
    Filter("aresample", "48000"),
    Filter("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
    Filter("asetnsamples", "n=1024:p=0"),
)


def seconds_of(path: Path) -> float:
    return sum(frame.samples / frame.sample_rate for frame in decoded(path))


@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.flac", "a.m4a", "a.ogg", "a.mkv"])
def test_all_of_a_sound_is_decoded(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, tone(1.5))
    assert seconds_of(path) == pytest.approx(1.5, abs=0.03)


def test_an_mp3_lasts_as_long_as_it_was_drawn(tmp_path: Path) -> None:
    """What its encoder needs to get under way is left out."""
    path = write(tmp_path / "a.mp3", tone(1.5))
    assert seconds_of(path) == pytest.approx(1.5, abs=1e-6)


def spoilt(path: Path, packets: range) -> Path:
    """The same MP3 with packets that cannot be decoded."""
    raw = bytearray(path.read_bytes())
    starts = [at for at in range(len(raw) - 1) if raw[at] == 0xFF and raw[at + 1] == 0xFB]
    for number in packets:
        raw[starts[number] + 4 : starts[number] + 40] = b"\xff" * 36
    path.write_bytes(raw)
    return path


def test_a_damaged_packet_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", tone(2), "-b:a", "128k")
    assert seconds_of(spoilt(path, range(40, 41))) == pytest.approx(2, abs=0.1)


def test_a_sound_that_is_mostly_damaged_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", tone(2), "-b:a", "128k")
    with pytest.raises(DamagedSound):
        seconds_of(spoilt(path, range(10, 70)))


def test_a_sound_is_not_decoded_further_than_it_may_last(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", tone(3))
    with pytest.raises(TooLarge):
        list(decoded(path, longest_s=1.0))


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.mp4", frames=3, layout=None)
    with pytest.raises(NothingToPlay):
        list(decoded(path))


def test_a_sound_that_changes_its_form_is_refused(tmp_path: Path) -> None:
    one = write(tmp_path / "a.mp3", tone(1), "-ar", "44100", "-b:a", "128k")
    two = write(tmp_path / "b.mp3", tone(1, channels=1), "-ar", "22050", "-b:a", "64k")
    one.write_bytes(one.read_bytes() + two.read_bytes())
    with pytest.raises(BadMedia):
        list(filtered(decoded(one), *AS_SPEC))


def test_frames_of_another_form_are_refused(tmp_path: Path) -> None:
    one = write(tmp_path / "a.wav", tone(0.2))
    two = write(tmp_path / "b.wav", tone(0.2, channels=1))

    def both() -> Iterator[object]:
        yield from decoded(one)
        yield from decoded(two)

    with pytest.raises(UnevenSound):
        list(filtered(both(), *AS_SPEC))  # type: ignore[arg-type]


@pytest.mark.parametrize("samples", [1, 1023, 1024, 1025, 48_000, 76_801])
def test_aac_lasts_exactly_as_long(tmp_path: Path, samples: int) -> None:
    source = write(tmp_path / "a.wav", tone(2))
    cut = filtered(decoded(source), Filter("atrim", f"end_sample={samples}"), *AS_SPEC)
    write_aac(cut, tmp_path / "a.m4a", SPEC)
    assert packets_s(tmp_path / "a.m4a") * RATE_HZ == pytest.approx(samples)
    assert len(read(tmp_path / "a.m4a")) == samples


def test_aac_sounds_like_its_source(tmp_path: Path) -> None:
    sound = np.concatenate([silence(0.3, channels=1), speech([(0, 0.7)], 0.7, level=0.15)])
    source = write(tmp_path / "a.wav", sound, "-c:a", "pcm_f32le")
    write_aac(filtered(decoded(source), *AS_SPEC), tmp_path / "a.m4a", SPEC)
    given, heard = read(source).astype(np.float64), read(tmp_path / "a.m4a").astype(np.float64)
    assert heard.shape == given.shape
    error_db = 10 * np.log10(np.mean((heard - given) ** 2) / np.mean(given**2))
    assert error_db < -20


def test_the_same_sound_is_the_same_file(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wav", speech([(0, 1)], 1))
    made = set()
    for name in ("b.m4a", "c.m4a"):
        write_aac(filtered(decoded(source), *AS_SPEC), tmp_path / name, SPEC)
        made.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(made) == 1


def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wav", tone(0.1))
    with pytest.raises(NotWritten):
        write_aac(filtered(decoded(source), *AS_SPEC), tmp_path / "none" / "a.m4a", SPEC)
