"""Captures become a manifest, also when they are killed over and over: the same one."""

import time
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.acceptance.reelmill_process import Installation, kill_group
from tests.pipelines.captures.takes import bundle, footage, tar
from tests.pipelines.captures.tars import tar_of

from reelmill.pipelines.captures.pt.records import read_record

pytestmark = [pytest.mark.ffmpeg, pytest.mark.kill]

#: Columns that tell when a record was made.
WHEN = ("extracted_at", "processed_time")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sound captures, bundles and unsound ones, and the list of them."""
    folder = tmp_path_factory.mktemp("captures")
    for number in range(9):
        (folder / f"{number:02}.tar").write_bytes(tar(recording_mp4=footage(31 + number % 3)))
    (folder / "old.tar").write_bytes(bundle(footage(31), b"noise", footage(4)))
    (folder / "climbs.tar").write_bytes(tar_of({"../recording.mp4": footage(4)}))
    (folder / "empty.tar").write_bytes(b"")
    names = sorted(path.name for path in folder.glob("*.tar"))
    (folder / "tasks.txt").write_text("\n".join([*names, "missing.tar"]))
    return folder


def words(source: Path, home: Path) -> tuple[str, ...]:
    return (
        *("captures", "run", "--source-bucket", str(source)),
        *("--manifest-bucket", str(home / "records"), "--task-list", str(source / "tasks.txt")),
        *("--output-path", str(home / "manifest.parquet"), "--log-file", str(home / "run.log")),
    )


def manifest(home: Path) -> pa.Table:
    return pq.read_table(home / "manifest.parquet").drop_columns(list(WHEN))


def test_a_run_that_is_killed_and_begun_again_ends_as_one_that_is_not(
    source: Path, tmp_path: Path
) -> None:
    unbroken, killed = (Installation(tmp_path / name) for name in ("unbroken", "killed"))
    for each in (unbroken, killed):
        each.home.mkdir()
    first = unbroken.run(*words(source, unbroken.home))
    assert first.returncode == 1, first.stderr
    assert "9 extracted, 1 skipped, 3 failed" in first.stdout
    chance = Random("captures")
    for _ in range(2):
        process = killed.start(*words(source, killed.home))
        time.sleep(chance.uniform(1.5, 3))
        if process.poll() is None:
            kill_group(process)
        for path in (killed.home / "records").rglob("*.pt"):
            if ".partial" not in path.parts:
                read_record(path.read_bytes())
    last = killed.run(*words(source, killed.home))
    assert last.returncode == 1, last.stderr
    assert manifest(killed.home).equals(manifest(unbroken.home))
    assert manifest(killed.home).num_rows == 9 + 3 + 2
