"""A TAR is a durable job: records in the target, or the reason beside where they would be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pipelines.captures.hall import open_hall
from tests.pipelines.captures.stand import KEY, Stand
from tests.pipelines.captures.takes import bundle, footage, tar
from tests.pipelines.captures.tars import tar_of

from reelmill.app import App
from reelmill.catalog.job import JobState
from reelmill.pipelines.captures.pt.records import read_record
from reelmill.pipelines.captures.spec import CaptureSpec
from reelmill.pipelines.captures.workflow import CapturesSpec
from reelmill.storage.folder import FolderStore
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

SMALL = footage(4)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with open_hall(tmp_path_factory.mktemp("hall")) as app, app.node(["captures"]):
        yield app


@pytest.fixture
def stand(app: App, tmp_path: Path) -> Stand:
    return Stand(app, FolderStore(tmp_path / "source"), FolderStore(tmp_path / "target"))


def test_a_tar_becomes_a_record(stand: Stand) -> None:
    stand.put(tar())
    (made,) = stand.result().records
    assert (made.s3_key, made.record_key) == (KEY, "day/0a.pt")
    assert made.frames == {"stride-3_chw": 15, "stride-30_chw": 2, "stride-60_chw": 1}
    assert stand.there() == {"day/0a.pt"}
    record = read_record(stand.target.read(made.record_key))
    assert record.s3_key == KEY
    assert made.size_bytes == stand.target.stat(made.record_key).size_bytes


def test_every_group_of_a_bundle_is_kept_apart(stand: Stand) -> None:
    stand.put(bundle(SMALL, footage(7), SMALL))
    made = stand.result().records
    keys = [f"day/0a.tar/{number:06}" for number in range(3)]
    assert [one.s3_key for one in made] == keys
    assert stand.there() == {f"{key}.pt" for key in keys}


def test_a_group_that_comes_to_nothing_costs_no_other(stand: Stand) -> None:
    stand.put(bundle(SMALL, b"noise", None, SMALL))
    result = stand.result()
    assert [one.s3_key[-6:] for one in result.records] == ["000000", "000003"]
    assert [one.code for one in result.failures] == ["unknown_format", "no_video"]
    assert stand.failure("day/0a.tar/000001.error.json") == result.failures[0]
    assert len(stand.there()) == 4


def test_what_failed_and_is_mended_has_no_reason_left(stand: Stand) -> None:
    stand.put(bundle(SMALL, b"noise"))
    stand.result()
    stand.put(bundle(SMALL, SMALL))
    result = stand.result()
    assert [one.existing for one in result.records] == [True, False]
    assert stand.there() == {"day/0a.tar/000000.pt", "day/0a.tar/000001.pt"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(tar(recording_mp4=b"noise"), "unknown_format", id="a video that is none"),
        pytest.param(tar(metadata_json=b"{"), "not_a_session", id="a broken document"),
        pytest.param(
            tar_of({"../recording.mp4": SMALL}), "refused_member", id="a name that climbs"
        ),
        pytest.param(tar()[:40_000], "not_a_tar", id="half of it"),
        pytest.param(None, "missing_object", id="no such TAR"),
    ],
)
def test_a_tar_that_comes_to_nothing_leaves_the_reason(
    stand: Stand, data: bytes | None, code: str
) -> None:
    if data is not None:
        stand.put(data)
    job = stand.job()
    assert (job.state, job.error_code) == (JobState.FAILED, code)
    assert stand.there() == {"day/0a.error.json"}
    told = stand.failure("day/0a.error.json")
    assert (told.s3_key, told.code, told.message) == (KEY, code, job.error_message)


@pytest.mark.parametrize(
    ("data", "asked", "why"),
    [
        pytest.param(b"", {}, "no bytes", id="a TAR of no bytes"),
        pytest.param(tar(), {"max_bytes": 1000}, "more than 1000", id="a TAR of too many"),
    ],
)
def test_a_tar_is_skipped_with_the_reason(
    stand: Stand, data: bytes, asked: dict[str, Any], why: str
) -> None:
    stand.put(data)
    result = stand.result(**asked)
    assert why in result.skipped
    assert stand.there() == set()


def test_records_that_are_there_are_left_alone_unless_it_is_said_otherwise(stand: Stand) -> None:
    stand.put(tar(recording_mp4=SMALL))
    stand.target.put_bytes(StoreKey("day/0a.pt"), b"somebody's own")
    (kept,) = stand.result().records
    assert kept.existing
    assert stand.target.read(StoreKey("day/0a.pt")) == b"somebody's own"
    (made,) = stand.result(skip_existing=False).records
    assert not made.existing
    assert read_record(stand.target.read(StoreKey("day/0a.pt"))).s3_key == KEY


def test_a_strange_key_stays_inside_of_the_target(stand: Stand) -> None:
    strange = "a b/ünï 100%.pt.tar"
    stand.put(tar(recording_mp4=SMALL), strange)
    (made,) = stand.result(strange).records
    assert made.record_key == "a b/ünï 100%.pt.pt"
    assert stand.job("../0a.tar").error_code == "bad_key"
    assert stand.there() == {"a b/ünï 100%.pt.pt"}


def test_nothing_is_left_in_the_scratch_folder(stand: Stand) -> None:
    stand.put(bundle(SMALL, b"noise"))
    stand.result()
    scratch = stand.app.services.scratch_root
    assert not [path for path in scratch.rglob("*") if path.is_file()]


def test_a_job_can_be_canceled_while_it_samples(stand: Stand) -> None:
    stand.put(tar(recording_mp4=footage(62, "1280x720")))
    spec = CaptureSpec(source=stand.source.url, key=KEY, target=stand.target.url)
    job_id = stand.app.jobs.submit("captures", CapturesSpec(spec)).id
    while stand.app.jobs.find(job_id).state is JobState.PENDING:
        pass
    stand.app.jobs.cancel(job_id)
    job = stand.app.jobs.wait([job_id], timeout_s=30)[job_id]
    assert job.state is JobState.CANCELED
    assert "day/0a.error.json" not in stand.there()
