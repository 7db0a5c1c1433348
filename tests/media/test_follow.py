import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.media.coded import draw
from tests.media.damage import (
    Damage,
    cut_to,
    flip_in_box,
    flip_in_sample,
    moov_behind_mdat,
    samples_of,
    zeroed_sample,
)

from reelmill.errors import Canceled
from reelmill.media.ffmpeg import Ffmpeg, FfmpegFailed, Watch
from reelmill.media.follow import follow
from reelmill.media.geometry import Size
from reelmill.media.pictures import Decoded
from reelmill.media.probe import probe
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.promises import NotAsPromised
from reelmill.media.span import Span, find_span
from reelmill.media.transcode import Recipe, transcode
from reelmill.media.verify import verify

pytestmark = pytest.mark.ffmpeg

PROFILE = Profile(
    name="small", size=Size(160, 90), audio=AudioSpec(rate_hz=44_100), spliceable=False
)
RECIPE = Recipe(picture="zscale=160:90", profile=PROFILE, crf=18, max_video_bps=2_000_000)
FRAMES = 60


class Made(NamedTuple):
    """A file, and its pictures as they were decoded while it was made."""

    path: Path
    decoded: Decoded


Make = Callable[..., Made]


@pytest.fixture
def span(tmp_path: Path) -> Span:
    source = draw(tmp_path / "source.mp4", size=PROFILE.size)
    return find_span(source, probe(source), 0.0, 2.0)


@pytest.fixture
def make(span: Span, tmp_path: Path, ffmpeg: Ffmpeg) -> Make:
    def made(name: str = "made.mp4", **change: object) -> Made:
        path = tmp_path / name
        recipe = replace(RECIPE, **change)  # type: ignore[arg-type]
        return Made(path, made_and_followed(span, path, ffmpeg, Watch(), recipe))

    return made


def made_and_followed(
    span: Span, path: Path, ffmpeg: Ffmpeg, watch: Watch, recipe: Recipe = RECIPE
) -> Decoded:
    with follow(PROFILE) as follower:
        heard = replace(watch, entry=follower.entry)
        transcode(span, path, recipe, ffmpeg=ffmpeg, watch=heard)
        return follower.decoded()


def test_what_was_decoded_on_the_way_is_what_is_in_the_file(make: Make) -> None:
    made = make()
    told: list[tuple[int, int]] = []
    found = verify(
        made.path,
        PROFILE,
        frames=FRAMES,
        decoded=made.decoded,
        on_progress=lambda *reached: told.append(reached),
    )
    assert found == verify(made.path, PROFILE, frames=FRAMES)
    assert told[-1] == (FRAMES, FRAMES)


def test_the_file_is_the_same_as_if_nobody_had_followed(
    make: Make, span: Span, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    alone = tmp_path / "alone.mp4"
    transcode(span, alone, RECIPE, ffmpeg=ffmpeg, watch=Watch())
    assert samples_of(make().path) == samples_of(alone)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(cut_to(0.5), id="cut off in the middle"),
        pytest.param(lambda data, _: data[:-1], id="cut off by one byte"),
        pytest.param(lambda data, _: data + b"more", id="something behind the end"),
        pytest.param(flip_in_box(b"avcC", 6), id="profile in avcC"),
        pytest.param(flip_in_box(b"avcC", 24, 4), id="a bit of the SPS"),
        pytest.param(flip_in_box(b"stsz", 15, 2), id="size of a sample"),
        pytest.param(flip_in_box(b"stts", 19, 0), id="length of a frame"),
        pytest.param(flip_in_sample(0, 30), id="a bit of the first picture"),
        pytest.param(flip_in_sample(FRAMES - 1, 9), id="a bit of the last picture"),
        pytest.param(lambda data, all_: flip_in_sample(31, all_[31][1] - 1)(data, all_), id="end"),
        pytest.param(zeroed_sample(33), id="a picture is zeros"),
        pytest.param(moov_behind_mdat, id="index behind the data"),
    ],
)
def test_damage_after_the_encode_is_found(damage: Damage, make: Make) -> None:
    made = make()
    made.path.write_bytes(damage(made.path.read_bytes(), samples_of(made.path)))
    with pytest.raises(NotAsPromised):
        verify(made.path, PROFILE, frames=FRAMES, decoded=made.decoded)


def test_damage_to_sound_is_found(make: Make) -> None:
    made = make()
    at, size = samples_of(made.path, "audio")[30]
    data = made.path.read_bytes()
    made.path.write_bytes(data[:at] + b"\xff" * size + data[at + size :])
    with pytest.raises(NotAsPromised):
        verify(made.path, PROFILE, frames=FRAMES, decoded=made.decoded)


def test_pictures_in_another_order_are_found(make: Make) -> None:
    made = make()
    packets = list(made.decoded.packets)
    packets[40], packets[41] = packets[41], packets[40]
    with pytest.raises(NotAsPromised, match="packet"):
        verify(
            made.path,
            PROFILE,
            frames=FRAMES,
            decoded=replace(made.decoded, packets=tuple(packets)),
        )


