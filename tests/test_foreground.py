"""Where a command may write, and what is left when it goes wrong."""

from pathlib import Path

import pytest

from reelmill import children
from reelmill.foreground import (
    CannotWriteThere,
    NotOverwritten,
    done_in_child,
    folder_beside,
    may_write,
    write_whole,
    written_whole,
)
from reelmill.terminal import Terminal


@pytest.mark.parametrize(
    "there",
    [
        pytest.param(None, id="nothing yet"),
        pytest.param(b"", id="an empty file, as mktemp makes"),
        pytest.param(b"\0\0\0\x20ftypisom", id="a video"),
    ],
)
def test_a_video_may_be_written(tmp_path: Path, there: bytes | None) -> None:
    output = tmp_path / "out.mp4"
    if there is not None:
        output.write_bytes(there)
    may_write(output, force=False)


def test_another_file_is_overwritten_by_force_alone(tmp_path: Path) -> None:
    output = tmp_path / "thesis.txt"
    output.write_text("three years of work")
    with pytest.raises(NotOverwritten):
        may_write(output, force=False)
    may_write(output, force=True)


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    with pytest.raises(CannotWriteThere, match="that is a folder"):
        may_write(tmp_path, force=True)
    with pytest.raises(CannotWriteThere, match="does not exist"):
        may_write(tmp_path / "no" / "a.mp4", force=True)


def test_the_folder_beside_a_file_is_gone_afterwards(tmp_path: Path) -> None:
    with folder_beside(tmp_path / "a.mp4") as folder:
        (folder / "half").write_bytes(b"half")
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_whole_with_its_folders_or_not_at_all(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "c.txt", "words")
    assert (tmp_path / "a" / "b" / "c.txt").read_text() == "words"
    with pytest.raises(CannotWriteThere):
        write_whole(tmp_path / "a" / "b" / "c.txt" / "d", b"")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["c.txt"]


def test_a_draft_that_is_given_up_leaves_what_was_there(tmp_path: Path) -> None:
    output = tmp_path / "words.txt"
    write_whole(output, b"first")

    def give_up() -> None:
        with written_whole(output) as draft:
            draft.write_text("half of the sec")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert output.read_text() == "first"
    assert list(tmp_path.iterdir()) == [output]


def test_work_is_done_by_a_child_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = ("count", 1, 2, "counting to two")
    done_in_child(Terminal(), "counting", children.report, *told, timeout_s=60, verbose=True)
    assert capsys.readouterr().err.splitlines() == ["counting to two"]
