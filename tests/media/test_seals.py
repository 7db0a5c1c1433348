from pathlib import Path

import av
import pytest
from tests.media.coded import draw

from reelmill.media.frames import frames
from reelmill.media.seals import NotSealed, add_seal, digest_of, seal_of

PACKETS = [digest_of(bytes([number])) for number in range(5)]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return draw(tmp_path / "a.mp4", frames=4, layout=None)


@pytest.mark.parametrize("packets", [PACKETS, PACKETS[:1], []], ids=["five", "one", "none"])
def test_a_seal_is_read_as_it_was_written(packets: list[bytes], video: Path) -> None:
    add_seal(video, b"headers", packets)
    assert seal_of(video) == (digest_of(b"headers"), tuple(packets))


def test_players_pass_over_a_seal(video: Path) -> None:
    add_seal(video, b"headers", PACKETS)
    assert len(list(frames(video))) == 4
    with av.open(str(video)) as file:
        assert sum(1 for packet in file.demux() if packet.size) == 4


def test_the_last_seal_counts(video: Path) -> None:
    add_seal(video, b"old", PACKETS)
    add_seal(video, b"new", [])
    assert seal_of(video).headers == digest_of(b"new")


def test_a_file_without_a_seal_has_none(video: Path) -> None:
    with pytest.raises(NotSealed):
        seal_of(video)


@pytest.mark.parametrize("cut_bytes", [1, 16, 80, 96, 100, 1000])
def test_a_seal_that_is_cut_off_is_none(cut_bytes: int, video: Path) -> None:
    add_seal(video, b"headers", PACKETS)
    video.write_bytes(video.read_bytes()[:-cut_bytes])
    with pytest.raises(NotSealed):
        seal_of(video)


@pytest.mark.parametrize("content", [b"", b"RIFF", bytes(100)], ids=["empty", "text", "zeros"])
def test_what_is_no_mp4_has_no_seal(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(NotSealed):
        seal_of(tmp_path / "a")


def test_the_box_of_somebody_else_is_no_seal(video: Path) -> None:
    with video.open("ab") as file:
        file.write((40).to_bytes(4) + b"uuid" + bytes(32))
    with pytest.raises(NotSealed):
        seal_of(video)
