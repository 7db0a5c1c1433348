"""The small commands of `reelmill captures`, as they are typed."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.commands import typed

from reelmill.media.probe import measure
from reelmill.pipelines.captures.samples.labels import LABELS_NAME, Labels

pytestmark = pytest.mark.ffmpeg

Said = subprocess.CompletedProcess[str]
Run = Callable[..., Said]


@pytest.fixture
def captures(tmp_path: Path) -> Run:
    """Runs a command of the group in a fresh folder, to its end."""

    def run(*words: str) -> Said:
        return typed("captures", *words, cwd=tmp_path, REELMILL_ENCODER="libx264")

    return run


def test_fake_captures_are_made_and_told_of(captures: Run, tmp_path: Path) -> None:
    form = ("--size", "64x36", "--fps", "30", "--seconds", "2", "--motion", "1", "--seed", "4")
    said = captures("fake", "set", "--kinds", "keyboard,dark", "--count", "3", *form)
    assert said.returncode == 0, said.stderr
    assert [line.split()[1] for line in said.stdout.splitlines()] == [
        "keyboard:",
        "dark:",
        "keyboard:",
    ]
    labels = Labels.model_validate_json((tmp_path / "set" / LABELS_NAME).read_bytes())
    assert {path.name for path in (tmp_path / "set").glob("*.tar")} == {
        one.key for one in labels.captures
    }
    again = captures("fake", "other", "--kinds", "keyboard", *form, "--json")
    assert json.loads(again.stdout)["records"][0]["flags"][0] == "is_video_first_person"


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("fake", "x", "--kinds", "blue"), 1, "There are: keyboard"),
        (("fake", "x", "--size", "13x7"), 1, "1280x720"),
        (("tasks", "nowhere"), 1, "nowhere"),
        (("tasks", ".", "--start", "tomorrow"), 1, "2025-09-17"),
        (("shard", "none.txt", "-o", "x", "--num-nodes", "2", "--node-rank", "0"), 1, "none.txt"),
        (("ranges", ".", "--range", "ten"), 1, "10,100"),
        (("flagged", "none.parquet"), 1, "captures manifest"),
        (("frames", ".", "--mode", "wild"), 1, "detailed, summary"),
        (("organise", "."), 2, "--dry-run"),
        (("overlay", "none.tar", "-o", "x.mp4"), 1, "none.tar"),
        (("unpack", "s3://bucket", "x"), 1, "Name a TAR"),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else None,
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    words: tuple[str, ...], code: int, hint: str, captures: Run
) -> None:
    said = captures(*words)
    assert said.returncode == code
    assert hint in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert said.stdout == ""


def test_lists_and_shares_of_a_store(captures: Run, shelf: dict[str, Path], tmp_path: Path) -> None:
    folder = str(shelf["obs"].parent)
    said = captures("tasks", folder, "--start", "2020-01-01")
    assert said.stdout == "task_list.txt: 9 captures\n"
    keys = (tmp_path / "task_list.txt").read_text().split()
    shares = []
    for rank in ("0", "1"):
        captures("shard", "task_list.txt", "-o", "o", "--num_nodes", "2", "--node_rank", rank)
        shares += (tmp_path / "o").read_text().split()
    assert sorted(shares) == keys == sorted(path.name for path in shelf.values())
    assert captures("tasks", folder, "--end", "2020-01-01").stdout.endswith(": 0 captures\n")


def test_sizes_of_a_store(captures: Run, shelf: dict[str, Path], tmp_path: Path) -> None:
    folder = str(shelf["obs"].parent)
    told = json.loads(captures("sizes", folder, "--json").stdout)
    assert (told["count"], told["zero"]) == (9, 0)
    assert "(0,10] MB\t9" in captures("sizes", folder, "-o", "s").stdout
    assert len(list((tmp_path / "s").iterdir())) == 4
    said = captures("ranges", folder, "--range", "0,0", "--range", "0,", "--limit", "2")
    assert "0,0 MB: 0 captures" in said.stdout
    assert "and 7 more" in said.stderr
    ranges = json.loads(captures("ranges", folder, "--range", "0,10", "--json").stdout)
    assert [one["count"] for one in ranges] == [9]


def test_bundles_are_divided_sorted_and_unpacked(
    captures: Run, shelf: dict[str, Path], tmp_path: Path
) -> None:
    folder = str(shelf["obs"].parent)
    said = captures("split", folder, "singles")
    assert said.returncode == 1, "the one with traps cannot be divided"
    assert len(said.stdout.splitlines()) == len(list((tmp_path / "singles").glob("*.tar"))) == 3
    assert captures("split", str(shelf["bundle"]), "singles").returncode == 0
    sorted_out = captures("organise", "singles", "--dry-run", "--json")
    places = [json.loads(line)["place"] for line in sorted_out.stdout.splitlines()]
    assert all(place.startswith("kbm/other/") for place in places)
    assert captures("organise", "singles", "sorted").returncode == 0
    assert (
        sorted(
            str(path.relative_to(tmp_path / "sorted"))
            for path in (tmp_path / "sorted").rglob("*.tar")
        )
        == places
    )
    said = captures("unpack", f"sorted/{places[0]}", "out")
    assert said.stdout.splitlines() == ["out/000000.mp4", "out/inputs.csv", "out/metadata.json"]
    assert captures("unpack", str(shelf["traps"]), "trapped").returncode == 1
    assert list((tmp_path / "trapped").glob("*")) == []


def test_controls_as_a_table_and_over_the_video(
    captures: Run, shelf: dict[str, Path], tmp_path: Path
) -> None:
    tar = str(shelf["keyboard"])
    assert captures("controls", tar, "-o", "c.csv").stdout == "c.csv: 90 frames\n"
    assert (tmp_path / "c.csv").read_text().count("\n") == 91
    said = captures("overlay", tar, "-o", "o.mp4", "--start", "1", "--seconds", "1")
    assert said.returncode == 0, said.stderr
    assert "128x72, 1.00 s" in said.stdout
    assert measure(tmp_path / "o.mp4").video[0].duration_s_from_packets == 1.0
    said = captures("crop", str(shelf["cornered"]), "-o", "p.mp4")
    assert "p.mp4: 128x72, 3.00 s" in said.stdout, said.stderr
    assert "fills its canvas" in captures("crop", tar, "-o", "q.mp4").stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "o.mp4", "p.mp4"]