@pytest.mark.parametrize("frames", [FRAMES - 1, FRAMES + 1])
def test_another_number_of_frames_is_found(frames: int, make: Make) -> None:
    made = make()
    with pytest.raises(NotAsPromised, match="frames"):
        verify(made.path, PROFILE, frames=frames, decoded=made.decoded)


@pytest.mark.parametrize("kept", [slice(0, -1), slice(1, None)], ids=["the last", "the first"])
def test_a_picture_that_was_never_decoded_is_found(kept: slice, make: Make) -> None:
    made = make()
    fewer = replace(made.decoded, packets=made.decoded.packets[kept])
    with pytest.raises(NotAsPromised, match="packet"):
        verify(made.path, PROFILE, frames=FRAMES, decoded=fewer)


def test_the_file_of_another_run_is_refused(make: Make) -> None:
    made, other = make(), make("other.mp4", crf=30)
    with pytest.raises(NotAsPromised, match=r"packet|headers"):
        verify(other.path, PROFILE, frames=FRAMES, decoded=made.decoded)


def test_the_same_pictures_at_other_times_are_refused(make: Make, ffmpeg: Ffmpeg) -> None:
    made = make()
    other = made.path.with_name("other.mp4")
    late = ["-c", "copy", "-bsf:v", "setts=ts=TS+mod(N\\,2)*100", "-movflags", "+faststart"]
    ffmpeg.run(["-i", str(made.path), *late, str(other)], timeout_s=60)
    with pytest.raises(NotAsPromised):
        verify(other, PROFILE, frames=FRAMES, decoded=made.decoded)


def test_a_form_that_was_not_promised_is_found_while_it_is_made(
    span: Span, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    promised = replace(PROFILE, size=Size(90, 160))
    with follow(promised) as follower:
        watch = Watch(entry=follower.entry)
        transcode(span, tmp_path / "made.mp4", RECIPE, ffmpeg=ffmpeg, watch=watch)
        with pytest.raises(NotAsPromised, match="frame"):
            follower.decoded()


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"no video" * 100_000, id="something else"),
    ],
)
def test_whoever_writes_is_not_disturbed_by_a_fault(pieces: bytes) -> None:
    with follow(PROFILE) as follower:
        rest = memoryview(pieces)
        while rest:
            rest = rest[follower.entry.write(rest) :]
        with pytest.raises(NotAsPromised):
            follower.decoded()


def test_pictures_that_are_stored_in_another_order_than_shown_are_known_again(
    make: Make, ffmpeg: Ffmpeg
) -> None:
    made = make()
    leaning = made.path.with_name("leaning.mp4")
    args = ["-c:a", "copy", "-g", "60", "-bf", "3", "-movflags", "+faststart"]
    ffmpeg.run(["-i", str(made.path), *args, str(leaning)], timeout_s=60)
    decoded = passed(in_pieces(leaning, ffmpeg).read_bytes())
    times = [at for at, _ in decoded.packets if at is not None]
    assert times != sorted(times)
    found = verify(leaning, PROFILE, frames=FRAMES, decoded=decoded)
    assert found == verify(leaning, PROFILE, frames=FRAMES)


def in_pieces(path: Path, ffmpeg: Ffmpeg) -> Path:
    """What would have come through the pipe."""
    pieces = path.with_suffix(".mov")
    args = ["-an", "-c", "copy", "-movflags", "+delay_moov+frag_every_frame+default_base_moof"]
    ffmpeg.run(["-i", str(path), *args, str(pieces)], timeout_s=60)
    return pieces


def test_a_picture_damaged_on_the_way_is_a_fault(make: Make, ffmpeg: Ffmpeg) -> None:
    made = make()
    pieces = in_pieces(made.path, ffmpeg)
    data = pieces.read_bytes()
    assert passed(data) == made.decoded
    with pytest.raises(NotAsPromised):
        passed(zeroed_sample(30)(data, samples_of(pieces)))


def passed(data: bytes) -> Decoded:
    with follow(PROFILE) as follower:
        rest = memoryview(data)
        while rest:
            rest = rest[follower.entry.write(rest) :]
        return follower.decoded()


def test_a_cancel_ends_who_follows(span: Span, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    canceled = threading.Event()
    watch = Watch(canceled=canceled, on_progress=lambda _: canceled.set())
    endless = replace(span, frames=100_000)
    before = threading.active_count()
    with pytest.raises(Canceled):
        made_and_followed(endless, tmp_path / "made.mp4", ffmpeg, watch)
    assert threading.active_count() == before


def test_a_failure_of_ffmpeg_is_told_as_such(span: Span, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    span.path.write_bytes(b"no video any more")
    with pytest.raises(FfmpegFailed):
        made_and_followed(span, tmp_path / "made.mp4", ffmpeg, Watch())


@pytest.mark.parametrize("name", ["a|b", "[f=null]x", "it's", " a b ", "back\\slash", "a:b,c;d"])
def test_any_name_is_written_to(name: str, make: Make, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    made = make(f"{name}/made.mp4")
    assert verify(made.path, PROFILE, frames=FRAMES, decoded=made.decoded).frames == FRAMES
