"""A scout tells hopeless captures from others by a small part of their bytes."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.pipelines.captures.takes import bundle, footage, tar

from reelmill.errors import ReelmillError
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.pipelines.captures.extract.looking import look
from reelmill.pipelines.captures.extract.making import Task, make
from reelmill.pipelines.captures.extract.scouting import HOPELESS, Report, scout
from reelmill.pipelines.captures.keys import s3_key
from reelmill.pipelines.captures.pt.records import read_record
from reelmill.pipelines.captures.samples.fake import Order, fake, kinds_of
from reelmill.pipelines.captures.samples.tapes import Form
from reelmill.storage.folder import FolderStore
from reelmill.storage.store import Stat
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

#: Kinds that a scout rejects, and some that look like them.
KINDS = (
    *("keyboard", "night", "dark", "letterboxed", "pillarboxed", "cornered", "cornered-little"),
    *("menu", "frozen", "noise", "link", "truncated", "bundle", "brief"),
)


def scouted(folder: Path, data: bytes) -> Report:
    store = FolderStore(folder)
    store.put_bytes(StoreKey("a.tar"), data)
    return scout(store.url, store.stat(StoreKey("a.tar")))


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        pytest.param(tar(), (), id="a sound capture"),
        pytest.param(tar()[:9000], ("not_a_tar",), id="half a TAR"),
        pytest.param(tar(recording_mp4=b"noise"), ("unknown_format",), id="a video that is none"),
        pytest.param(tar(recording_mp4=footage(4)[:9000]), ("unreadable",), id="half a video"),
        pytest.param(tar(metadata_json=b"{"), ("not_a_session",), id="a broken document"),
        pytest.param(tar(recording_mp4=footage(4, ending="mkv")), (), id="without an index"),
    ],
)
def test_a_scout_sees(data: bytes, faults: tuple[str, ...], tmp_path: Path) -> None:
    (seen,) = scouted(tmp_path, data).recordings
    assert seen.faults == faults
    assert bool(seen.problem) == bool(faults)


def test_a_bundle_is_hopeless_when_all_of_it_is(tmp_path: Path) -> None:
    some = scouted(tmp_path, bundle(b"noise", footage(4), None))
    assert [one.faults for one in some.recordings] == [("unknown_format",), (), ("no_video",)]
    assert not some.is_hopeless
    assert scouted(tmp_path, bundle(b"noise", None, b"noise")).is_hopeless


@pytest.mark.parametrize(
    ("gop", "faults"),
    [
        pytest.param(20, ("is_video_mostly_dark",), id="many key frames"),
        pytest.param(999, (), id="a single one"),
    ],
)
def test_one_frame_is_not_enough_to_reject_a_capture(
    gop: int, faults: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "black.mp4"
    source = ["-f", "lavfi", "-i", "color=black:size=192x108:rate=10:duration=40"]
    command = [str(Ffmpeg().path), "-v", "error", *source, "-g", str(gop), str(path)]
    subprocess.run(command, check=True)
    (seen,) = scouted(tmp_path / "store", tar(recording_mp4=path.read_bytes())).recordings
    assert seen.faults == faults


@dataclass
class Both:
    """What scout and full check say of the same captures."""

    agreed: int = 0
    compared: int = 0
    read_bytes: int = 0
    size_bytes: int = 0


def compared(store: FolderStore, scratch: Path) -> Both:
    both = Both()
    for known in store.list():
        if not known.key.endswith(".tar") or not known.size_bytes:
            continue
        report = scout(store.url, known)
        both.read_bytes += report.read_bytes
        both.size_bytes += known.size_bytes
        full = dict(fully_checked(store, known, scratch))
        for one in report.recordings:
            both.compared += 1
            both.agreed += set(one.faults) == full[one.s3_key]
    return both


def fully_checked(store: FolderStore, known: Stat, scratch: Path) -> Iterator[tuple[str, set[str]]]:
    """What the first stage and the checks say of each recording of a TAR."""
    try:
        contents = look(store.url, known)
    except ReelmillError as error:
        yield known.key, {error.code}
        return
    for group in contents.groups:
        key = s3_key(known.key, group.base)
        task = Task(
            source=store.url,
            known=known,
            group=group,
            s3_key=key,
            key_frames=False,
            now=datetime(2026, 11, 30, tzinfo=UTC),
            file=scratch / "record.pt",
        )
        try:
            make(task)
        except ReelmillError as error:
            yield key, {error.code}
            continue
        record = read_record(task.file.read_bytes())
        found = {
            flag: getattr(check.judge(check.measure(record), check.limits), flag)
            for check, flag in HOPELESS
        }
        yield key, {flag for flag, is_so in found.items() if is_so}


def drawn(folder: Path, names: Sequence[str], form: Form, *, count: int, seed: int) -> FolderStore:
    store = FolderStore(folder)
    kinds = kinds_of(names)
    for _ in fake(Order(count=count, seed=seed, kinds=kinds, form=form), store):
        pass
    return store


def test_scout_and_full_check_agree(tmp_path: Path) -> None:
    form = Form(size=Size(320, 180), fps=20, length_s=31.0, motion=1.0)
    store = drawn(tmp_path / "set", KINDS, form, count=len(KINDS), seed=5)
    both = compared(store, tmp_path)
    assert both.compared == len(KINDS) + 2
    assert both.agreed == both.compared


@pytest.mark.campaign
def test_scout_and_full_check_agree_on_the_whole_set(tmp_path: Path) -> None:
    """At full size, from five hundredths of the bytes."""
    count = int(os.environ.get("REELMILL_TEST_CAPTURES", "99"))
    both = compared(drawn(tmp_path / "set", (), Form(), count=count, seed=1), tmp_path)
    assert both.compared > count * 0.9
    assert both.agreed >= 0.99 * both.compared
    assert both.read_bytes <= 0.05 * both.size_bytes
