"""The two stages from the command line: what is typed, what is told, what is left."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.commands import typed
from tests.pipelines.captures.takes import bundle, footage, tar

from reelmill.storage.objects import open_store
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

SMALL = footage(4)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    source = tmp_path / "game-data"
    source.mkdir()
    (source / "a.tar").write_bytes(tar(recording_mp4=SMALL))
    (source / "old.tar").write_bytes(bundle(SMALL, b"noise"))
    (source / "empty.tar").write_bytes(b"")
    (tmp_path / "task_list.txt").write_text("a.tar\n\nold.tar\nempty.tar\nmissing.tar\n../up.tar\n")
    return tmp_path


@pytest.fixture
def say(here: Path) -> Callable[..., tuple[int, str, str]]:
    def said(*words: str) -> tuple[int, str, str]:
        ended = typed("captures", *words, cwd=here)
        return ended.returncode, ended.stdout, ended.stderr

    return said


Say = Callable[..., tuple[int, str, str]]


def facts(output: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output)
    return found


def test_both_stages_by_their_defaults(say: Say, here: Path) -> None:
    code, output, problems = say("run")
    assert code == 1, problems
    assert problems == ""
    lines = output.splitlines()
    assert {line.split()[0] for line in lines[:5]} == {"extracted", "skipped", "failed"}
    assert "1 extracted, 1 skipped, 3 failed" in output
    assert lines[-1].startswith("4 rows, 2 of them errors")
    records = here / "game-data-manifest"
    assert (records / "a.pt").exists()
    assert (records / "old.tar/000000.pt").exists()
    assert not (here.parent / "up.error.json").exists()
    table = pq.read_table(here / "manifest.parquet")
    assert table["s3_key"].to_pylist() == [
        "a.tar",
        "missing.tar",
        "old.tar/000000",
        "old.tar/000001",
    ]
    assert not (here / "game-data" / ".partial").exists()


def test_a_second_run_does_nothing_again(say: Say, here: Path) -> None:
    say("extract")
    (here / "task_list.txt").write_text("a.tar\nempty.tar\n")
    before = (here / "game-data-manifest" / "a.pt").stat().st_mtime_ns
    code, output, _ = say("extract", "--json")
    told = facts(output)
    assert code == 0
    assert (told["existing"], told["skipped"], told["extracted"]) == (1, 1, 0)
    assert (here / "game-data-manifest" / "a.pt").stat().st_mtime_ns == before
    code, output, _ = say("extract", "--json", "--no-skip-existing")
    assert facts(output)["extracted"] == 1
    assert (here / "game-data-manifest" / "a.pt").stat().st_mtime_ns > before


def test_a_record_that_was_taken_away_is_made_again(say: Say, here: Path) -> None:
    (here / "task_list.txt").write_text("a.tar\nold.tar\n")
    say("extract")
    for name in ("a.pt", "old.tar/000000.pt"):
        (here / "game-data-manifest" / name).unlink()
    _, output, _ = say("extract", "--json")
    assert {one["key"]: one["records"] for one in facts(output)["tars"]} == {
        "a.tar": 1,
        "old.tar": 1,
    }


def test_stores_and_files_may_be_named(say: Say, here: Path) -> None:
    (here / "tasks.txt").write_text("a.tar\n")
    places = ("--source-bucket", (here / "game-data").as_uri(), "--manifest-bucket", "elsewhere")
    code, output, _ = say("run", *places, "--task-list", "tasks.txt", "-o", "m.parquet", "--json")
    told = facts(output)
    assert code == 0
    assert told["extract"]["records_in"] == (here / "elsewhere").as_uri()
    assert told["manifest"] == {
        "manifest": "m.parquet",
        "rows": 1,
        "errors": 0,
        "looked_into": 1,
        "size_bytes": (here / "m.parquet").stat().st_size,
        "problems": {},
    }


def test_a_prefix_and_a_threshold_make_another_manifest(say: Say, here: Path) -> None:
    say("extract")
    code, output, _ = say(
        *("manifest", "--prefix", "old", "--output-path", "old.parquet"),
        *("--threshold", "dark_mean_under=256", "--json"),
    )
    assert (code, facts(output)["rows"]) == (0, 2)
    table = pq.read_table(here / "old.parquet")
    assert table["is_video_mostly_dark"].to_pylist() == [True, None]


def test_the_log_is_kept_in_a_file_and_on_the_console_when_asked_for(say: Say, here: Path) -> None:
    _, _, quiet = say("extract")
    log = (here / "two_stage_pipeline.log").read_text()
    assert quiet == ""
    assert "Tar done key=a.tar ending=extracted records=1" in log
    assert "Tar skipped key=empty.tar" in log
    assert ' ERROR reelmill "Tar failed key=missing.tar' in log
    (here / "task_list.txt").write_text("missing.tar\n")
    _, _, told = say("extract", "--log-level", "ERROR", "--log-file", "errors.log")
    assert "tar failed" in told
    lines = (here / "errors.log").read_text().splitlines()
    assert lines
    assert all(" ERROR " in line for line in lines)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(("extract", "--task-list", "no.txt"), 1, "no.txt", id="a missing list"),
        pytest.param(("extract", "--source-bucket", "no"), 1, "no such folder", id="no source"),
        pytest.param(("extract", "--log-level", "LOUD"), 2, "LOUD", id="a level that is none"),
        pytest.param(("extract", "--log-file", "no/a.log"), 1, "no/a.log", id="no place for a log"),
        pytest.param(("manifest", "--threshold", "dark"), 1, "name=number", id="no number"),
        pytest.param(("manifest", "--threshold", "light=1"), 1, "light", id="no such threshold"),
        pytest.param(("manifest", "--menu-by", "nobody"), 1, "nobody", id="no such classifier"),
        pytest.param(("--stage", "both"), 2, "--stage", id="the stage as an option"),
    ],
)
def test_a_mistake_is_one_line(say: Say, words: tuple[str, ...], code: int, told: str) -> None:
    ended, output, problems = say(*words)
    assert ended == code
    assert output == ""
    assert len(problems.splitlines()) == 1
    assert told in problems


def test_a_list_of_nothing_is_done_at_once(say: Say, here: Path) -> None:
    (here / "task_list.txt").write_text("\n")
    code, output, _ = say("run")
    assert code == 0
    assert "no TARs" in output
    assert output.splitlines()[-1].startswith("0 rows")


@pytest.mark.parametrize("command", ["scout", "extract", "manifest", "run"])
def test_help_shows_examples(say: Say, command: str) -> None:
    code, output, _ = say(command, "--help")
    assert code == 0
    assert f"reelmill captures {command} --" in output


def test_a_scout_writes_a_list_of_what_is_worth_it(say: Say, here: Path) -> None:
    code, output, problems = say("scout", "--keep", "hopeful.txt")
    assert (code, problems) == (1, "")
    assert [line.split() for line in output.splitlines()[:3]] == [
        ["hopeless", "empty.tar", "it", "has", "no", "bytes"],
        ["hopeless", "missing.tar", "missing_object"],
        ["hopeless", "../up.tar", "bad_key"],
    ]
    assert output.splitlines()[3].startswith("2 of 5 worth to be extracted; ")
    assert (here / "hopeful.txt").read_text() == "a.tar\nold.tar\n"
    assert not (here / "game-data-manifest").exists()
    code, output, _ = say("scout", "--task-list", "hopeful.txt", "--json")
    told = facts(output)
    assert (code, told["hopeful"]) == (0, 2)
    assert told["tars"][1]["recordings"][1]["faults"] == ["unknown_format"]


@pytest.mark.s3
def test_buckets_and_folders_give_the_same_manifest(say: Say, here: Path, s3_url: str) -> None:
    source = open_store(f"{s3_url}/source")
    for path in (here / "game-data").iterdir():
        source.put(StoreKey(path.name), path)
    say("run", "-o", "folders.parquet")
    target = f"{s3_url}/target"
    code, output, problems = say(
        *("run", "--source-bucket", f"{s3_url}/source", "--manifest-bucket", target),
        *("--output-path", f"{s3_url}/buckets.parquet"),
    )
    assert (code, problems) == (1, "")
    assert f"records in {target}" in output
    manifest = open_store(s3_url).read(StoreKey("buckets.parquet"))
    ours, theirs = (
        pq.read_table(one).drop_columns(["extracted_at", "processed_time"])
        for one in (here / "folders.parquet", io.BytesIO(manifest))
    )
    assert theirs.equals(ours)


def test_many_that_are_skipped_or_missing_end_the_batch_as_well(say: Say, here: Path) -> None:
    """A skip was counted twice, and a sentinel was shared by all consumers: runs never ended."""
    names = [f"empty{n}.tar" for n in range(20)] + [f"missing{n}.tar" for n in range(20)]
    for name in names[:20]:
        (here / "game-data" / name).touch()
    (here / "task_list.txt").write_text("\n".join([*names, "a.tar"]))
    code, output, _ = say("extract", "--json")
    told = facts(output)
    assert code == 1
    assert (told["skipped"], told["failed"], told["extracted"]) == (20, 20, 1)
    assert len(list((here / "game-data-manifest").glob("*.error.json"))) == 20
