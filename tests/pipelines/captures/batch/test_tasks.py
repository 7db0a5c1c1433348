"""A task list is read as people write it."""

from pathlib import Path

import pytest

from reelmill.pipelines.captures.batch.tasks import task_list
from reelmill.pipelines.captures.spec import MissingTaskList, UnreadableTaskList


def test_blank_lines_and_repetitions_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "tasks.txt"
    path.write_text("\ufeffb.tar\r\n\n  a dir/a.tar  \nb.tar\n\t\n", encoding="utf-8")
    assert task_list(path) == ["b.tar", "a dir/a.tar"]


def test_a_list_of_nothing_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "tasks.txt").write_text("\n\n")
    assert task_list(tmp_path / "tasks.txt") == []


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingTaskList, match=r"nowhere\.txt"):
        task_list(tmp_path / "nowhere.txt")


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "tasks.tar").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableTaskList, match=r"tasks\.tar"):
        task_list(tmp_path / "tasks.tar")
