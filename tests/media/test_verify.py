from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.media.damage import (
    box_at,
    cut_to,
    flip_in_box,
    flip_in_sample,
    flipped,
    moov_behind_mdat,
    samples_of,
    swapped_samples,
    zeroed_sample,
)

from reelmill.media.boxes import boxes
from reelmill.media.encode import encode_held
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.profiles import Profile
from reelmill.media.promises import NotAsPromised
from reelmill.media.raster import Held
from reelmill.media.verify import verify

Draw = Callable[..., list[Held]]

HOLDS = [45, 15, 15, 15, 75]
FRAMES = sum(HOLDS)


@pytest.fixture
def sound(tmp_path: Path, tiny: Profile, drawn: Draw) -> Path:
    encode_held(drawn(HOLDS), tmp_path / "sound.mp4", tiny)
    return tmp_path / "sound.mp4"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(cut_to(0), id="empty"),
        pytest.param(cut_to(0.02), id="cut off within the headers"),
        pytest.param(cut_to(0.5), id="cut off in the middle"),
        pytest.param(lambda data, _: data[:-1], id="cut off by one byte"),
        pytest.param(lambda data, _: data + b"more", id="something behind the end"),
        pytest.param(lambda data, _: b"#EXTM3U\n" + data, id="another format's beginning"),
        pytest.param(lambda _data, _: b"not a video at all", id="text"),
        pytest.param(flip_in_box(b"moov", -1), id="length of moov"),
        pytest.param(flip_in_box(b"moov", 0), id="name of moov"),
        pytest.param(flip_in_box(b"avcC", 6), id="profile in avcC"),
        pytest.param(flip_in_box(b"avcC", 24, 4), id="a bit of the SPS"),
        pytest.param(flip_in_box(b"stsz", 11, 1), id="number of samples"),
        pytest.param(flip_in_box(b"stsz", 15, 2), id="size of a sample"),
        pytest.param(flip_in_box(b"stco", 15, 3), id="place of a chunk"),
        pytest.param(flip_in_box(b"stts", 19, 0), id="length of a frame"),
        pytest.param(flip_in_box(bytes.fromhex("1190"), 0, 3), id="rate in the AAC header"),
        pytest.param(flip_in_sample(0, 0, 7), id="length of the first slice"),
        pytest.param(flip_in_sample(0, 4, 0), id="kind of the first slice"),
        pytest.param(flip_in_sample(0, 5, 7), id="head of the first picture"),
        pytest.param(flip_in_sample(3, 3, 1), id="length of a held frame"),
        pytest.param(flip_in_sample(3, 4, 7), id="forbidden bit of a held frame"),
        pytest.param(flip_in_sample(3, 7, 3), id="skip run of a held frame"),
        pytest.param(zeroed_sample(0), id="the first picture is zeros"),
        pytest.param(zeroed_sample(50), id="a held frame is zeros"),
        pytest.param(swapped_samples(20, 23), id="held frames in the wrong order"),
        pytest.param(moov_behind_mdat, id="index behind the data"),
    ],
)
def test_damage_is_found(damage: Callable, sound: Path, tiny: Profile) -> None:
    data = damage(sound.read_bytes(), samples_of(sound))
    sound.write_bytes(data)
    with pytest.raises(NotAsPromised) as caught:
        verify(sound, tiny, frames=FRAMES)
    assert caught.value.facts["what"]


def test_damage_to_silence_is_found(sound: Path, tiny: Profile) -> None:
    at, size = samples_of(sound, "audio")[30]
    data = sound.read_bytes()
    sound.write_bytes(data[:at] + b"\xff" * size + data[at + size :])
    with pytest.raises(NotAsPromised):
        verify(sound, tiny, frames=FRAMES)


def test_most_random_flips_in_the_index_are_found(sound: Path, tiny: Profile) -> None:
    data = sound.read_bytes()
    dice = np.random.default_rng(5)
    found = 0
    for at in dice.integers(0, box_at(data, b"mdat"), 60):
        sound.write_bytes(flipped(data, at, int(dice.integers(8))))
        try:
            verify(sound, tiny, frames=FRAMES)
        except NotAsPromised:
            found += 1
    # What is left are names, dates and fields that no player reads.
    assert found > 40


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("args", "what"),
    [
        pytest.param(["-an", "-c:v", "copy"], "streams", id="no sound"),
        pytest.param(["-vn", "-c:a", "copy"], "streams", id="no picture"),
        pytest.param(["-map", "0:a", "-map", "0:v", "-c", "copy"], "streams", id="sound first"),
        pytest.param(["-vf", "scale=322:180"], "size", id="wider"),
        pytest.param(["-pix_fmt", "yuv444p"], "pixel format", id="full chroma"),
        pytest.param(["-r", "25"], "frames a second", id="another rate"),
        pytest.param(["-c:v", "mpeg4"], "video codec", id="another codec"),
        pytest.param(["-vf", "setsar=4/3"], "shape of a pixel", id="stretched"),
        pytest.param(["-c:v", "copy", "-ar", "44100"], "samples a second", id="44.1 kHz"),
        pytest.param(["-c:v", "copy", "-ac", "1"], "channels", id="mono"),
        pytest.param(["-c:v", "copy", "-c:a", "libmp3lame"], "audio codec", id="MP3"),
        pytest.param(["-frames:v", "100", "-c:a", "copy"], "frames", id="fewer frames"),
        pytest.param(
            ["-c", "copy", "-bsf:a", "noise=drop='gt(n,80)'"], "seconds of sound", id="sound ends"
        ),
        pytest.param(
            ["-g", "250", "-c:a", "copy"],
            "frames from key frame to key frame",
            id="rare key frames",
        ),
        pytest.param(["-colorspace", "bt470bg"], "colours", id="SD colours"),
        pytest.param(["-color_range", "pc"], "pixel format", id="full range"),
        pytest.param(
            ["-c", "copy", "-bsf:v", "setts=ts=PTS+mod(N\\,2)*100"], "frame", id="uneven time"
        ),
    ],
)
def test_another_form_is_found(
    args: list[str], what: str, sound: Path, tiny: Profile, ffmpeg: Ffmpeg
) -> None:
    other = sound.with_name("other.mp4")
    forms = ["-preset", "ultrafast"] if "-c:v" not in args and "-vn" not in args else []
    ffmpeg.run(
        ["-i", str(sound), "-g", "60", *forms, *args, "-movflags", "+faststart", str(other)],
        timeout_s=60,
    )
    with pytest.raises(NotAsPromised) as caught:
        verify(other, replace(tiny, spliceable=False), frames=FRAMES)
    assert caught.value.facts["what"] == what


