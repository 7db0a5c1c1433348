"""Faults are named without drawing; what can be repaired is, and no original is lost."""

from pathlib import Path

import pytest

from reelmill.pipelines.replays.batch.sources import files_below
from reelmill.pipelines.replays.doctor import CannotWrite, Diagnosis, Ward
from reelmill.pipelines.replays.samples.games import SAMPLES, write_sample

_, SOUND = write_sample(SAMPLES[4], seed=3, number=4)


@pytest.fixture
def games(tmp_path: Path) -> Path:
    folder = tmp_path / "games"
    folder.mkdir()
    (folder / "a_sound.json").write_bytes(SOUND)
    (folder / "b_doubled.json").write_bytes(SOUND + SOUND)
    (folder / "c_list.json").write_bytes(b"[1, 2]")
    return folder


def seen(folder: Path, **how: object) -> dict[str, Diagnosis]:
    ward = Ward(folder, **how)  # type: ignore[arg-type]
    return {found.name: ward.see(found) for found in files_below(folder).files}


def test_each_file_has_its_faults_and_nothing_is_written(games: Path) -> None:
    found = seen(games)
    assert {name: each.can_be_shown for name, each in found.items()} == {
        "a_sound.json": True,
        "b_doubled.json": True,
        "c_list.json": False,
    }
    assert found["a_sound.json"].faults == ()
    assert "twice" in found["b_doubled.json"].faults[0].message
    assert len(list(games.iterdir())) == 3


def test_a_repaired_document_takes_the_place_of_its_original(games: Path) -> None:
    found = seen(games, mend=True)["b_doubled.json"]
    assert found.kept_as == games / "b_doubled.json.bak"
    assert found.kept_as.read_bytes() == SOUND + SOUND
    assert seen(games)["b_doubled.json"].faults == ()
    assert (games / "a_sound.json").read_bytes() == SOUND
    assert not list(games.glob(".*"))


def test_an_original_that_was_kept_before_is_not_lost(games: Path) -> None:
    (games / "b_doubled.json.bak").write_text("from long ago")
    found = seen(games, mend=True)["b_doubled.json"]
    assert found.kept_as == games / "b_doubled.json.bak2"
    assert (games / "b_doubled.json.bak").read_text() == "from long ago"


def test_a_repaired_document_may_go_elsewhere(games: Path, tmp_path: Path) -> None:
    found = seen(games, mend=True, into=tmp_path / "new")["b_doubled.json"]
    assert found.repaired_to == tmp_path / "new" / "b_doubled.json"
    assert (games / "b_doubled.json").read_bytes() == SOUND + SOUND
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["b_doubled.json"]


def test_a_single_file_is_repaired_where_it_lies(games: Path) -> None:
    one = games / "b_doubled.json"
    (found,) = files_below(one).files
    assert Ward(one, mend=True).see(found).repaired_to == one


def test_a_folder_that_refuses_is_said(games: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWrite):
        seen(games, mend=True, into=tmp_path / "file")


def test_a_file_that_cannot_be_read_is_a_fault(games: Path) -> None:
    files = files_below(games).files
    (games / "c_list.json").unlink()
    found = Ward(games).see(files[2])
    assert [fault.code for fault in found.faults] == ["unreadable"]
    assert not found.can_be_shown
