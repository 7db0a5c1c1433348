"""Questions reach the manifest, and nothing else in the world."""

import time
from pathlib import Path

import pyarrow as pa
import pytest

from reelmill.pipelines.captures.manifest.query import (
    BadQuestion,
    QuestionTooHard,
    answer,
    matching,
)

TABLE = pa.table(
    {
        "s3_key": ["a.tar", "b.tar", "c.tar"],
        "is_video_mostly_dark": [True, False, None],
        "video_fps": [60.0, 30.0, None],
        "session_metadata": ['{"game_exe":"cs2.exe"}', "{}", None],
    }
)

secret = pa.table({"secret": ["of this process"]})


def test_a_question_is_answered() -> None:
    found = answer(TABLE, "SELECT s3_key, video_fps * 2 AS twice FROM manifest ORDER BY 1 DESC")
    assert found.to_pylist() == [
        {"s3_key": "c.tar", "twice": None},
        {"s3_key": "b.tar", "twice": 60.0},
        {"s3_key": "a.tar", "twice": 120.0},
    ]


def test_documents_can_be_looked_into() -> None:
    question = "SELECT s3_key FROM manifest WHERE session_metadata ->> 'game_exe' = 'cs2.exe';"
    assert answer(TABLE, question)["s3_key"].to_pylist() == ["a.tar"]


def test_an_answer_has_an_end() -> None:
    found = answer(TABLE, "SELECT * FROM range(1000000000)", most_rows=7)
    assert found.num_rows == 7


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_blob('{folder}/secret')",
        "SELECT * FROM read_parquet('{folder}/x.parquet')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM 'https://example.com/x.csv'",
        "SELECT * FROM read_json('http://127.0.0.1:1/x')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT getenv('HOME')",
        "SELECT * FROM secret",
        "SELECT * FROM TABLE_",
        "COPY manifest TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET enable_external_access",
        "PRAGMA database_list",
        "CREATE TABLE x AS SELECT 1",
        "DROP TABLE manifest",
        "DELETE FROM manifest",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY manifest TO '{folder}/out.csv'",
        "",
        "SELECT",
        "nonsense",
        "SELECT nothing FROM manifest",
        "SELECT " + "1 + " * 20_000 + "1",
    ],
)
def test_nothing_but_the_manifest_is_reached(question: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(BadQuestion) as refused:
        answer(TABLE, question.replace("{folder}", str(tmp_path)))
    assert "\n" not in refused.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    "question",
    [
        "SELECT count(*) FROM range(100000000000) a, range(1000000) b WHERE a.range % 7 = 3",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
    ],
)
def test_a_question_without_an_end_is_given_up(question: str) -> None:
    began_s = time.monotonic()
    with pytest.raises((QuestionTooHard, BadQuestion)):
        answer(TABLE, question, limit_s=0.5)
    assert time.monotonic() - began_s < 20


def test_a_question_that_takes_all_memory_is_refused() -> None:
    with pytest.raises((BadQuestion, QuestionTooHard)):
        answer(TABLE, "SELECT list(range) FROM range(1000000000)", limit_s=15)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        pytest.param("", ["a.tar", "b.tar", "c.tar"], id="nothing is everything"),
        pytest.param("  ", ["a.tar", "b.tar", "c.tar"], id="so are blanks"),
        pytest.param("is_video_mostly_dark", ["a.tar"], id="a flag; null is not true"),
        pytest.param("is_video_mostly_dark IS NULL", ["c.tar"], id="unknown"),
        pytest.param("video_fps < 54 -- slow", ["b.tar"], id="a comment hides nothing"),
        pytest.param("false", [], id="none"),
        pytest.param("s3_key LIKE 'b%' OR video_fps > 50", ["a.tar", "b.tar"], id="in their order"),
    ],
)
def test_a_condition_chooses_rows(condition: str, found: list[str]) -> None:
    assert matching(TABLE, condition)["s3_key"].to_pylist() == found


@pytest.mark.parametrize(
    "condition",
    [
        "1) UNION SELECT 'x' AS row --",
        "1); DROP TABLE manifest; --",
        "s3_key",
        "nothing = 1",
        "EXISTS (SELECT 1 FROM read_text('/etc/passwd'))",
        "(",
    ],
)
def test_what_is_no_condition_is_refused(condition: str) -> None:
    with pytest.raises(BadQuestion):
        matching(TABLE, condition)


def test_rows_that_there_are_not_are_never_given() -> None:
    found = matching(TABLE, "false) UNION ALL SELECT 99 AS row UNION ALL (SELECT 0")
    assert found.num_rows <= 1
