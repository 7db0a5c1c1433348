"""A capture becomes a record: frames of the right moments, and what only the first stage sees."""

import io
import json
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import av
import numpy as np
import pytest
from tests.pipelines.captures.takes import METADATA, START_S, bundle, footage, tar
from tests.pipelines.captures.tars import tar_of

from reelmill.children import Children
from reelmill.errors import BadMedia, ReelmillError
from reelmill.media.info import UnknownFormat
from reelmill.media.probe import Unreadable
from reelmill.pipelines.captures.extract.looking import Contents, look
from reelmill.pipelines.captures.extract.making import Made, Task, make
from reelmill.pipelines.captures.pt.records import read_record
from reelmill.pipelines.captures.record import Record
from reelmill.pipelines.captures.spec import NotASession, NotATar, NoVideo, RefusedMember
from reelmill.storage.objects import open_source
from reelmill.units import StoreKey

NOW = datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC)

KEY = StoreKey("2025/09/0123456789abcdef.tar")

pytestmark = pytest.mark.ffmpeg


class Bench:
    """A store with one TAR, and what is made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: Made | None = None

    def look(self, data: bytes) -> Contents:
        path = self.folder / "source" / KEY
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        url = (self.folder / "source").as_uri()
        return look(url, open_source(url).stat(KEY))

    def task(self, contents: Contents, number: int = 0, *, key_frames: bool = False) -> Task:
        return Task(
            source=(self.folder / "source").as_uri(),
            known=contents.known,
            group=contents.groups[number],
            s3_key=KEY,
            key_frames=key_frames,
            now=NOW,
            file=self.folder / "record.pt",
        )

    def record(self, data: bytes, number: int = 0, *, key_frames: bool = False) -> Record:
        self.made = make(self.task(self.look(data), number, key_frames=key_frames))
        return read_record((self.folder / "record.pt").read_bytes())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def decoded(video: bytes) -> list[np.ndarray]:
    """Every frame, as `(3, height, width)`."""
    with av.open(io.BytesIO(video)) as file:
        return [np.moveaxis(one.to_ndarray(format="rgb24"), -1, 0) for one in file.decode(video=0)]


def test_a_record_holds_the_frames_of_its_moments(bench: Bench) -> None:
    record = bench.record(tar())
    frames = decoded(footage())
    counts = {name: len(one) for name, one in record.sampled_frames.items()}
    assert counts == {"stride-3_chw": 15, "stride-30_chw": 2, "stride-60_chw": 1}
    for name, stride_s in (("stride-3_chw", 3), ("stride-30_chw", 30), ("stride-60_chw", 60)):
        for i, frame in enumerate(record.frames(name)):
            assert np.array_equal(frame, frames[(i + 1) * stride_s * 10]), (name, i)


def test_a_record_says_what_the_capture_says(bench: Bench) -> None:
    record = bench.record(tar())
    assert record.s3_key == KEY
    assert record.video_id == "recording"
    assert record.session_metadata == METADATA
    (stream,) = record.video_metadata["streams"]
    assert (stream["codec_name"], stream["width"], stream["nb_frames"]) == ("h264", 192, "620")


def test_facts_are_what_only_the_first_stage_can_see(bench: Bench) -> None:
    facts = bench.record(tar()).facts
    assert facts is not None
    assert facts.extracted_at == NOW
    assert facts.size_bytes == len(footage())
    assert (facts.duration_s_from_header, facts.duration_s_from_frames) == (62.0, 62.0)
    assert (facts.fps_from_frames, facts.width_px, facts.height_px) == (10.0, 192, 108)
    assert facts.inputs is not None
    assert (facts.inputs.rows, facts.inputs.corrupt_rows) == (64, 1)
    assert facts.inputs.video_start_s == START_S + 0.5
    assert facts.inputs.wasd_apm == pytest.approx(30 / 62 * 60)


def test_the_same_capture_is_the_same_file(bench: Bench) -> None:
    bench.record(tar())
    first = (bench.folder / "record.pt").read_bytes()
    bench.record(tar())
    assert (bench.folder / "record.pt").read_bytes() == first


def test_the_hash_is_of_the_content_alone(bench: Bench) -> None:
    def hash_of(**changed: bytes | None) -> str:
        facts = bench.record(tar(**changed)).facts
        assert facts is not None
        return facts.content_hash

    same = hash_of()
    renamed = tar_of({"2025-09-17 14-59-42.mp4": footage(), "metadata.json": b"{}"})
    assert hash_of() == same
    assert hash_of(inputs_csv=None) != same
    assert hash_of(metadata_json=b"{}") != same
    assert hash_of(recording_mp4=footage(31)) != same
    assert bench.record(renamed).video_id == "2025-09-17 14-59-42"


def test_tall_pictures_are_made_smaller(bench: Bench) -> None:
    record = bench.record(tar(recording_mp4=footage(4, "1366x768")))
    assert record.frames("stride-3_chw").shape == (1, 3, 360, 640)
    assert record.facts is not None
    assert (record.facts.width_px, record.facts.height_px) == (1366, 768)


@pytest.mark.parametrize(
    ("length_s", "counts"),
    [
        pytest.param(2.0, (0, 0, 0), id="less than three seconds: none at all"),
        pytest.param(20.0, (6, 0, 0), id="less than thirty seconds: none of the longer strides"),
    ],
)
def test_short_videos_have_fewer_frames(
    bench: Bench, length_s: float, counts: tuple[int, ...]
) -> None:
    record = bench.record(tar(recording_mp4=footage(length_s)))
    assert tuple(len(one) for one in record.sampled_frames.values()) == counts
    for name, count in zip(record.sampled_frames, counts, strict=True):
        assert record.sampled_frames[name].shape == ((count, 3, 108, 192) if count else (0,))


def test_documents_may_be_missing(bench: Bench) -> None:
    record = bench.record(tar(inputs_csv=None, metadata_json=None))
    assert record.session_metadata == {}
    assert record.facts is not None
    assert record.facts.inputs is None


def test_every_group_of_a_bundle_is_a_record(bench: Bench) -> None:
    data = bundle(footage(4), footage(7))
    assert [group.base for group in bench.look(data).groups] == ["000000", "000001"]
    for number, frames in enumerate((1, 2)):
        record = bench.record(data, number)
        assert record.video_id == f"{number:06}"
        assert record.session_metadata["session-id"] == str(number)
        assert len(record.frames("stride-3_chw")) == frames


def test_key_frames_are_nearly_as_good_and_cost_less(bench: Bench) -> None:
    record = bench.record(tar(), key_frames=True)
    assert bench.made is not None
    frames = decoded(footage())
    for i, frame in enumerate(record.frames("stride-3_chw")):
        near = range((i + 1) * 30 - 10, (i + 1) * 30 + 11)
        assert any(np.array_equal(frame, frames[n]) for n in near)


def test_the_video_is_read_as_what_it_is_whatever_it_is_called(bench: Bench) -> None:
    record = bench.record(tar(recording_mp4=footage(4, ending="mkv")))
    assert len(record.frames("stride-3_chw")) == 1


@pytest.mark.parametrize(
    ("video", "error"),
    [
        pytest.param(b"", UnknownFormat, id="no bytes"),
        pytest.param(b"#EXTM3U\nfile:///etc/passwd\n", UnknownFormat, id="a playlist"),
        pytest.param(b"ffconcat version 1.0\nfile /etc/passwd\n", UnknownFormat, id="a script"),
        pytest.param(footage(4)[:9000], Unreadable, id="half of it"),
    ],
)
def test_a_video_that_is_none_is_refused(
    bench: Bench, video: bytes, error: type[ReelmillError]
) -> None:
    with pytest.raises(error):
        bench.record(tar(recording_mp4=video))


def test_a_broken_document_is_refused(bench: Bench) -> None:
    with pytest.raises(NotASession):
        bench.record(tar(metadata_json=b"{"))


def test_a_group_without_a_video_has_no_record(bench: Bench) -> None:
    data = bundle(footage(4), None)
    with pytest.raises(NoVideo):
        bench.record(data, 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(b"not a tar at all", NotATar, id="text"),
        pytest.param(tar()[: len(tar()) // 2], NotATar, id="half of it"),
        pytest.param(tar_of({"metadata.json": b"{}"}), NoVideo, id="no video"),
        pytest.param(tar_of({"../recording.mp4": b"x"}), RefusedMember, id="a name that climbs"),
    ],
)
def test_a_tar_that_is_none_is_refused(
    bench: Bench, data: bytes, error: type[ReelmillError]
) -> None:
    with pytest.raises(error):
        bench.look(data)


def test_a_video_is_opened_once_and_read_once(bench: Bench) -> None:
    data = tar(recording_mp4=footage(62, "640x360"))
    bench.record(data)
    assert bench.made is not None
    assert bench.made.read_bytes < 1.05 * len(data)


def test_the_version_is_that_of_the_program_not_of_a_checkout(bench: Bench) -> None:
    facts = bench.record(tar()).facts
    assert facts is not None
    assert facts.code_version == version("reelmill")


def test_nothing_is_unpacked(bench: Bench) -> None:
    bench.record(tar())
    there = {path.name for path in bench.folder.rglob("*") if path.is_file()}
    assert there == {KEY.rpartition("/")[2], "record.pt"}


def make_and_weigh(task: Task) -> tuple[Made, int]:
    """What was made, and by how much this process has grown at most since it began, in bytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = make(task)
    return made, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


