"""Sounds that are dropped, and what is known of them."""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from tests.media.coded import draw
from tests.media.sounds import silence, speech, tone, write

from reelmill.pipelines.stories.intake.listen import BARS, Heard, listen, waveform
from reelmill.pipelines.stories.spec import NotReadable


def test_a_voice_is_measured(tmp_path: Path) -> None:
    heard = listen(write(tmp_path / "voice.mp3", speech([(0.5, 2.0)], 3.0), "-b:a", "96k"))
    assert heard.duration_s == pytest.approx(3.0, abs=0.001)
    assert -35 < heard.loudness_lufs < -15
    assert heard.true_peak_dbtp < 0
    assert heard.codec.startswith("mp3")


def test_the_length_is_that_of_the_samples(tmp_path: Path) -> None:
    """Not that of the header, which guesses where the bitrate changes and no index tells."""
    sound = np.concatenate([tone(1.0), silence(4.0), speech([(0, 1)], 1.0).repeat(2, axis=1)])
    path = write(tmp_path / "voice.mp3", sound, "-q:a", "4", "-write_xing", "0")
    assert listen(path).duration_s == pytest.approx(6.0, abs=0.06)


def test_an_outline_has_the_form_of_the_sound(tmp_path: Path) -> None:
    sound = np.concatenate([tone(10, level=0.25), silence(10), tone(10, level=0.75)])
    heard = listen(write(tmp_path / "music.mp3", sound, "-b:a", "64k", "-ar", "22050"))
    assert len(heard.peaks) == BARS
    parts = [np.median(heard.peaks[at : at + 50]) for at in (2, 56, 108)]
    assert parts == pytest.approx([0.25, 0.0, 0.75], abs=0.05)


def test_silence_is_heard_as_such(tmp_path: Path) -> None:
    heard = listen(write(tmp_path / "voice.mp3", silence(2.0)))
    assert (heard.loudness_lufs, max(heard.peaks)) == (-70.0, 0.0)


def not_sound(folder: Path, name: str) -> Path:
    path = folder / "voice.mp3"
    match name:
        case "text":
            path.write_text("This is no sound at all, but it has a name like one.\n" * 50)
        case "empty":
            path.write_bytes(b"")
        case "noise":
            path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 200)
        case "wav":
            write(folder / "voice.wav", tone(1.0)).rename(path)
        case "aac":
            write(folder / "voice.m4a", tone(1.0)).rename(path)
        case "video":
            draw(folder / "video.mp4", frames=10).rename(path)
        case "header":
            whole = write(folder / "whole.mp3", tone(1.0)).read_bytes()
            path.write_bytes(whole[:60])
    return path


@pytest.mark.parametrize("name", ["text", "empty", "noise", "wav", "aac", "video", "header"])
def test_what_is_no_mp3_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotReadable) as refused:
        listen(not_sound(tmp_path, name))
    assert refused.value.facts["problem"]


def test_an_mp3_with_a_cover_is_a_sound(tmp_path: Path) -> None:
    cover = write_cover(tmp_path / "cover.jpg")
    plain = write(tmp_path / "plain.mp3", tone(1.0))
    art = ("-i", str(plain), "-i", str(cover), "-map", "1:a", "-map", "2:v", "-c", "copy")
    path = write(tmp_path / "voice.mp3", tone(1.0), *art, "-disposition:v", "attached_pic")
    assert listen(path).duration_s == pytest.approx(1.0, abs=0.06)


def write_cover(path: Path) -> Path:
    from reelmill.media.frames import write_jpeg  # noqa: PLC0415 - for one test alone

    write_jpeg(np.full((64, 64, 3), 120, np.uint8), path)
    return path


def test_a_waveform_is_a_picture_of_bars() -> None:
    picture = ET.fromstring(waveform([0.0, 0.5, 1.0]))
    assert picture.get("viewBox") == "0 0 12 96"
    (path,) = picture
    assert (path.get("d") or "").count("M") == 3
    assert "v2h" in (path.get("d") or ""), "silence is a line"


def test_what_was_heard_fits_through_a_pipe(tmp_path: Path) -> None:
    import pickle  # noqa: PLC0415 - for one test alone

    heard = listen(write(tmp_path / "voice.mp3", tone(0.5)))
    again = pickle.loads(pickle.dumps(heard))
    assert isinstance(again, Heard)
    assert again == heard
