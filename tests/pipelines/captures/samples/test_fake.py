"""Sets of fake captures: the same from the same seed, packed as real ones, told of truly."""

import tarfile
from pathlib import Path

import pytest

from reelmill.media.geometry import Size
from reelmill.media.probe import measure
from reelmill.pipelines.captures.samples.fake import Order, UnknownKind, fake, kinds_of
from reelmill.pipelines.captures.samples.kinds import KINDS
from reelmill.pipelines.captures.samples.labels import LABELS_NAME, CaptureLabels, Labels, Outcome
from reelmill.pipelines.captures.samples.tapes import Form
from reelmill.storage.memory import MemoryStore
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

FORM = Form(size=Size(64, 36), fps=30, length_s=4.0, motion=1.0)


def made(*kinds: str, count: int = 0, seed: int = 5) -> tuple[MemoryStore, list[CaptureLabels]]:
    store = MemoryStore()
    chosen = kinds_of(kinds)
    order = Order(count=count or len(chosen), seed=seed, kinds=chosen, form=FORM)
    return store, list(fake(order, store))


def opened(store: MemoryStore, key: str, folder: Path) -> tarfile.TarFile:
    path = folder / key
    store.fetch(StoreKey(key), path)
    return tarfile.open(path)


def test_a_sound_capture_holds_three_flat_members_in_order(tmp_path: Path) -> None:
    store, (capture,) = made("keyboard")
    with opened(store, capture.key, tmp_path) as tar:
        assert tar.getnames() == ["recording.mp4", "inputs.csv", "metadata.json"]
        assert all(member.isreg() for member in tar)
        tar.extract("recording.mp4", tmp_path, filter="data")
    (video,) = measure(tmp_path / "recording.mp4").video
    assert (video.size, video.duration_s_from_packets) == (FORM.size, 4.0)
    assert capture.key.removesuffix(".tar").isalnum()
    assert len(capture.key) == 20


def test_a_video_of_obs_is_named_by_its_time(tmp_path: Path) -> None:
    store, (capture,) = made("obs")
    with opened(store, capture.key, tmp_path) as tar:
        assert tar.getnames()[0] == "2025-09-17 14-59-42.mp4"
    assert capture.records[0].video_id == "2025-09-17 14-59-42"


def test_a_bundle_holds_groups_each_with_labels_of_its_own(tmp_path: Path) -> None:
    store, (capture,) = made("bundle")
    with opened(store, capture.key, tmp_path) as tar:
        assert tar.getnames()[:4] == ["000000.mp4", "000000.json", "000000.csv", "000001.mp4"]
        assert len(tar.getnames()) == 9
    assert [one.s3_key for one in capture.records] == [f"{capture.key}/00000{n}" for n in range(3)]
    assert "is_video_mostly_dark" in capture.records[0].flags
    assert set(capture.records[2].flags) == {
        "is_video_kbm",
        "is_video_legacy_aug28",
        "is_video_low_bitrate",
    }


def test_traps_are_in_the_file_as_told(tmp_path: Path) -> None:
    store, (traps, link) = made("traps", "link")
    with opened(store, traps.key, tmp_path) as tar:
        assert {member.type for member in tar} >= {
            tarfile.SYMTYPE,
            tarfile.LNKTYPE,
            tarfile.CHRTYPE,
            tarfile.FIFOTYPE,
        }
        assert "../../climbs.txt" in tar.getnames()
    with opened(store, link.key, tmp_path) as tar:
        assert tar.getmember("recording.mp4").linkname == "/etc/passwd"


def test_what_is_cut_off_is_cut_off() -> None:
    store, (empty, truncated, whole) = made("empty", "truncated", "keyboard")
    assert store.stat(StoreKey(empty.key)).size_bytes == 0
    halved = store.stat(StoreKey(truncated.key)).size_bytes
    assert 0 < halved < store.stat(StoreKey(whole.key)).size_bytes * 0.8
    assert (empty.outcome, truncated.outcome) == (Outcome.SKIPPED, Outcome.FAILED)
    assert truncated.records == ()


def test_the_same_seed_makes_the_same_bytes() -> None:
    (one, labels), (again, _), (other, _) = (
        made("keyboard", "controller", seed=seed) for seed in (1, 1, 2)
    )
    for capture in labels:
        assert one.read(StoreKey(capture.key)) == again.read(StoreKey(capture.key))
        assert not other.exists(StoreKey(capture.key))
    assert one.read(StoreKey(LABELS_NAME)) == again.read(StoreKey(LABELS_NAME))


def test_labels_lie_beside_the_captures_when_the_last_is_made() -> None:
    store, captures = made("glimpse", "empty", count=5)
    labels = Labels.model_validate_json(store.read(StoreKey(LABELS_NAME)))
    assert labels.captures == tuple(captures)
    assert [capture.kind for capture in captures] == ["glimpse", "empty"] * 2 + ["glimpse"]
    assert len({capture.key for capture in captures}) == 5
    assert list(labels.records) == [one.s3_key for each in captures for one in each.records]
    assert {stat.key for stat in store.list()} == {LABELS_NAME, *(one.key for one in captures)}


def test_kinds_have_names_of_their_own_and_unknown_ones_are_refused() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) > 25
    assert kinds_of([]) == KINDS
    with pytest.raises(UnknownKind, match="blue"):
        kinds_of(["dark", "blue"])


def test_every_generation_every_name_and_both_devices_are_in_a_set() -> None:
    tapes = [tape for kind in KINDS for tape in kind.tapes]
    assert len({tape.recorder for tape in tapes}) == 3
    assert len({tape.device for tape in tapes}) == 3
    assert len({tape.named_by_time for tape in tapes}) == 2
    assert {kind.outcome for kind in KINDS} == set(Outcome)
