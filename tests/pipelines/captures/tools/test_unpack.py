"""TARs unpacked, and those refused that would write elsewhere."""

import tarfile
from pathlib import Path

import pytest

from reelmill.pipelines.captures.spec import RefusedMember
from reelmill.pipelines.captures.tools.opened import Opened, opened
from reelmill.pipelines.captures.tools.places import object_at
from reelmill.pipelines.captures.tools.unpack import InTheWay, OutsideFolder, unpack

pytestmark = pytest.mark.ffmpeg


def at(path: Path) -> Opened:
    return opened(*object_at(str(path)))


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_what_is_unpacked_is_what_was_packed(shelf: dict[str, Path], tmp_path: Path) -> None:
    paths = unpack(at(shelf["obs"]), tmp_path / "out")
    with tarfile.open(shelf["obs"]) as tar:
        for path in paths:
            packed = tar.extractfile(path.name)
            assert packed is not None
            assert path.read_bytes() == packed.read()
    assert names_in(tmp_path / "out") == ["2025-09-17 14-59-42.mp4", "inputs.csv", "metadata.json"]


def test_of_a_tar_with_traps_nothing_is_written(shelf: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(RefusedMember):
        unpack(at(shelf["traps"]), tmp_path / "deep" / "out")
    assert names_in(tmp_path) == []


def test_a_link_that_waits_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sub").symlink_to(tmp_path / "outside")
    (tmp_path / "x").write_bytes(b"x")
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        tar.add(tmp_path / "x", "sub/x.mp4")
    with pytest.raises(OutsideFolder):
        unpack(at(tmp_path / "a.tar"), tmp_path / "in")
    assert names_in(tmp_path / "outside") == []


def test_what_is_there_stays_unless_told(shelf: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "out" / "inputs.csv").symlink_to(tmp_path / "mine")
    with pytest.raises(InTheWay):
        unpack(at(shelf["keyboard"]), tmp_path / "out")
    assert names_in(tmp_path / "out") == ["inputs.csv"]
    unpack(at(shelf["keyboard"]), tmp_path / "out", force=True)
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "out" / "inputs.csv").read_text().startswith("timestamp,")
