import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reelmill.errors import ReelmillError
from reelmill.media.encode import Encoded, NothingToShow, encode_held, encode_plain
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.mux import NotWritten
from reelmill.media.profiles import PROFILES, Profile
from reelmill.media.raster import Held, blank
from reelmill.media.verify import verify
from reelmill.media.x264 import WrongSize

HOLDS = [
    pytest.param([1], id="a single frame"),
    pytest.param([15] * 9, id="a game at two rounds a second"),
    pytest.param([1] * 70, id="nothing stands still"),
    pytest.param([200], id="one picture for longer than three key frames"),
    pytest.param([60, 60, 60], id="each fills its group exactly"),
    pytest.param([61, 1, 59, 2], id="each is a frame off"),
    pytest.param([45, 15, 15, 75, 5], id="cards around a game"),
]


Draw = Callable[..., list[Held]]
Luma = Callable[[Path], Iterator[NDArray[np.uint8]]]


def frames_in(holds: list[int]) -> int:
    return sum(holds)


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    error = float(np.mean((one.astype(float) - other.astype(float)) ** 2))
    return 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))


@pytest.mark.parametrize("holds", HOLDS)
def test_a_held_picture_decodes_to_the_same_bits_for_as_long_as_it_is_held(
    holds: list[int], tmp_path: Path, tiny: Profile, drawn: Draw, luma_of: Luma
) -> None:
    encode_held(drawn(holds), tmp_path / "held.mp4", tiny)
    frames = luma_of(tmp_path / "held.mp4")
    for hold in holds:
        first, *others = itertools.islice(frames, hold)
        assert all(np.array_equal(first, other) for other in others)
    assert next(frames, None) is None


@pytest.mark.ffmpeg
@pytest.mark.parametrize("holds", HOLDS)
def test_ffmpeg_decodes_every_frame_with_its_strictest_eye_and_says_nothing(
    holds: list[int], tmp_path: Path, tiny: Profile, drawn: Draw, ffmpeg: Ffmpeg
) -> None:
    encode_held(drawn(holds), tmp_path / "held.mp4", tiny)
    strict = ["-v", "warning", "-xerror", "-err_detect", "explode"]
    decoded = subprocess.run(
        [ffmpeg.path, *strict, "-i", tmp_path / "held.mp4", "-f", "rawvideo", "-"],
        capture_output=True,
        check=True,
    )
    assert decoded.stderr == b""
    frame_bytes = tiny.size.width * tiny.size.height * 3 // 2
    pictures = [
        decoded.stdout[at : at + frame_bytes] for at in range(0, len(decoded.stdout), frame_bytes)
    ]
    assert len(pictures) == frames_in(holds)
    for hold in holds:
        group, pictures = pictures[:hold], pictures[hold:]
        assert len(set(group)) == 1


@pytest.mark.parametrize("holds", HOLDS)
def test_holding_shows_the_same_pictures_as_encoding_every_frame(
    holds: list[int], tmp_path: Path, tiny: Profile, drawn: Draw, luma_of: Luma
) -> None:
    encode_held(drawn(holds), tmp_path / "held.mp4", tiny)
    encode_plain(drawn(holds), tmp_path / "plain.mp4", tiny)
    held, plain = luma_of(tmp_path / "held.mp4"), luma_of(tmp_path / "plain.mp4")
    likeness = [psnr(one, other) for one, other in zip(held, plain, strict=True)]
    assert len(likeness) == frames_in(holds)
    assert min(likeness) > 38.0


def test_what_is_decoded_is_what_was_drawn(
    tmp_path: Path, tiny: Profile, drawn: Draw, luma_of: Luma
) -> None:
    pictures = drawn([15] * 8)
    encode_held(pictures, tmp_path / "held.mp4", tiny)
    firsts = list(luma_of(tmp_path / "held.mp4"))[::15]
    likeness = [psnr(first, held.picture.y) for first, held in zip(firsts, pictures, strict=True)]
    assert min(likeness) > 40.0


