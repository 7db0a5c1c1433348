"""Commands on manifests: ask, report, hand on; and one clear line for whatever is wrong."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from tests.commands import typed
from tests.pipelines.captures.manifest.library import ROWS, fill, made

from reelmill.pipelines.captures.manifest.parquet import publish
from reelmill.storage.folder import FolderStore
from reelmill.units import StoreKey


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hall")
    store = FolderStore(home / "records")
    fill(store)
    publish(made(store).table, str(home / "m.parquet"))
    store.delete(StoreKey("day/2.pt"))
    publish(pa.table({"a": [1]}), str(home / "other.parquet"))
    return home


def test_a_question_is_answered_for_people_and_for_scripts(hall: Path) -> None:
    question = "SELECT s3_key, extracted_at FROM manifest WHERE is_video_mostly_dark"
    said = typed("captures", "query", "m.parquet", question, cwd=hall)
    assert (said.returncode, said.stdout) == (0, "day/6.tar\t2026-01-01 00:00:00+00:00\n")
    said = typed("captures", "query", "m.parquet", question, "--json", cwd=hall)
    (line,) = said.stdout.splitlines()
    assert json.loads(line) == {"s3_key": "day/6.tar", "extracted_at": "2026-01-01T00:00:00+00:00"}


def test_a_long_answer_is_cut_and_says_so(hall: Path) -> None:
    said = typed("captures", "query", "m.parquet", "FROM manifest", "--most", "3", cwd=hall)
    assert len(said.stdout.splitlines()) == 3
    assert "the first 3 rows" in said.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("query", "m.parquet", "DROP TABLE manifest"), "only one SELECT is answered"),
        (("query", "m.parquet", "SELECT * FROM read_text('/etc/passwd')"), "cannot be answered"),
        (("query", "none.parquet", "SELECT 1"), "There is no such manifest"),
        (("query", "records/day/8.pt", "SELECT 1"), "not a Parquet table"),
        (("report", "m.parquet", "--where", "nothing"), "cannot be answered"),
        (("report", "other.parquet"), "it has no column 's3_key'"),
        (("report", "m.parquet", "--manifest-bucket", "nowhere"), "There is no such folder"),
        (("report", "m.parquet", "--no-pictures", "-o", "m.parquet/x.html"), "cannot be written"),
        (("export", "m.parquet", "webdataset", "out", "--where", "("), "cannot be answered"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_what_is_wrong_is_one_line(hall: Path, words: tuple[str, ...], says: str) -> None:
    said = typed("captures", *words, cwd=hall)
    assert said.returncode == 1
    assert says in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert said.stdout == ""


def test_a_form_that_there_is_not_is_wrong_usage(hall: Path) -> None:
    assert typed("captures", "export", "m.parquet", "zip", "out", cwd=hall).returncode == 2


def test_a_report_is_one_file(hall: Path) -> None:
    words = ("report", "m.parquet", "--manifest-bucket", "records", "-o", "sub/r.html")
    said = typed("captures", *words, cwd=hall)
    assert said.stdout.startswith(f"sub/r.html: {ROWS} captures")
    assert "data:image/jpeg" in (hall / "sub" / "r.html").read_text()
    words = ("report", "m.parquet", "--no-pictures", "--where", "error IS NULL", "-o", "p.html")
    assert typed("captures", *words, cwd=hall).stdout.startswith(f"p.html: {ROWS - 2} captures")
    assert "data:image" not in (hall / "p.html").read_text()


def test_an_export_without_a_record_ends_with_1_and_names_it(hall: Path) -> None:
    words = ("export", "m.parquet", "webdataset", "shards", "--manifest-bucket", "records")
    said = typed("captures", *words, cwd=hall)
    assert said.returncode == 1
    assert "6 captures, 96 frames, 1 files" in said.stdout
    assert "left out: day/2.pt" in said.stdout
    words = ("export", "m.parquet", "huggingface", "set", "--manifest-bucket", "records")
    said = typed("captures", *words, "--where", "s3_key > 'day/2.tar'", "--json", cwd=hall)
    assert said.returncode == 0
    told = json.loads(said.stdout)
    assert (told["samples"], told["frames"], told["left_out"]) == (4, 64, {})
    assert (hall / "set" / "data" / "train-00000.parquet").is_file()


def test_the_store_of_the_records_is_that_of_the_settings(hall: Path) -> None:
    words = ("report", "m.parquet", "-o", "s.html")
    said = typed(
        "captures", *words, cwd=hall, REELMILL_PIPELINES__CAPTURES__MANIFEST_BUCKET="records"
    )
    assert said.returncode == 0
    assert "data:image/jpeg" in (hall / "s.html").read_text()


def test_a_mistyped_folder_of_records_is_not_made_and_no_manifest_is_overwritten(
    tmp_path: Path,
) -> None:
    (tmp_path / "manifest.parquet").write_text("that of yesterday")
    said = typed("captures", "manifest", "--manifest-bucket", "recrods", cwd=tmp_path)
    assert (said.returncode, "There is no such folder" in said.stderr) == (1, True)
    assert not (tmp_path / "recrods").exists()
    assert (tmp_path / "manifest.parquet").read_text() == "that of yesterday"


def test_a_folder_without_records_has_a_manifest_without_rows_and_it_is_said(
    tmp_path: Path,
) -> None:
    (tmp_path / "records").mkdir()
    said = typed("captures", "manifest", "--manifest-bucket", "records", cwd=tmp_path)
    assert said.returncode == 0
    assert said.stdout.splitlines()[0].startswith("no records there")


def test_commands_write_the_manifest_that_the_pages_show(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    said = typed(
        *("captures", "manifest", "--manifest-bucket", "records"),
        cwd=tmp_path,
        REELMILL_PIPELINES__CAPTURES__MANIFEST="shown/m.parquet",
    )
    assert said.returncode == 0
    assert (tmp_path / "shown" / "m.parquet").is_file()