@pytest.mark.ffmpeg
def test_headers_that_do_not_join_by_stream_copy_are_found(
    sound: Path, tmp_path: Path, tiny: Profile, ffmpeg: Ffmpeg
) -> None:
    other = tmp_path / "other.mp4"
    args = ["-c:a", "copy", "-g", "60", "-bf", "0", "-movflags", "+faststart"]
    ffmpeg.run(["-i", str(sound), *args, str(other)], timeout_s=60)
    verify(other, replace(tiny, spliceable=False), frames=FRAMES)
    with pytest.raises(NotAsPromised, match="headers"):
        verify(other, tiny, frames=FRAMES)


@pytest.mark.ffmpeg
def test_an_index_at_the_end_is_found(
    sound: Path, tmp_path: Path, tiny: Profile, ffmpeg: Ffmpeg
) -> None:
    slow = tmp_path / "slow.mp4"
    ffmpeg.run(["-i", str(sound), "-c", "copy", str(slow)], timeout_s=60)
    assert [box.kind for box in boxes(slow)][-1] == "moov"
    with pytest.raises(NotAsPromised, match="boxes"):
        verify(slow, tiny, frames=FRAMES)


@pytest.mark.parametrize("frames", [FRAMES - 1, FRAMES + 1, 0])
def test_another_number_of_frames_is_found(frames: int, sound: Path, tiny: Profile) -> None:
    with pytest.raises(NotAsPromised, match="frames"):
        verify(sound, tiny, frames=frames)


def test_a_file_that_is_not_there_is_said(tmp_path: Path, tiny: Profile) -> None:
    with pytest.raises(NotAsPromised, match="No such file"):
        verify(tmp_path / "none.mp4", tiny, frames=1)


def test_a_heavy_file_is_found(tmp_path: Path, tiny: Profile, drawn: Draw) -> None:
    encode_held(drawn([1] * 20), tmp_path / "heavy.mp4", tiny)
    with pytest.raises(NotAsPromised, match="bits a second"):
        verify(tmp_path / "heavy.mp4", replace(tiny, max_bitrate_bps=100_000), frames=20)


def test_progress_ends_at_all_frames(sound: Path, tiny: Profile) -> None:
    seen = []
    found = verify(sound, tiny, frames=FRAMES, on_progress=lambda *at: seen.append(at))
    assert seen[-1] == (FRAMES, FRAMES)
    assert found.key_frames >= FRAMES // tiny.gop_frames
    assert found.audio_frames == -(-FRAMES * 1600 // 1024)


@pytest.fixture
def transcoded(sound: Path, ffmpeg: Ffmpeg) -> Path:
    """Every picture encoded, a key frame every sixty."""
    made = sound.with_name("transcoded.mp4")
    form = [
        "-c:a",
        "copy",
        "-g",
        "60",
        "-sc_threshold",
        "0",
        "-preset",
        "superfast",
        "-movflags",
        "+faststart",
    ]
    ffmpeg.run(["-i", str(sound), *form, str(made)], timeout_s=60)
    return made


@pytest.mark.ffmpeg
@pytest.mark.parametrize("number", [0, 30, 119, 120, 150, FRAMES - 1])
def test_damage_to_any_part_of_a_transcode_is_found(
    number: int, transcoded: Path, tiny: Profile
) -> None:
    whole = replace(tiny, spliceable=False)
    told: list[tuple[int, int]] = []
    found = verify(
        transcoded, whole, frames=FRAMES, on_progress=lambda *reached: told.append(reached)
    )
    assert (found.frames, found.key_frames) == (FRAMES, 3)
    assert told[-1] == (FRAMES, FRAMES)
    data = zeroed_sample(number)(transcoded.read_bytes(), samples_of(transcoded))
    transcoded.write_bytes(data)
    with pytest.raises(NotAsPromised):
        verify(transcoded, whole, frames=FRAMES)


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("form", "key_frames"),
    [
        pytest.param(["-x264-params", "open-gop=1"], 3, id="pictures that lean on both sides"),
        pytest.param(["-x264-params", "slices=4"], 3, id="slices"),
        pytest.param(["-force_key_frames", "5"], 4, id="a key frame at the end"),
    ],
)
def test_transcodes_of_other_encoders_hold(
    form: list[str], key_frames: int, sound: Path, tiny: Profile, ffmpeg: Ffmpeg
) -> None:
    made = sound.with_name("made.mp4")
    args = ["-c:a", "copy", "-g", "60", "-sc_threshold", "0", "-movflags", "+faststart", *form]
    ffmpeg.run(["-i", str(sound), *args, str(made)], timeout_s=60)
    found = verify(made, replace(tiny, spliceable=False), frames=FRAMES)
    assert (found.frames, found.key_frames) == (FRAMES, key_frames)