@pytest.mark.parametrize("encode", [encode_held, encode_plain])
@pytest.mark.parametrize("holds", HOLDS)
def test_every_file_keeps_its_promises(
    encode: Callable[..., Encoded], holds: list[int], tmp_path: Path, tiny: Profile, drawn: Draw
) -> None:
    made = encode(drawn(holds), tmp_path / "made.mp4", tiny)
    found = verify(tmp_path / "made.mp4", tiny, frames=frames_in(holds))
    assert (made.frames, made.size_bytes, made.duration_s) == (
        found.frames,
        found.size_bytes,
        found.duration_s,
    )


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(holds=st.lists(st.integers(1, 130), min_size=1, max_size=12))
def test_any_holds_give_exactly_their_frames(holds: list[int], tmp_path: Path, drawn: Draw) -> None:
    small = Profile(name="small", size=Size(64, 48))
    encode_held(drawn(holds, small.size), tmp_path / "any.mp4", small)
    assert verify(tmp_path / "any.mp4", small, frames=frames_in(holds)).frames == frames_in(holds)


@pytest.mark.parametrize(
    "fps",
    [
        Fraction(1),
        Fraction(24),
        Fraction(25),
        Fraction(30000, 1001),
        Fraction(50),
        Fraction(60),
    ],
    ids=str,
)
def test_time_is_exact_at_every_rate(
    fps: Fraction, tmp_path: Path, tiny: Profile, drawn: Draw
) -> None:
    profile = tiny.with_rate(fps)
    encode_held(drawn([7, 100, 3]), tmp_path / "rate.mp4", profile)
    verify(tmp_path / "rate.mp4", profile, frames=110)
    with av.open(str(tmp_path / "rate.mp4")) as file:
        video = file.streams.video[0]
        assert video.duration * video.time_base == 110 / fps


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_can_be_made(name: str, tmp_path: Path) -> None:
    profile = PROFILES[name]
    pictures = [Held(blank(profile.size, luma=luma), 20) for luma in (40, 200)]
    encode_held(pictures, tmp_path / "made.mp4", profile)
    assert verify(tmp_path / "made.mp4", profile, frames=40).size == profile.size


def test_a_picture_may_be_drawn_over_as_soon_as_the_next_is_asked_for(
    tmp_path: Path, tiny: Profile, drawn: Draw
) -> None:
    pictures = drawn([10, 10, 10, 100])
    board = blank(tiny.size)

    def redrawn() -> Iterator[Held]:
        for held in pictures:
            board.y[:], board.u[:], board.v[:] = held.picture.y, held.picture.u, held.picture.v
            yield Held(board, held.frames)

    encode_held(pictures, tmp_path / "apart.mp4", tiny)
    encode_held(redrawn(), tmp_path / "over.mp4", tiny)
    assert (tmp_path / "apart.mp4").read_bytes() == (tmp_path / "over.mp4").read_bytes()


def test_a_picture_is_written_before_the_next_is_asked_for(
    tmp_path: Path, tiny: Profile, drawn: Draw
) -> None:
    asked = []

    def watched() -> Iterator[Held]:
        for held in drawn([600] * 40, seed=3):
            part = tmp_path / ".long.mp4.part"
            asked.append(part.stat().st_size if part.exists() else 0)
            yield held

    encode_held(watched(), tmp_path / "long.mp4", tiny)
    assert asked[-1] > asked[0]


def test_the_same_pictures_give_the_same_bytes_whatever_was_encoded_before(
    tmp_path: Path, tiny: Profile, drawn: Draw
) -> None:
    digests = set()
    for others in ([15], [15, 200], [1] * 61):
        encode_held(drawn(others, seed=99), tmp_path / "other.mp4", tiny)
        encode_held(drawn([45, 15, 15, 75]), tmp_path / "same.mp4", tiny)
        digests.add(sha256((tmp_path / "same.mp4").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_threads_do_not_disturb_each_other(tmp_path: Path, tiny: Profile, drawn: Draw) -> None:
    def made(at: int) -> bytes:
        path = tmp_path / f"{at}.mp4"
        encode_held(drawn([1, 15, 70] * 4), path, tiny)
        verify(path, tiny, frames=344)
        return path.read_bytes()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(made, range(12)))) == 1


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from reelmill.media.encode import encode_held\n"
        "from reelmill.media.profiles import profile\n"
        "from reelmill.media.raster import Held, blank\n"
        "form = profile('720p')\n"
        "encode_held([Held(blank(form.size, luma=99), 70)], Path(sys.argv[1]), form)\n"
    )
    for name in ("one.mp4", "two.mp4"):
        subprocess.run([sys.executable, "-c", program, tmp_path / name], check=True)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_silence_lasts_as_long_as_the_pictures(tmp_path: Path, tiny: Profile, drawn: Draw) -> None:
    encode_held(drawn([100]), tmp_path / "held.mp4", tiny)
    with av.open(str(tmp_path / "held.mp4")) as file:
        audio = file.streams.audio[0]
        assert audio.duration * audio.time_base == Fraction(100, 30)
        loudest = max(np.abs(frame.to_ndarray()).max() for frame in file.decode(audio=0))
    assert loudest < 1e-4


