"""Captures whose truth is known become a manifest that says it, and real footage is not blamed."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.acceptance.reelmill_process import Installation

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.samples.archive import write_tar
from reelmill.pipelines.captures.samples.fake import Order, fake, members
from reelmill.pipelines.captures.samples.kinds import KINDS, NOW
from reelmill.pipelines.captures.samples.labels import CaptureLabels, Outcome
from reelmill.pipelines.captures.samples.tapes import Filmed, Form, Tape, documented
from reelmill.storage.folder import FolderStore

pytestmark = pytest.mark.ffmpeg

#: Recorded gameplay, where it is at hand.
FOOTAGE = Path(__file__).parents[3] / "shared" / "media" / "freedoom-gameplay.mp4"

#: As small as frames of records are at most: letters of menus have to be read.
FORM = Form(size=Size(640, 360), length_s=36.0, motion=1 / 3)

Row = Mapping[str, Any]


class Done(NamedTuple):
    """A set that went through both stages."""

    labels: list[CaptureLabels]
    """What is true."""

    home: Path
    """Where everything is."""

    rows: dict[str, Row]
    """The manifest, by `s3_key`."""

    flags: list[str]
    """Its flags."""


def stages(home: Path) -> tuple[str, ...]:
    return (
        *("captures", "run", "--source-bucket", str(home / "captures")),
        *("--manifest-bucket", str(home / "records"), "--task-list", str(home / "tasks.txt")),
        *("--output-path", str(home / "manifest.parquet"), "--log-file", str(home / "run.log")),
    )


def through_both_stages(home: Path, labels: list[CaptureLabels]) -> Done:
    (home / "tasks.txt").write_text("".join(f"{one.key}\n" for one in labels))
    said = Installation(home / "home").run(*stages(home))
    assert (home / "manifest.parquet").exists(), said.stderr
    table = pq.read_table(home / "manifest.parquet")
    flags = [
        field.name
        for field in table.schema
        if field.type == pa.bool_() and field.name.startswith("is_") and field.name != "is_glimpse"
    ]
    return Done(labels, home, {row["s3_key"]: row for row in table.to_pylist()}, flags)


def wrong(done: Done) -> list[str]:
    """Every flag that does not say what is true, one line each."""
    found = []
    for capture in done.labels:
        for record in capture.records:
            row = done.rows[record.s3_key]
            told = {flag for flag in done.flags if row[flag]}
            found += [f"{capture.kind}: {flag} is missing" for flag in {*record.flags} - told]
            found += [f"{capture.kind}: {flag} is too much" for flag in told - {*record.flags}]
            if (row["csv_corrupt_rows"] or 0) != record.corrupt_rows or row["error"]:
                found.append(f"{capture.kind}: {row['csv_corrupt_rows']} rows, {row['error']}")
    return sorted(found)


def made(home: Path, order: Order) -> list[CaptureLabels]:
    return list(fake(order, FolderStore(home / "captures")))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """One capture of every kind, extracted and judged."""
    home = tmp_path_factory.mktemp("labelled")
    return through_both_stages(home, made(home, Order(count=len(KINDS), seed=1, form=FORM)))


def test_every_flag_of_every_kind_is_right(done: Done) -> None:
    assert wrong(done) == []


def test_every_recording_has_one_row_and_so_has_every_capture_that_cannot_be_used(
    done: Done,
) -> None:
    records = {record.s3_key for one in done.labels for record in one.records}
    failed = {one.key for one in done.labels if one.outcome is Outcome.FAILED}
    assert set(done.rows) == records | failed
    assert all(done.rows[key]["error"] for key in failed)
    assert {row["commit_hash"] for row in done.rows.values()} != {None}


def test_nothing_is_written_outside_of_the_records(done: Done) -> None:
    assert not list(done.home.rglob("climbs.txt"))
    assert not Path("/tmp/absolute.txt").exists()
    names = {path.name for path in done.home.iterdir()}
    assert names == {"captures", "home", "manifest.parquet", "records", "run.log", "tasks.txt"}


def test_another_threshold_looks_at_nothing_and_the_old_one_gives_the_same_bytes(
    done: Done,
) -> None:
    before = (done.home / "manifest.parquet").read_bytes()
    words = (
        *("captures", "manifest", "--manifest-bucket", str(done.home / "records")),
        *("--log-file", str(done.home / "run.log"), "--output-path"),
    )
    again, brighter = done.home / "records" / "again.parquet", done.home / "records" / "b.parquet"
    installation = Installation(done.home / "home")
    said = installation.run(*words, str(again))
    assert "0 looked into now" in said.stdout, said.stderr
    assert again.read_bytes() == before
    said = installation.run(*words, str(brighter), "--threshold", "dark_mean_under=70")
    assert "0 looked into now" in said.stdout, said.stderr
    dark = pq.read_table(brighter, columns=["is_video_mostly_dark"]).column(0).to_pylist()
    assert sum(map(bool, dark)) > sum(bool(r["is_video_mostly_dark"]) for r in done.rows.values())


@pytest.mark.skipif(not FOOTAGE.exists(), reason="no recorded gameplay here")
def test_recorded_gameplay_raises_no_alarm(tmp_path: Path) -> None:
    """Everything but the picture is fake, and sound."""
    (tmp_path / "captures").mkdir()
    filmed = Filmed(FOOTAGE, Size(1280, 720), Fraction(60), 90.0)
    taped = documented(Tape(), filmed, NOW, Random(1))
    write_tar(tmp_path / "captures" / "0.tar", members(taped), written=NOW)
    capture = CaptureLabels(key="0.tar", kind="real", about="", outcome=Outcome.RECORDS, records=())
    done = through_both_stages(tmp_path, [capture])
    (row,) = done.rows.values()
    assert [flag for flag in done.flags if row[flag]] == ["is_video_kbm", "is_video_first_person"]
    assert row["sampled_frame_count"] == 15 + 3 + 1


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(2, 8))
def test_every_flag_is_right_at_the_size_that_recorders_write(seed: int, tmp_path: Path) -> None:
    order = Order(count=len(KINDS), seed=seed, form=Form(length_s=45.0, motion=1.0))
    assert wrong(through_both_stages(tmp_path, made(tmp_path, order))) == []
