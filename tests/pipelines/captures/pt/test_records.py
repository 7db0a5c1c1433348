"""Records are written as torch writes them, and read without it."""

import io
import pickle
from typing import Any

import numpy as np
import pytest
from tests.conftest import need
from tests.pipelines.captures.pt.sound import document, frames, numpy_file, record

from reelmill.pipelines.captures.pt.records import read_record, record_bytes
from reelmill.pipelines.captures.pt.zips import zipped
from reelmill.pipelines.captures.record import NO_FRAMES, Record
from reelmill.pipelines.captures.spec import NotARecord, UnsafeRecord


@pytest.fixture(scope="module")
def torch() -> Any:
    """The witness: what it reads was written well, what it writes has to be read."""
    need("torch", "a witness of .pt files", group="witness")
    import torch  # noqa: PLC0415 - two seconds, and not always here

    return torch


def assert_same(found: Record, wanted: Record) -> None:
    for name in ("s3_key", "video_id", "video_metadata", "session_metadata", "facts"):
        assert getattr(found, name) == getattr(wanted, name)
    assert list(found.sampled_frames) == list(wanted.sampled_frames)
    for series, one in wanted.sampled_frames.items():
        assert found.sampled_frames[series].dtype == np.uint8
        assert np.array_equal(found.sampled_frames[series], one)


def test_what_is_written_is_read_again() -> None:
    assert_same(read_record(record_bytes(record())), record())


def test_the_same_record_is_the_same_file() -> None:
    assert record_bytes(record()) == record_bytes(record())


def test_torch_reads_what_is_written_with_weights_only(torch: Any) -> None:
    wanted = record()
    found = torch.load(io.BytesIO(record_bytes(wanted)), weights_only=True)
    assert found["_serialization_version"] == "1.0"
    assert found["_data_type"] == "ExtractedData"
    assert found["video_metadata"] == wanted.video_metadata
    assert found["session_metadata"] == wanted.session_metadata
    for series, one in wanted.sampled_frames.items():
        tensor = found["sampled_frames"][series]
        assert tensor.dtype == torch.uint8
        assert tuple(tensor.shape) == one.shape
        assert tensor.numpy().tobytes() == one.tobytes()


def test_todays_readers_of_extracted_data_take_what_is_written(torch: Any) -> None:
    """The reader of the documented pipeline, word for word in what it asks of the file."""
    found = torch.load(io.BytesIO(record_bytes(record())), map_location="cpu", weights_only=False)
    assert found.get("_data_type") == "ExtractedData"
    fields = ("s3_key", "video_id", "video_metadata", "session_metadata", "sampled_frames")
    data = {name: found[name] for name in fields}
    assert data["sampled_frames"]["stride-3_chw"][0].shape == (3, 6, 9)
    assert len(data["sampled_frames"]["stride-60_chw"]) == 0


def test_torch_maps_what_is_written_into_memory(torch: Any, tmp_path: Any) -> None:
    path = tmp_path / "one.pt"
    path.write_bytes(record_bytes(record()))
    found = torch.load(path, weights_only=True, mmap=True)
    assert np.array_equal(found["sampled_frames"]["stride-3_chw"].numpy(), frames(4))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", ["arrays", "tensors"])
def test_what_torch_saves_is_read(torch: Any, protocol: int, kind: str) -> None:
    told = document()
    if kind == "tensors":
        series = told["sampled_frames"].items()
        told["sampled_frames"] = {name: torch.from_numpy(one) for name, one in series}
    saved = io.BytesIO()
    torch.save(told, saved, pickle_protocol=protocol)
    assert_same(read_record(saved.getvalue()), record(facts=None))


def test_views_and_shared_storages_of_torch_are_read(torch: Any) -> None:
    whole = torch.from_numpy(frames(8))
    told = document(
        sampled_frames={
            "stride-3_chw": whole[2:5],
            "stride-30_chw": whole[:, :, ::2, 1:],
            "stride-60_chw": whole[:1].expand(4, 3, 6, 9),
        }
    )
    saved = io.BytesIO()
    torch.save(told, saved)
    found = read_record(saved.getvalue()).sampled_frames
    assert np.array_equal(found["stride-3_chw"], frames(8)[2:5])
    assert np.array_equal(found["stride-30_chw"], frames(8)[:, :, ::2, 1:])
    assert np.array_equal(found["stride-60_chw"], np.repeat(frames(8)[:1], 4, axis=0))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_arrays_of_numpy_are_read_without_torch(protocol: int) -> None:
    assert_same(read_record(numpy_file(protocol)), record(facts=None))


def test_another_type_of_data_is_refused_by_name() -> None:
    with pytest.raises(NotARecord, match="GameDataClient"):
        read_record(numpy_file(_data_type="GameDataClient"))


def test_an_array_of_objects_is_refused() -> None:
    objects = np.array([{"a": 1}], dtype=object)
    with pytest.raises(UnsafeRecord):
        read_record(numpy_file(sampled_frames={"stride-3_chw": objects}))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(frames(2).astype(np.float32), id="numbers that are no bytes"),
        pytest.param(frames(2)[:, :2], id="two channels"),
        pytest.param(frames(2)[0], id="a single frame"),
    ],
)
def test_frames_that_are_none_are_refused_when_they_are_asked_for(wrong: Any) -> None:
    found = read_record(numpy_file(sampled_frames={"stride-3_chw": wrong}))
    with pytest.raises(NotARecord):
        found.frames("stride-3_chw")


def test_a_record_without_frames_of_a_series_has_none_of_it() -> None:
    found = read_record(record_bytes(record(sampled_frames={"stride-30_chw": NO_FRAMES})))
    assert found.frames("stride-30_chw").shape == (0, 3, 0, 0)
    assert found.frames("stride-3_chw").shape == (0, 3, 0, 0)


def test_a_plain_pickle_is_refused() -> None:
    with pytest.raises(NotARecord):
        read_record(pickle.dumps(document()))


def test_damage_is_noticed() -> None:
    data = record_bytes(record())
    at = data.index(frames(4).tobytes()[:50]) + 7
    broken = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    with pytest.raises(NotARecord, match="damaged"):
        read_record(broken).frames("stride-3_chw")


def test_only_the_frames_that_are_asked_for_are_read() -> None:
    big = {"stride-3_chw": frames(15, 90, 160), "stride-30_chw": frames(2, 9, 16)}

    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    file = Counting(record_bytes(record(sampled_frames=big)))
    found = read_record(file)
    assert file.taken < 4000
    assert found.frames("stride-30_chw").shape == (2, 3, 9, 16)
    assert file.taken < 6000


def test_a_file_from_a_machine_with_other_numbers_is_refused() -> None:
    with pytest.raises(NotARecord, match="another machine"):
        read_record(zipped([("byteorder", b"big"), ("data.pkl", b"\x80\x02N.")], "archive"))