def test_held_frames_cost_next_to_nothing(tmp_path: Path, tiny: Profile, drawn: Draw) -> None:
    short = encode_held(drawn([2] * 4), tmp_path / "short.mp4", tiny)
    long = encode_held(drawn([15] * 4), tmp_path / "long.mp4", tiny)
    # A frame is 11 bytes, 16 of tables, and 1.6 silent packets with tables of their own.
    assert long.size_bytes - short.size_bytes < 70 * (long.frames - short.frames)


@pytest.mark.parametrize(
    ("pictures", "error"),
    [
        pytest.param([], NothingToShow, id="no pictures"),
        pytest.param([Held(blank(Size(320, 180)), 0)], NothingToShow, id="held for no frame"),
        pytest.param([Held(blank(Size(320, 182)), 5)], WrongSize, id="too high"),
        pytest.param([Held(blank(Size(64, 48)), 5)], WrongSize, id="too small"),
        pytest.param(
            [Held(blank(Size(320, 180)), 5), Held(blank(Size(64, 48)), 5)],
            WrongSize,
            id="a later one is too small",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused_and_leaves_nothing(
    pictures: list[Held], error: type[ReelmillError], tmp_path: Path, tiny: Profile
) -> None:
    with pytest.raises(error):
        encode_held(pictures, tmp_path / "none.mp4", tiny)
    assert list(tmp_path.iterdir()) == []


def test_a_drawing_that_breaks_off_leaves_nothing_and_spoils_nothing(
    tmp_path: Path, tiny: Profile, drawn: Draw
) -> None:
    def broken() -> Iterator[Held]:
        yield from drawn([15, 15])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        encode_held(broken(), tmp_path / "broken.mp4", tiny)
    assert list(tmp_path.iterdir()) == []
    encode_held(drawn([15]), tmp_path / "next.mp4", tiny)
    verify(tmp_path / "next.mp4", tiny, frames=15)


def test_a_folder_that_is_not_there_is_said(tiny: Profile, drawn: Draw) -> None:
    with pytest.raises(NotWritten):
        encode_held(drawn([15]), Path("/nonexistent/video.mp4"), tiny)


def joined_by_packets(parts: list[Path], out: Path) -> None:
    with av.open(str(out), "w") as joined:
        streams, ends = [], [0, 0]
        for part in parts:
            with av.open(str(part)) as file:
                streams = streams or [joined.add_stream_from_template(s) for s in file.streams]
                begins = list(ends)
                for packet in file.demux():
                    if packet.dts is None:
                        continue
                    at = packet.stream_index
                    packet.pts += begins[at]
                    packet.dts += begins[at]
                    ends[at] = packet.pts + packet.duration
                    packet.stream = streams[at]
                    joined.mux(packet)


@pytest.mark.ffmpeg
@pytest.mark.parametrize("way", ["by ffmpeg's concat demuxer", "by packets"])
def test_files_of_one_profile_join_by_stream_copy_to_the_frame(
    way: str, tmp_path: Path, tiny: Profile, drawn: Draw, ffmpeg: Ffmpeg
) -> None:
    holds = [[15] * 5, [45, 15, 75], [1], [200, 3], [15] * 9]
    parts = [tmp_path / f"{at}.mp4" for at in range(len(holds))]
    for at, (part, hold) in enumerate(zip(parts, holds, strict=True)):
        encode_held(drawn(hold, seed=at * 50), part, tiny)
    out = tmp_path / "joined.mp4"
    if way == "by packets":
        joined_by_packets(parts, out)
    else:
        listed = tmp_path / "list.txt"
        listed.write_text("".join(f"file '{part}'\n" for part in parts))
        joining = ["-f", "concat", "-safe", "0", "-i", listed, "-c", "copy", out]
        ffmpeg.run([str(word) for word in joining], timeout_s=60)
    strict = ["-v", "warning", "-xerror", "-err_detect", "explode"]
    said = subprocess.run(
        [ffmpeg.path, *strict, "-i", out, "-f", "null", "-"], capture_output=True, check=True
    )
    assert said.stderr == b""
    with av.open(str(out)) as file:
        steps = [frame.pts * frame.time_base for frame in file.decode(video=0)]
    assert steps == [Fraction(at, 30) for at in range(sum(map(sum, holds)))]