@pytest.fixture
def children() -> Iterator[Children]:
    pool = Children(1, log_level="warning")
    yield pool
    pool.close()


def test_a_large_tar_takes_no_more_memory(bench: Bench, children: Children) -> None:
    """A video with 900 MB of nothing before its index, which lies behind; the disk has no hole."""
    video = footage()
    index = video.rindex(b"moov") - 4
    nothing = 900 * 1000**2
    head = tar_of({"metadata.json": json.dumps(METADATA).encode()})[:1024]
    contents = bench.look(tar())
    path = bench.folder / "source" / KEY
    with path.open("wb") as file:
        header = tar_of({"recording.mp4": b""})[:512]
        file.write(head + _resized(header, len(video) + nothing) + video[:index])
        file.write(nothing.to_bytes(4, "big") + b"free")
        file.seek(nothing - 8, 1)
        file.write(video[index:])
        file.write(bytes(-file.tell() % 512 + 1024))
    url = (bench.folder / "source").as_uri()
    contents = look(url, open_source(url).stat(KEY))
    made, grown_bytes = children.run(make_and_weigh, bench.task(contents), timeout_s=60)
    assert made.frames["stride-3_chw"] == 15
    assert made.read_bytes < 2 * len(video) + 4_000_000
    assert grown_bytes < 300 * 1000**2


def _resized(header: bytes, size_bytes: int) -> bytes:
    """A header of a TAR for another size."""
    block = bytearray(header)
    block[124:136] = b"%011o\0" % size_bytes
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def test_whatever_a_decoder_is_fed_a_record_is_made_or_refused(bench: Bench) -> None:
    chance = np.random.default_rng(3)
    video = bytearray(footage(4))
    for _ in range(25):
        broken = bytearray(video)
        for at in chance.integers(0, len(broken), 40):
            broken[at] = chance.integers(0, 256)
        try:
            bench.record(tar(recording_mp4=bytes(broken)))
        except BadMedia as refused:
            assert refused.message.isprintable()  # noqa: PT017 - either is as good
